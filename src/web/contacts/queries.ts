import { queryOptions } from '@tanstack/react-query';
import type { Audience } from '../../core/perspective.ts';
import type {
  ContactImport,
  ContactMapping,
  ContactPreview,
  ContactRole,
} from '../../server/contacts/import-schema.ts';
import type { AttributeList, Contact, Reach, ReachCount } from '../../server/contacts/schema.ts';
import type { Segment } from '../../server/segments/schema.ts';
import { get, inWorkspace, post } from '../api.ts';
import type { ContactSearch } from './search.ts';

export type {
  AttributeList,
  Contact,
  ContactImport,
  ContactMapping,
  ContactPreview,
  ContactRole,
  Reach,
  ReachCount,
  Segment,
};

export const contactsQuery = (workspaceId: string, search: ContactSearch) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'contacts', search],
    queryFn: ({ signal }) =>
      get<{ contacts: Contact[]; next: string | null }>(inWorkspace(workspaceId, 'contacts'), { ...search }, signal),
    placeholderData: (before) => before,
  });

export const contactQuery = (workspaceId: string, contactId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'contacts', contactId],
    queryFn: ({ signal }) => get<Contact>(inWorkspace(workspaceId, 'contacts', contactId), {}, signal),
  });

export const reachQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'contact-reach'],
    queryFn: ({ signal }) => get<ReachCount>(inWorkspace(workspaceId, 'contact-reach'), {}, signal),
  });

/** What contacts, or those of one audience, have attributes for. */
export const attributesQuery = (workspaceId: string, audience?: Audience) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'contact-attributes', audience ?? null],
    queryFn: ({ signal }) => get<AttributeList>(inWorkspace(workspaceId, 'contact-attributes'), { audience }, signal),
    placeholderData: (before) => before,
  });

export const segmentsQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'segments'],
    queryFn: ({ signal }) => get<{ segments: Segment[] }>(inWorkspace(workspaceId, 'segments'), {}, signal),
  });

export const segmentCountQuery = (workspaceId: string, segment: Pick<Segment, 'audience' | 'condition'>) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'segment-count', segment],
    queryFn: () => post<ReachCount>(inWorkspace(workspaceId, 'segment-counts'), segment),
    placeholderData: (before) => before,
    retry: false,
  });

export const contactImportQuery = (workspaceId: string, importId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'contact-imports', importId],
    queryFn: ({ signal }) => get<ContactImport>(inWorkspace(workspaceId, 'contact-imports', importId), {}, signal),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? 1_000 : false),
  });

export const contactPreviewQuery = (workspaceId: string, importId: string, mapping: ContactMapping) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'contact-imports', importId, 'preview', mapping],
    queryFn: () => post<ContactPreview>(inWorkspace(workspaceId, 'contact-imports', importId, 'preview'), mapping),
    placeholderData: (before) => before,
    retry: false,
    // The file never changes, and its import deletes it: what was shown once is not asked for again.
    staleTime: 'static',
  });

export const REACH_NAMES: Record<Reach, string> = {
  reachable: 'can be asked by mail',
  no_address: 'no e-mail address',
  unsubscribed: 'unsubscribed',
  bounced: 'address does not work',
  refused: 'consent refused',
};

/** Why a contact can't be asked by mail, or that it can. */
export function reachOf(contact: Contact): Reach {
  if (contact.unsubscribedAt) return 'unsubscribed';
  if (contact.consent && !contact.consent.given) return 'refused';
  if (!contact.email) return 'no_address';
  return contact.bouncedAt ? 'bounced' : 'reachable';
}
