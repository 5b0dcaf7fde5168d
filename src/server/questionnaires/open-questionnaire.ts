import type { Audience } from '../../core/perspective.ts';
import { isAnonymous } from '../../core/survey/definition.ts';
import type { Questionnaire } from '../../core/survey/questionnaire.ts';
import { pickLanguage, questionnaireFor } from '../../core/survey/questionnaire-for.ts';
import { hashToken, workspaceOfToken } from '../accounts/tokens.ts';
import { findContact } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { inWorkspace } from '../db/transaction.ts';
import { Problem } from '../http/problem.ts';
import type { Services } from '../http/route.ts';
import { fullQuotas } from '../intake/verbs.ts';
import { waveOfToken } from '../invitations/verbs.ts';
import {
  findLink,
  isArchived,
  isProtected,
  latestVersion,
  refuseOutsideWave,
  requireWave,
  unknownLink,
  workspaceOfLink,
} from '../surveys/verbs.ts';
import { askForTicket } from '../tickets/verbs.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import { redirectHosts } from '../workspaces/verbs.ts';
import { keptSentence } from './kept-sentence.ts';
import type { Open } from './schema.ts';

/** What a link says of those who come by it. */
interface Way {
  readonly surveyId: string;
  readonly audience: Audience;
  readonly test: boolean;
  readonly work: number;
  /** Whom a personal link was sent to; open links are sent to nobody. */
  readonly contactId: string | null;
  /** Of a personal link whose answers need a ticket. */
  readonly needsTicket: boolean;
}

/**
 * The questionnaire behind a link, in the language that serves the wish best. Throws not_found for a link that nobody
 * made, gone for one that is closed, used, or outside the days of its wave, and conflict before anything is published.
 */
export async function openQuestionnaire(services: Services, open: Open): Promise<Questionnaire> {
  const { link, token = '' } = open;
  const workspaceId = link === undefined ? workspaceOfToken('ans', token) : workspaceOfLink(link);
  if (!workspaceId) throw unknownLink();
  return inWorkspace(services.connection.db, workspaceId, async (tx) => {
    const way =
      link === undefined
        ? await personalWay(workspaceId, tx, token, services.now())
        : await openWay(workspaceId, tx, link, services.now());
    const questionnaire = await questionnaireOf(workspaceId, tx, way, open.language);
    if (!way.needsTicket) return questionnaire;
    const { ask, group } = await askForTicket(workspaceId, tx, services.config, hashToken(token));
    if (!group) return { ...questionnaire, ticket: ask };
    const latest = await latestVersion(workspaceId, tx, way.surveyId);
    const names = latest?.definition.settings.keptAttributes ?? [];
    return { ...questionnaire, ticket: ask, text: keptSentence(group, names, questionnaire.language) };
  });
}

async function openWay(workspaceId: string, tx: Tx, token: string, now: Date): Promise<Way> {
  const link = await findLink(workspaceId, tx, token);
  if (!link) throw unknownLink();
  if (link.closedAt || (await isArchived(workspaceId, tx, link.surveyId))) {
    throw new Problem('gone', 'This survey is closed. Answers are no longer taken.');
  }
  if (link.waveId) refuseOutsideWave(await requireWave(workspaceId, tx, link.waveId), now);
  return { ...link, contactId: null, needsTicket: false };
}

async function personalWay(workspaceId: string, tx: Tx, token: string, now: Date): Promise<Way> {
  const found = await waveOfToken(workspaceId, tx, hashToken(token));
  if (!found) throw unknownLink();
  const wave = await requireWave(workspaceId, tx, found.waveId);
  if (await isArchived(workspaceId, tx, wave.surveyId)) {
    throw new Problem('gone', 'This survey is closed. Answers are no longer taken.');
  }
  refuseOutsideWave(wave, now);
  const needsTicket = await isProtected(workspaceId, tx, wave.surveyId, wave.audience);
  // Whether somebody has answered anonymously is nobody's to find out: of these the ticket is refused, not the questions.
  if (found.used && !needsTicket) {
    throw new Problem('gone', 'This link has been used: the answers given with it are stored, and it works only once.');
  }
  return {
    surveyId: wave.surveyId,
    audience: wave.audience,
    test: false,
    work: 0,
    contactId: found.contactId,
    needsTicket,
  };
}

/** Compiled questionnaires, by everything that they are made of: most respondents get one that somebody just got. */
const KEPT = 200;
const kept = new Map<string, Questionnaire>();

async function questionnaireOf(
  workspaceId: string,
  tx: Tx,
  way: Way,
  wish: string | undefined,
): Promise<Questionnaire> {
  const { surveyId, audience, test, work } = way;
  const published = await latestVersion(workspaceId, tx, surveyId);
  if (!published) {
    throw new Problem('conflict', 'This survey has no published questions yet.');
  }
  const { version, definition } = published;
  const { anonymityThreshold } = await workspaceSettings(workspaceId, tx);
  const threshold = isAnonymous(definition, audience) ? anonymityThreshold : null;
  const full = await fullQuotas(workspaceId, tx, surveyId, definition);
  // Only customers who are not anonymous are known by their link.
  const contact = way.contactId && threshold === null ? await findContact(workspaceId, tx, way.contactId) : undefined;
  const language = pickLanguage(definition.languages, wish ?? contact?.language ?? '');
  // A host that was taken off the list since is led to no longer; most surveys lead nowhere.
  const leads = definition.endings.some(({ redirect }) => redirect !== undefined);
  const hosts = leads ? await redirectHosts(workspaceId, tx) : [];
  const limits = { threshold, fullQuotas: full, redirectHosts: hosts };
  const asked = { surveyId, version, definition, audience, language, test, work, ...limits };
  if (contact) {
    const { name, attributes } = contact;
    return questionnaireFor({ ...asked, attributes: { ...(name === null ? {} : { name }), ...attributes } });
  }
  const key = JSON.stringify([workspaceId, surveyId, version, audience, language, test, work, limits]);
  const made = kept.get(key) ?? questionnaireFor({ ...asked, attributes: {} });
  kept.delete(key);
  kept.set(key, made);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
  return made;
}
