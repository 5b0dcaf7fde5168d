import { useQuery } from '@tanstack/react-query';
import { apiPath, inWorkspace } from '../api.ts';
import { ButtonAnchor, ButtonLink } from '../ui/button.tsx';
import { count } from '../ui/format.ts';
import { ProblemNotice } from '../ui/notice.tsx';
import { Section } from '../ui/page.tsx';
import { Num, Table, Td, Th } from '../ui/table.tsx';
import { type Import, rejectionsQuery } from './queries.ts';

/** What came of an import: what is stored, what is not, and why not. */
export function ImportResult({ workspaceId, one }: { readonly workspaceId: string; readonly one: Import }) {
  const { rowsRead, rowsStored, rowsRejected } = one.progress;
  return (
    <>
      <div role="status" className="border-y border-hairline py-4">
        <p className="text-lg">{resultSentence(one)}</p>
        {one.error && <p className="mt-1">{one.error}</p>}
        <p className="mt-1 text-sm text-muted">
          {count(rowsRead)} rows read, {count(rowsStored)} stored, {count(rowsRejected)} rejected.
        </p>
        <p className="mt-4 flex flex-wrap gap-2">
          {one.status === 'done' && (
            <ButtonLink look="primary" to="/w/$workspaceId" params={{ workspaceId }}>
              See the gaps
            </ButtonLink>
          )}
          <ButtonLink to="/w/$workspaceId/imports" params={{ workspaceId }}>
            Import another file
          </ButtonLink>
        </p>
      </div>
      {rowsRejected > 0 && <Rejections workspaceId={workspaceId} importId={one.id} />}
    </>
  );
}

function resultSentence({ status, mode, progress }: Import): string {
  if (status === 'cancelled') return 'The import was cancelled. Nothing of it was stored.';
  if (status === 'failed')
    return mode === 'all_or_nothing' && progress.rowsRejected > 0
      ? 'Nothing was stored, because some rows are not valid and you chose all or nothing.'
      : 'The import failed.';
  return progress.rowsRejected > 0 ? 'The valid rows are stored; the others are listed below.' : 'Every row is stored.';
}

function Rejections({ workspaceId, importId }: { readonly workspaceId: string; readonly importId: string }) {
  const rejections = useQuery(rejectionsQuery(workspaceId, importId));
  return (
    <Section
      title="Rejected rows"
      aside={
        <ButtonAnchor href={apiPath(inWorkspace(workspaceId, 'imports', importId, 'rejections.csv'))} download>
          Download them as CSV
        </ButtonAnchor>
      }
    >
      <ProblemNotice error={rejections.error} />
      {rejections.data && (
        <>
          <Table label="Rejected rows">
            <thead>
              <tr>
                <Th className="text-right">Row</Th>
                <Th>Column</Th>
                <Th>Value</Th>
                <Th>Why</Th>
              </tr>
            </thead>
            <tbody>
              {rejections.data.rejections.map((one, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a row may be rejected twice for the same column
                <tr key={`${one.rowNumber} ${one.column} ${i}`}>
                  <Num>{count(one.rowNumber)}</Num>
                  <Td className="break-all">{one.column}</Td>
                  <Td className="break-all">{one.value}</Td>
                  <Td>{one.reason}</Td>
                </tr>
              ))}
            </tbody>
          </Table>
          {rejections.data.total > rejections.data.rejections.length && (
            <p className="mt-2 text-sm text-muted">
              The first {count(rejections.data.rejections.length)} of {count(rejections.data.total)}; the download has{' '}
              {count(rejections.data.kept)}.
            </p>
          )}
        </>
      )}
    </Section>
  );
}
