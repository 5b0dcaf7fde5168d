import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { RULES } from '../../core/survey/ask-rules.ts';
import type { DecisionPage } from '../../server/asks/schema.ts';
import type { Contact } from '../../server/contacts/schema.ts';
import { get, inWorkspace } from '../api.ts';
import { surveysQuery } from '../journeys/queries.ts';
import { useRights } from '../session.ts';
import { SurveysNav } from '../surveys/surveys-nav.tsx';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { AUDIENCE_NAMES, dateTime } from '../ui/format.ts';
import { Empty, Loading, ProblemNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Table, Td, Th } from '../ui/table.tsx';
import type { LogSearch } from './log-search.ts';
import { QuarantineLine } from './quarantine-line.tsx';
import { ruleName } from './rule-names.ts';

const here = getRouteApi('/w/$workspaceId/asking/log');
const PAGE = 50;

/** For any person and survey: the rule by which they were asked or not. Every search has its own address. */
export function WhyLog() {
  const { workspaceId } = here.useParams();
  const search = here.useSearch();
  const { mayEdit } = useRights(workspaceId);
  const surveys = useQuery(surveysQuery(workspaceId)).data?.surveys ?? [];
  const names = new Map(surveys.map(({ id, name }) => [id, name]));
  const log = useInfiniteQuery({
    queryKey: ['workspace', workspaceId, 'ask-decisions', search],
    queryFn: ({ pageParam, signal }) =>
      get<DecisionPage>(
        inWorkspace(workspaceId, 'ask-decisions'),
        { ...search, after: pageParam, limit: PAGE },
        signal,
      ),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    enabled: mayEdit,
  });
  const decisions = log.data?.pages.flatMap((page) => page.decisions) ?? [];
  return (
    <Page
      title="Why people were asked or not"
      lead="Attempts to ask somebody, with the rule that decided; on websites the same no once in 24 hours. Kept for 90 days."
    >
      <SurveysNav workspaceId={workspaceId} />
      {!mayEdit && <p className="text-muted">Owners, leads and analysts read this log: it names people.</p>}
      {mayEdit && <Filters workspaceId={workspaceId} search={search} surveys={surveys} />}
      <ProblemNotice error={log.error} onRetry={() => void log.refetch()} />
      {mayEdit && log.isPending && <Loading what="the log" />}
      {log.data && decisions.length === 0 && (
        <Empty title="No such attempt">
          <p>An attempt is logged when a trigger fires on a site or a wave goes out by mail.</p>
        </Empty>
      )}
      {decisions.length > 0 && (
        <Table label="Attempts to ask">
          <thead>
            <tr>
              <Th>When</Th>
              <Th>Person</Th>
              <Th>Survey</Th>
              <Th>Asked</Th>
              <Th>Because</Th>
            </tr>
          </thead>
          <tbody>
            {decisions.map((one) => (
              <tr key={one.id}>
                <Td className="whitespace-nowrap text-muted">{dateTime(one.at)}</Td>
                <Td>
                  <PersonName workspaceId={workspaceId} person={one.person} />
                </Td>
                <Td>
                  {names.get(one.surveyId) ?? 'a survey'}
                  <span className="block text-xs wrap-anywhere text-muted">
                    {one.channel}
                    {one.trigger && `, ${one.trigger}`}
                  </span>
                </Td>
                <Td>{one.asked ? '✓ asked' : '– not asked'}</Td>
                <Td className="min-w-60">
                  {one.because}
                  <span className="block text-xs text-muted">{ruleName(one.rule)}</span>
                </Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {log.hasNextPage && (
        <Button className="mt-3" isPending={log.isFetchingNextPage} onPress={() => void log.fetchNextPage()}>
          Show older attempts
        </Button>
      )}
    </Page>
  );
}

function contactQuery(workspaceId: string, contactId: string) {
  return {
    queryKey: ['workspace', workspaceId, 'contact', contactId],
    queryFn: () => get<Contact>(inWorkspace(workspaceId, 'contacts', contactId)),
    staleTime: 300_000,
  };
}

/** A contact by name, a browser by the beginning of its hash; pressing it shows this person alone. */
function PersonName({ workspaceId, person }: { readonly workspaceId: string; readonly person: string }) {
  const navigate = useNavigate({ from: '/w/$workspaceId/asking/log' });
  const [kind, id = ''] = person.split(':');
  const contact = useQuery({ ...contactQuery(workspaceId, id), enabled: kind === 'contact' }).data;
  const shown = kind === 'contact' ? (contact ? nameOf(contact) : '…') : `browser ${id.slice(0, 8)}`;
  return (
    <button
      type="button"
      className="link cursor-pointer text-left"
      onClick={() => void navigate({ search: (search: LogSearch) => ({ ...search, person }) })}
    >
      {shown}
    </button>
  );
}

interface FiltersProps {
  readonly workspaceId: string;
  readonly search: LogSearch;
  readonly surveys: readonly { readonly id: string; readonly name: string }[];
}

function Filters({ workspaceId, search, surveys }: FiltersProps) {
  const navigate = useNavigate({ from: '/w/$workspaceId/asking/log' });
  const set = (part: { [K in keyof LogSearch]: string | undefined }) =>
    void navigate({
      search: (before: LogSearch) =>
        Object.fromEntries(Object.entries({ ...before, ...part }).filter(([, value]) => value)),
    });
  return (
    <div className="mb-4 flex flex-wrap items-start gap-3">
      <PersonSearch workspaceId={workspaceId} person={search.person} onFound={(person) => set({ person })} />
      <SelectField
        label="Survey"
        className="w-52"
        value={search.surveyId ?? ''}
        onChange={(surveyId) => set({ surveyId })}
      >
        <option value="">all</option>
        {surveys.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      <SelectField label="Asked" className="w-28" value={search.asked ?? ''} onChange={(asked) => set({ asked })}>
        <option value="">either</option>
        <option value="true">asked</option>
        <option value="false">not asked</option>
      </SelectField>
      <SelectField label="Rule" className="w-60" value={search.rule ?? ''} onChange={(rule) => set({ rule })}>
        <option value="">all</option>
        {RULES.map((rule) => (
          <option key={rule} value={rule}>
            {ruleName(rule)}
          </option>
        ))}
      </SelectField>
      <TextField
        label="First day"
        type="date"
        className="w-36"
        value={search.from ?? ''}
        onChange={(from) => set({ from })}
      />
      <TextField
        label="Last day"
        type="date"
        className="w-36"
        value={search.until ?? ''}
        onChange={(until) => set({ until })}
      />
    </div>
  );
}

interface PersonSearchProps {
  readonly workspaceId: string;
  readonly person: string | undefined;
  readonly onFound: (person: string | undefined) => void;
}

/** So many are offered to choose from. */
const MOST_OFFERED = 8;

function PersonSearch({ workspaceId, person, onFound }: PersonSearchProps) {
  const [text, setText] = useState('');
  const [said, setSaid] = useState('');
  const [offered, setOffered] = useState<readonly Contact[]>([]);
  function choose({ id }: Contact) {
    setOffered([]);
    setSaid('');
    onFound(`contact:${id}`);
  }
  async function find() {
    setOffered([]);
    if (/^(contact|visitor):/.test(text)) return onFound(text);
    const { contacts } = await get<{ readonly contacts: readonly Contact[] }>(inWorkspace(workspaceId, 'contacts'), {
      search: text,
      limit: MOST_OFFERED + 1,
    });
    const [first] = contacts;
    if (first && contacts.length === 1) return choose(first);
    setSaid(saidOf(contacts.length));
    setOffered(contacts.slice(0, MOST_OFFERED));
  }
  if (person) return <ChosenPerson workspaceId={workspaceId} person={person} onClear={() => onFound(undefined)} />;
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim())
          find().catch((error: unknown) => setSaid(error instanceof Error ? error.message : 'Not found.'));
      }}
    >
      <div className="flex items-end gap-2">
        <TextField label="Person" className="w-56" placeholder="Name, e-mail or key" value={text} onChange={setText} />
        <Button type="submit">Find</Button>
      </div>
      <p role="status" className="mt-1 text-xs text-muted">
        {said}
      </p>
      {offered.length > 0 && (
        <ul className="max-w-80 border-b border-hairline text-sm">
          {offered.map((contact) => (
            <li key={contact.id} className="border-t border-hairline py-1">
              <button type="button" className="link cursor-pointer text-left" onClick={() => choose(contact)}>
                {nameOf(contact)}
              </button>
              <span className="block text-xs wrap-anywhere text-muted">{restOf(contact)}</span>
            </li>
          ))}
        </ul>
      )}
    </Form>
  );
}

function saidOf(found: number): string {
  if (found === 0) return 'No contact is called that.';
  return found > MOST_OFFERED
    ? `More than ${MOST_OFFERED} contacts fit. These are the first; say more to find others.`
    : `${found} contacts fit. Choose one.`;
}

const nameOf = ({ name, email, key }: Contact) => name ?? email ?? key ?? '…';
/** What tells people of one name apart. */
const restOf = ({ name, email, key, audience }: Contact) =>
  [name && email, key, AUDIENCE_NAMES[audience]].filter(Boolean).join(' · ');

interface ChosenPersonProps {
  readonly workspaceId: string;
  readonly person: string;
  readonly onClear: () => void;
}

function ChosenPerson({ workspaceId, person, onClear }: ChosenPersonProps) {
  return (
    <div>
      <p className="text-xs font-medium text-muted">Person</p>
      <p className="flex min-h-8 items-center gap-3 text-sm">
        <PersonName workspaceId={workspaceId} person={person} />
        <Button look="plain" onPress={onClear}>
          Everybody
        </Button>
      </p>
      {person.startsWith('contact:') && (
        <QuarantineLine workspaceId={workspaceId} contactId={person.slice('contact:'.length)} />
      )}
    </div>
  );
}
