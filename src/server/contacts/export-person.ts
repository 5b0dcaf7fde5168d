import type { Merged } from '../../core/survey/parts.ts';
import { askingOfContact } from '../asks/person-export.ts';
import type { Tx } from '../db/connect.ts';
import { notFound } from '../http/problem.ts';
import { setApartOfContact } from '../intake/verbs.ts';
import { listItems } from '../items/verbs.ts';
import { mailsOfContact } from '../mailings/verbs.ts';
import { responsesOfContact } from '../responses/verbs.ts';
import { segmentsOfContact } from '../segments/verbs.ts';
import { listSurveys } from '../surveys/verbs.ts';
import type { PersonExport } from './schema.ts';
import { findContacts } from './store.ts';

/** Everything that is stored about one person, readable by a machine. */
export async function exportPerson(workspaceId: string, tx: Tx, contactId: string): Promise<PersonExport> {
  const contact = (await findContacts(workspaceId, tx, { id: contactId, limit: 1 }))[0];
  if (!contact) throw notFound('This contact');
  const items = new Map((await listItems(workspaceId, tx, { archived: true })).map((item) => [item.id, item]));
  const surveys = new Map((await listSurveys(workspaceId, tx)).map((survey) => [survey.id, survey.name]));
  const responses = await responsesOfContact(workspaceId, tx, contactId);
  const apart = await setApartOfContact(workspaceId, tx, contactId);
  return {
    contact,
    segments: await segmentsOfContact(workspaceId, tx, contactId),
    mails: await mailsOfContact(workspaceId, tx, contactId),
    asking: await askingOfContact(workspaceId, tx, contactId),
    responses: responses.map(({ surveyId, answers, given, ...response }) => ({
      survey: surveys.get(surveyId) ?? surveyId,
      ...response,
      given: given && valuesOf(given),
      answers: answers.map(({ itemId, lens, value }) => ({
        item: items.get(itemId)?.key ?? itemId,
        name: items.get(itemId)?.name ?? '',
        lens,
        value,
      })),
    })),
    setApart: apart.map(({ surveyId, given, ...response }) => ({
      survey: surveys.get(surveyId) ?? surveyId,
      ...response,
      given: valuesOf(given),
    })),
  };
}

const valuesOf = (given: Merged['answers']) =>
  Object.fromEntries(Object.entries(given).map(([key, { value }]) => [key, value]));
