import { editors, exporters, importers, leads } from '../http/policy.ts';
import { notFound } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import { segmentFilter } from '../segments/verbs.ts';
import { eraseContact, eraseRespondent } from './erase.ts';
import { exportPerson } from './export-person.ts';
import {
  attributeListSchema,
  attributeQuerySchema,
  contactChangeSchema,
  contactListQuerySchema,
  contactListSchema,
  contactMadeSchema,
  contactPathSchema,
  contactSchema,
  erasedSchema,
  newContactSchema,
  personExportSchema,
  reachCountSchema,
  respondentQuerySchema,
  upsertedSchema,
  upsertSchema,
} from './schema.ts';
import { attributesInUse, countReach, findContacts } from './store.ts';
import { addContact, changeContact, upsertContacts } from './verbs.ts';

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
        const { segmentId, ...others } = query;
        const segment = segmentId ? await segmentFilter(context.workspaceId, tx, segmentId) : {};
        const filter = { ...others, ...segment, ...(query.audience && { audience: query.audience }) };
        const contacts = await findContacts(context.workspaceId, tx, { ...filter, limit: query.limit + 1 });
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
        const id = await addContact(context.workspaceId, tx, body, context.now());
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
      method: 'patch',
      path: `${W}/contacts/{contactId}`,
      summary: 'Change a contact; what is left out stays',
      tag,
      policy: editors,
      params: contactPathSchema,
      body: contactChangeSchema,
      answer: contactMadeSchema,
    },
    (context, { params, body }) =>
      context.inWorkspace(async (tx) => {
        await changeContact(context.workspaceId, tx, params.contactId, body, context.now());
        // Which fields, never what they hold.
        const fields = Object.keys(body).filter((name) => body[name as keyof typeof body] !== undefined);
        await context.audit(tx, 'contact.change', { kind: 'contact', id: params.contactId }, { fields });
        return { id: params.contactId };
      }),
  ),
  route(
    {
      method: 'post',
      path: `${W}/contact-batches`,
      summary: 'Add or change up to 1,000 contacts, found by key, then by e-mail address',
      tag,
      policy: importers,
      body: upsertSchema,
      maxBody: 8 * 1024 * 1024,
      answer: upsertedSchema,
    },
    (context, { body }) =>
      context.inWorkspace(async (tx) => {
        const done = await upsertContacts(context.workspaceId, tx, body.contacts, context.now());
        await context.audit(tx, 'contacts.batch', { kind: 'contacts' }, done);
        return done;
      }),
  ),
  route(
    {
      method: 'get',
      path: `${W}/contact-reach`,
      summary: 'How many contacts can be asked by mail, and why the others can’t',
      tag,
      policy: exporters,
      answer: reachCountSchema,
    },
    (context) => context.inWorkspace((tx) => countReach(context.workspaceId, tx, {})),
  ),
  route(
    {
      method: 'get',
      path: `${W}/contact-attributes`,
      summary: 'The attributes that contacts have, with their most frequent values',
      tag,
      policy: exporters,
      query: attributeQuerySchema,
      answer: attributeListSchema,
    },
    (context, { query }) => context.inWorkspace((tx) => attributesInUse(context.workspaceId, tx, query)),
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
        const responses = await eraseContact(context.workspaceId, tx, params.contactId, context.now());
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
