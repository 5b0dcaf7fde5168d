import { editors, exporters, leads } from '../http/policy.ts';
import { notFound } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import { eraseContact, eraseRespondent } from './erase.ts';
import { exportPerson } from './export-person.ts';
import {
  contactListQuerySchema,
  contactListSchema,
  contactMadeSchema,
  contactPathSchema,
  contactSchema,
  erasedSchema,
  newContactSchema,
  personExportSchema,
  respondentQuerySchema,
} from './schema.ts';
import { findContacts, insertContact } from './store.ts';

const tag = 'Contacts';
const W = '/api/v1/workspaces/{workspaceId}';

export const contactRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: `${W}/contacts`,
      summary: 'People we may ask, by name',
      tag,
      policy: exporters,
      query: contactListQuerySchema,
      answer: contactListSchema,
    },
    (context, { query }) =>
      context.inWorkspace(async (tx) => {
        const contacts = await findContacts(context.workspaceId, tx, { ...query, limit: query.limit + 1 });
        const page = contacts.slice(0, query.limit);
        return { contacts: page, next: contacts.length > page.length ? (page.at(-1)?.id ?? null) : null };
      }),
  ),
  route(
    {
      method: 'post',
      path: `${W}/contacts`,
      summary: 'Add a contact',
      tag,
      policy: editors,
      body: newContactSchema,
      status: 201,
      answer: contactMadeSchema,
    },
    (context, { body }) =>
      context.inWorkspace(async (tx) => {
        const id = await insertContact(context.workspaceId, tx, body);
        // Nothing about the person: the log cannot be changed, and has to survive an erasure.
        await context.audit(tx, 'contact.create', { kind: 'contact', id });
        return { id };
      }),
  ),
  route(
    {
      method: 'get',
      path: `${W}/contacts/{contactId}`,
      summary: 'One contact',
      tag,
      policy: exporters,
      params: contactPathSchema,
      answer: contactSchema,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        const [contact] = await findContacts(context.workspaceId, tx, { id: params.contactId, limit: 1 });
        if (!contact) throw notFound('This contact');
        return contact;
      }),
  ),
  route(
    {
      method: 'get',
      path: `${W}/contacts/{contactId}/export`,
      summary: 'Everything that is stored about one person',
      tag,
      policy: exporters,
      params: contactPathSchema,
      answer: personExportSchema,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        const person = await exportPerson(context.workspaceId, tx, params.contactId);
        await context.audit(tx, 'contact.export', { kind: 'contact', id: params.contactId });
        return person;
      }),
  ),
  route(
    {
      method: 'delete',
      path: `${W}/contacts/{contactId}`,
      summary: 'Erase a person with all responses; every count stays exact',
      tag,
      policy: leads,
      params: contactPathSchema,
      answer: erasedSchema,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        const responses = await eraseContact(context.workspaceId, tx, params.contactId);
        await context.audit(tx, 'contact.erase', { kind: 'contact', id: params.contactId }, { responses });
        return { responses };
      }),
  ),
  route(
    {
      method: 'delete',
      path: `${W}/respondents`,
      summary: 'Erase the responses that were imported or given under an original id',
      tag,
      policy: leads,
      query: respondentQuerySchema,
      answer: erasedSchema,
    },
    (context, { query }) =>
      context.inWorkspace(async (tx) => {
        const { key, surveyId, audience } = query;
        const where = { key, ...(surveyId && { surveyId }), ...(audience && { audience }) };
        const responses = await eraseRespondent(context.workspaceId, tx, where);
        await context.audit(tx, 'respondent.erase', { kind: 'respondent' }, { responses });
        return { responses };
      }),
  ),
];
