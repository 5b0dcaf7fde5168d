import { personById } from '../accounts/people.ts';
import type { Config } from '../config.ts';
import type { Tx } from '../db/connect.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { RequestContext } from '../http/route.ts';
import { ensureTestLinks, linksOf } from '../surveys/verbs.ts';
import { composeMail, type Mailing, mailingOf, wordsFor } from './compose.ts';
import { letterOf } from './letter.ts';
import type { MailTexts, Rendered } from './schema.ts';
import { SmtpLine } from './smtp.ts';
import { scheduleOf } from './waves.ts';

interface Look {
  readonly kind: 'invitation' | 'reminder';
  readonly language: string;
  readonly text?: { subject: string; body: string } | undefined;
}

/**
 * A mail of the wave to nobody in particular. Its links lead where the survey is tried out, with the chosen answer shown
 * as in a real one, and to a page that stops nothing.
 */
export async function previewMail(
  workspaceId: string,
  tx: Tx,
  { publicUrl }: Pick<Config, 'publicUrl'>,
  waveId: string,
  { kind, language, text }: Look,
): Promise<Rendered> {
  const mailing = await mailingOf(workspaceId, tx, waveId);
  const { texts } = await scheduleOf(workspaceId, tx, waveId);
  const wanted: MailTexts = text ? { ...texts, [kind]: { ...texts[kind], [language]: text } } : texts;
  const number = kind === 'invitation' ? 0 : 1;
  const { subject, body } = wordsFor(mailing, wanted, number, language);
  const mail = composeMail(
    mailing,
    wanted,
    number,
    { name: 'Alex Example', language, attributes: {} },
    {
      link: await tryOutLink(workspaceId, tx, publicUrl, mailing, language),
      unsubscribeLink: `${publicUrl}/unsubscribe#token=preview`,
    },
  );
  return { ...mail, words: { subject, body } };
}

/** Where the audience's survey is tried out; of a link that somebody closed the page says so. */
async function tryOutLink(
  workspaceId: string,
  tx: Tx,
  publicUrl: string,
  { wave, definition }: Pick<Mailing, 'wave' | 'definition'>,
  language: string,
): Promise<string> {
  const { surveyId, audience } = wave;
  await ensureTestLinks(workspaceId, tx, surveyId, definition.audiences);
  const ours = (await linksOf(workspaceId, tx, surveyId)).filter((link) => link.test && link.audience === audience);
  const link = ours.find(({ closedAt }) => closedAt === null) ?? ours[0];
  // The survey does not ask this audience (any more), which keeps the wave from starting, too.
  if (!link) return `${publicUrl}/s#token=preview`;
  return `${publicUrl}/s/${link.token}#l=${encodeURIComponent(language)}`;
}

/** Sends the preview to the account of whoever asks for it; returns the address. */
export async function sendTestMail(context: RequestContext, waveId: string, look: Look): Promise<string> {
  const { config, caller, workspaceId } = context;
  if (caller.kind !== 'user') throw new Problem('forbidden', 'A test mail goes to a person who is signed in.');
  if (!config.smtpUrl) throw new Problem('unprocessable', 'No mail server is set (SMTP_URL and MAIL_FROM).');
  const { person, mail } = await context.inWorkspace(async (tx) => ({
    person: await personById(tx, caller.userId),
    mail: await previewMail(workspaceId, tx, config, waveId, look),
  }));
  if (!person) throw notFound('Your account');
  const line = new SmtpLine(config.smtpUrl);
  try {
    const letter = await letterOf(config, {
      to: person.email,
      mail,
      messageId: context.requestId,
      senderName: null,
      replyTo: null,
      date: context.now(),
    });
    const delivery = await line.deliver(letter);
    if (delivery.kind !== 'sent') {
      const because = delivery.kind === 'withdrawn' ? '' : delivery.because;
      throw new Problem('unavailable', `The mail server did not take the test mail: ${because}`);
    }
    return person.email;
  } finally {
    line.close();
  }
}
