import { isAnonymous, type SurveyDefinition } from '../../core/survey/definition.ts';
import type { Config } from '../config.ts';
import type { Contact } from '../contacts/schema.ts';
import type { Tx } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import type { Wave } from '../surveys/schema.ts';
import { latestVersion, requireSurvey, requireWave } from '../surveys/verbs.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import { firstQuestionOf } from './first-question.ts';
import { MAIL_WORDS, type MailLanguage, mailLanguage } from './mail-words.ts';
import { personalToken, unsubscribeToken } from './personal-tokens.ts';
import type { QueuedMail } from './queue-store.ts';
import { type RenderedMail, renderMail } from './render-mail.ts';
import { mailSettings } from './schedule-store.ts';
import type { MailSettings, MailTexts } from './schema.ts';

/** Everything that the mails of one wave have in common. */
export interface Mailing {
  readonly wave: Wave;
  readonly survey: string;
  readonly organisation: string;
  readonly definition: SurveyDefinition;
  /** Nobody may know who answered what: leaders, staff and customers of an anonymous survey. */
  readonly isProtected: boolean;
  readonly threshold: number;
  readonly settings: Pick<MailSettings, 'language' | 'senderName' | 'replyTo' | 'footer'>;
}

/** Throws unprocessable while no version of the survey is published. */
export async function mailingOf(workspaceId: string, tx: Tx, waveId: string): Promise<Mailing> {
  const wave = await requireWave(workspaceId, tx, waveId);
  const survey = await requireSurvey(workspaceId, tx, wave.surveyId);
  const published = await latestVersion(workspaceId, tx, wave.surveyId);
  if (!published) throw new Problem('unprocessable', 'Publish the survey first: nobody could answer it yet.');
  const workspace = await workspaceSettings(workspaceId, tx);
  return {
    wave,
    survey: survey.name,
    organisation: workspace.name,
    definition: published.definition,
    isProtected: isAnonymous(published.definition, wave.audience),
    threshold: workspace.anonymityThreshold,
    settings: await mailSettings(workspaceId, tx),
  };
}

/**
 * The page of a personal link, in the person's language where it is known. Both are in the fragment, which no server,
 * proxy or Referer sees.
 */
export function personalLink(
  { publicUrl, secretKey }: Pick<Config, 'publicUrl' | 'secretKey'>,
  workspaceId: string,
  { waveId, round }: Pick<QueuedMail, 'waveId' | 'round'>,
  { id, language }: Pick<Contact, 'id' | 'language'>,
): string {
  const token = personalToken(secretKey, workspaceId, waveId, id, round);
  return `${publicUrl}/s#token=${token}${language ? `&l=${encodeURIComponent(language)}` : ''}`;
}

type Person = Pick<Contact, 'name' | 'language' | 'attributes'>;

/** One mail of a wave to one person. `number` 0 is the invitation. */
export function composeMail(
  mailing: Mailing,
  texts: MailTexts,
  number: number,
  person: Person,
  links: { readonly link: string; readonly unsubscribeLink: string },
): RenderedMail {
  const { definition, organisation, survey, settings } = mailing;
  const { language, subject, body } = wordsFor(mailing, texts, number, person.language);
  return renderMail({
    language,
    subject,
    body,
    // The organisation's own names last: an attribute called "organisation" must not speak in its place.
    attributes: { ...person.attributes, ...(person.name && { name: person.name }), organisation, survey },
    ...links,
    // The page behind it speaks as the mail does, whatever the browser prefers.
    unsubscribeLink: links.unsubscribeLink.replace('#', `?lang=${language}#`),
    // The survey may be in more languages than the product has words in.
    question: firstQuestionOf(
      definition,
      mailing.wave.audience,
      surveyLanguage(definition, person.language) ?? language,
    ),
    threshold: mailing.isProtected ? mailing.threshold : null,
    isReminder: number > 0,
    footer: settings.footer,
  });
}

/** The person's language, where the survey is written in it. */
function surveyLanguage({ languages }: SurveyDefinition, wanted: string | null): string | undefined {
  return [wanted, wanted?.split('-')[0]].find((tag) => tag && languages.includes(tag)) ?? undefined;
}

/** The words of a mail with their placeholders, and the language of everything else in it. */
export function wordsFor(
  { wave, settings, definition }: Mailing,
  texts: MailTexts,
  number: number,
  wanted: string | null,
): { readonly language: MailLanguage; readonly subject: string; readonly body: string } {
  const kind = number === 0 ? 'invitation' : 'reminder';
  const language = mailLanguage(wanted, settings.language, definition.languages[0]);
  const own = wanted !== null && Object.hasOwn(texts[kind], wanted) ? texts[kind][wanted] : undefined;
  const words = MAIL_WORDS[language];
  const ours = wave.audience === 'customer' ? words : words.inside;
  return { language, ...(own ?? texts[kind][language] ?? ours[kind]) };
}

export function linksFor(
  config: Config,
  workspaceId: string,
  asked: Pick<QueuedMail, 'waveId' | 'round'>,
  contact: Pick<Contact, 'id' | 'language'>,
) {
  const token = unsubscribeToken(config.secretKey, workspaceId, contact.id);
  return {
    link: personalLink(config, workspaceId, asked, contact),
    unsubscribeLink: `${config.publicUrl}/unsubscribe#token=${token}`,
    /** For the mail program itself, which posts there without opening a page (RFC 8058). */
    oneClick: `${config.publicUrl}/api/v1/unsubscribe/${token}`,
  };
}
