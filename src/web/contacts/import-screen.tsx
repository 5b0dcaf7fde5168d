import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Audience } from '../../core/perspective.ts';
import { inWorkspace, post } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Checkbox, SelectField, TextField } from '../ui/field.tsx';
import { AUDIENCE_NAMES, count } from '../ui/format.ts';
import { Loading, Note, ProblemNotice } from '../ui/notice.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Progress } from '../ui/progress.tsx';
import { Num, Table, Td, Th } from '../ui/table.tsx';
import {
  type ContactImport,
  type ContactMapping,
  type ContactPreview,
  type ContactRole,
  contactImportQuery,
  contactPreviewQuery,
} from './queries.ts';

const here = getRouteApi('/w/$workspaceId/contacts/import/$importId');

const ROLE_WORDS: Record<ContactRole, string> = {
  key: 'the key (your own id)',
  email: 'the e-mail address',
  name: 'the name',
  language: 'the language',
  timeZone: 'the time zone',
  audience: 'the audience',
  consent: 'consent (yes or no)',
  attribute: 'an attribute',
  none: 'not stored',
};

/** What the columns of a list are, what becomes of its first rows, and then how the import goes. */
export function ContactImportScreen() {
  const { workspaceId, importId } = here.useParams();
  const one = useQuery(contactImportQuery(workspaceId, importId));
  if (one.isError) return <ProblemNotice error={one.error} onRetry={() => void one.refetch()} />;
  if (one.isPending) return <Loading what="the list" />;
  return (
    <>
      <p className="mb-1 text-sm">
        <Link className="link text-muted" to="/w/$workspaceId/contacts" params={{ workspaceId }}>
          Contacts
        </Link>
      </p>
      <Page title={`Import ${one.data.fileName}`}>
        {one.data.status === 'running' && (
          <Progress label="Storing the people" detail={`${count(one.data.rowsRead)} rows read`} />
        )}
        {one.data.status === 'done' && <Done workspaceId={workspaceId} one={one.data} />}
        {one.data.status === 'failed' && <Note>{one.data.error}</Note>}
        {(one.data.status === 'uploaded' || one.data.status === 'failed') && (
          <Prepare workspaceId={workspaceId} one={one.data} />
        )}
      </Page>
    </>
  );
}

function Done({ workspaceId, one }: { readonly workspaceId: string; readonly one: ContactImport }) {
  return (
    <>
      <p>
        {people(one.made)} added, {count(one.changed)} changed
        {one.leftOut > 0 && `, ${count(one.leftOut)} left out because they asked to be erased`}
        {one.rejected > 0 && `, ${rows(one.rejected)} rejected`}.
      </p>
      <p className="mt-4">
        <ButtonLink look="primary" to="/w/$workspaceId/contacts" params={{ workspaceId }}>
          See the contacts
        </ButtonLink>
      </p>
      <Remarks title="Rejected rows" remarks={one.rejections} heading="h2" />
      <Remarks title="Stored, but not as they stand" remarks={one.notes} heading="h2" />
    </>
  );
}

const people = (n: number) => `${count(n)} ${n === 1 ? 'person' : 'people'}`;
const rows = (n: number) => `${count(n)} ${n === 1 ? 'row' : 'rows'}`;

function Prepare({ workspaceId, one }: { readonly workspaceId: string; readonly one: ContactImport }) {
  const [mapping, setMapping] = useState<ContactMapping>({
    ...one.mapping,
    consent: null,
    withoutId: 'reject',
  } as ContactMapping);
  const preview = useQuery(contactPreviewQuery(workspaceId, one.id, mapping));
  const run = useChange(workspaceId, () => post(inWorkspace(workspaceId, 'contact-imports', one.id, 'run'), mapping));
  return (
    <>
      <Section title="What the columns are">
        <Columns names={one.columns} mapping={mapping} onChange={setMapping} />
        <div className="mt-4 flex max-w-3xl flex-wrap items-end gap-4">
          <SelectField
            label="Audience of people whose row does not say it"
            className="w-72"
            value={mapping.audience}
            onChange={(audience) => setMapping({ ...mapping, audience: audience as Audience })}
          >
            {(Object.keys(AUDIENCE_NAMES) as Audience[]).map((each) => (
              <option key={each} value={each}>
                {AUDIENCE_NAMES[each]}
              </option>
            ))}
          </SelectField>
        </div>
        <ConsentOfAll mapping={mapping} onChange={setMapping} />
      </Section>
      <Section title="What becomes of the first rows">
        <ProblemNotice error={preview.error} />
        {preview.data && !preview.isError && (
          <>
            <WhatBecomes preview={preview.data} />
            {preview.data.rowsWithoutId > 0 && (
              <div className="mb-3 max-w-3xl">
                <Checkbox
                  isSelected={mapping.withoutId === 'add'}
                  onChange={(add) => setMapping({ ...mapping, withoutId: add ? 'add' : 'reject' })}
                >
                  Store rows with neither an address nor a key, too ({count(preview.data.rowsWithoutId)} of these): each
                  import adds them anew
                </Checkbox>
              </div>
            )}
            <PreviewTable preview={preview.data} />
          </>
        )}
      </Section>
      <ProblemNotice error={run.error} />
      <p className="mt-6">
        <Button
          look="primary"
          isPending={run.isPending}
          isDisabled={preview.isError}
          onPress={() => run.mutate(undefined)}
        >
          Import
        </Button>
      </p>
    </>
  );
}

interface MappingProps {
  readonly mapping: ContactMapping;
  readonly onChange: (mapping: ContactMapping) => void;
}

function Columns({ names, mapping, onChange }: MappingProps & { readonly names: readonly string[] }) {
  const set = (i: number, change: ContactMapping['columns'][number]) =>
    onChange({ ...mapping, columns: mapping.columns.map((column, at) => (at === i ? change : column)) });
  return (
    <ul className="grid max-w-3xl gap-2">
      {names.map((column, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have the same name
        <li key={i} className="flex flex-wrap items-center gap-2 text-sm">
          <span className="w-48 font-medium break-words">{column}</span>
          <SelectField
            look="bare"
            className="w-52"
            label={`What ${column} is`}
            value={mapping.columns[i]?.role ?? 'none'}
            onChange={(role) => set(i, { role: role as ContactRole })}
          >
            {(Object.keys(ROLE_WORDS) as ContactRole[]).map((role) => (
              <option key={role} value={role}>
                {ROLE_WORDS[role]}
              </option>
            ))}
          </SelectField>
        </li>
      ))}
    </ul>
  );
}

function ConsentOfAll({ mapping, onChange }: MappingProps) {
  return (
    <div className="mt-3 max-w-3xl">
      <Checkbox
        isSelected={mapping.consent !== null}
        onChange={(on) => onChange({ ...mapping, consent: on ? { given: true, to: '', source: '' } : null })}
      >
        Everybody in this list agreed to be asked
      </Checkbox>
      {mapping.consent && (
        <div className="mt-2 grid gap-3 sm:grid-cols-2">
          <TextField
            label="To what"
            maxLength={500}
            value={mapping.consent.to}
            onChange={(to) => mapping.consent && onChange({ ...mapping, consent: { ...mapping.consent, to } })}
          />
          <TextField
            label="How you know"
            maxLength={500}
            value={mapping.consent.source}
            onChange={(source) => mapping.consent && onChange({ ...mapping, consent: { ...mapping.consent, source } })}
          />
        </div>
      )}
    </div>
  );
}

/** Of so many rows the server says what becomes of them. */
const LOOKED_AT = 1000;

function WhatBecomes({ preview }: { readonly preview: ContactPreview }) {
  const { rowsLookedAt, rowsRejected, rowsRepeated } = preview;
  return (
    <p className="mb-2 max-w-3xl text-sm" role="status">
      Of the {rowsLookedAt >= LOOKED_AT && 'first '}
      {rows(rowsLookedAt)}, {rowsRejected === 0 ? 'none is rejected' : `${count(rowsRejected)} would be rejected`}.{' '}
      {rowsRepeated > 0 &&
        `${rows(rowsRepeated)} ${rowsRepeated === 1 ? 'is of somebody who stands' : 'are of people who stand'} in the list before: each is stored once, and what stands later holds. `}
      Whoever has an address or a key is known again: imported again they are changed, not doubled.
    </p>
  );
}

function PreviewTable({ preview }: { readonly preview: ContactPreview }) {
  const people = preview.people.slice(0, 8);
  const some = (name: 'language' | 'timeZone' | 'consent') => people.some((person) => person[name] !== null);
  return (
    <>
      <Table label="The first people">
        <thead>
          <tr>
            <Th className="text-right">Row</Th>
            <Th>Name</Th>
            <Th>E-mail</Th>
            <Th>Key</Th>
            <Th>Audience</Th>
            {some('language') && <Th>Language</Th>}
            {some('timeZone') && <Th>Time zone</Th>}
            {some('consent') && <Th>Consent</Th>}
            <Th>Attributes</Th>
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <tr key={person.row}>
              <Num>{count(person.row)}</Num>
              <Td>{person.name}</Td>
              <Td className="min-w-40 wrap-anywhere">{person.email}</Td>
              <Td>{person.key}</Td>
              <Td>{AUDIENCE_NAMES[person.audience]}</Td>
              {some('language') && <Td>{person.language}</Td>}
              {some('timeZone') && <Td className="whitespace-nowrap">{person.timeZone}</Td>}
              {some('consent') && <Td>{person.consent === null ? '' : person.consent ? 'given' : 'refused'}</Td>}
              <Td className="min-w-60 text-muted">
                {Object.entries(person.attributes)
                  .map(([name, value]) => `${name}: ${value}`)
                  .join(' · ')}
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
      <Remarks title="Rejected rows" remarks={preview.rejections} />
      <Remarks title="Stored, but not as they stand" remarks={preview.notes} />
    </>
  );
}

type Remark = ContactImport['rejections'][number] & { readonly value?: string };

interface RemarksProps {
  readonly title: string;
  readonly remarks: readonly Remark[];
  readonly heading?: 'h2' | 'h3';
}

/** What stands in a cell is shown as long as the file is there; of a finished import nothing but the places is kept. */
function Remarks({ title, remarks, heading: Heading = 'h3' }: RemarksProps) {
  if (remarks.length === 0) return null;
  const valued = remarks.some(({ value }) => value !== undefined);
  const most = 20;
  return (
    <div className="mt-4 max-w-3xl">
      <Heading className="mb-1 text-sm font-medium">{title}</Heading>
      <Table label={title}>
        <thead>
          <tr>
            <Th className="text-right">Row</Th>
            <Th>Column</Th>
            {valued && <Th>Value</Th>}
            <Th>Why</Th>
          </tr>
        </thead>
        <tbody>
          {remarks.slice(0, most).map(({ row, column, value, reason }) => (
            <tr key={`${row} ${column} ${reason}`}>
              <Num>{count(row)}</Num>
              <Td>{column}</Td>
              {valued && (
                <Td dir="auto" className="wrap-anywhere">
                  {value}
                </Td>
              )}
              <Td>{reason}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
      {remarks.length > most && <p className="mt-1 text-sm text-muted">The first {count(most)} of more.</p>}
    </div>
  );
}
