import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { inWorkspace, post } from '../api.ts';
import { useChange } from '../journeys/queries.ts';
import { Button } from '../ui/button.tsx';
import { bytes, count } from '../ui/format.ts';
import { Loading, ProblemNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Progress } from '../ui/progress.tsx';
import { ImportResult } from './import-result.tsx';
import { MappingStep } from './mapping-step.tsx';
import { type Import, importQuery } from './queries.ts';

const here = getRouteApi('/w/$workspaceId/imports/$importId');

/** One import: first how the file is read, then its run, then what came of it. */
export function ImportWizard() {
  const { workspaceId, importId } = here.useParams();
  const query = useQuery(importQuery(workspaceId, importId));
  if (query.isError) return <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <Loading what="the import" />;
  const one = query.data;
  return (
    <>
      <p className="mb-1 text-sm">
        <Link className="link text-muted" to="/w/$workspaceId/imports" params={{ workspaceId }}>
          Import
        </Link>
      </p>
      <Page title={one.fileName} lead={formSentence(one)}>
        {one.status === 'uploaded' && <MappingStep key={one.id} workspaceId={workspaceId} one={one} />}
        {one.status === 'running' && <Running workspaceId={workspaceId} one={one} />}
        {(one.status === 'done' || one.status === 'failed' || one.status === 'cancelled') && (
          <ImportResult workspaceId={workspaceId} one={one} />
        )}
      </Page>
    </>
  );
}

const DELIMITERS: Record<string, string> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'bars', tab: 'tabs' };

/** What was found out about the file, in a sentence. */
function formSentence({ fileBytes, detected }: Import): string {
  if (!detected) return bytes(fileBytes);
  const parts = [
    `${bytes(fileBytes)} ${detected.format.toUpperCase()}${detected.gzip ? ', gzipped' : ''}`,
    detected.sheet ? `sheet “${detected.sheet}”` : null,
    detected.delimiter ? `separated by ${DELIMITERS[detected.delimiter] ?? detected.delimiter}` : null,
    detected.format === 'xlsx' ? null : detected.encoding.toUpperCase(),
    `${detected.headerRows} header ${detected.headerRows === 1 ? 'row' : 'rows'}`,
    `${count(detected.columns.length)} columns`,
    detected.layout === 'long' ? 'one row per answer' : 'one row per respondent',
  ];
  return `${parts.filter(Boolean).join(', ')}.`;
}

function Running({ workspaceId, one }: { readonly workspaceId: string; readonly one: Import }) {
  const cancel = useChange(workspaceId, () => post(inWorkspace(workspaceId, 'imports', one.id, 'cancel')));
  const { bytesRead, bytes: all, rowsRead, rowsRejected } = one.progress;
  return (
    <div className="border-y border-hairline py-4">
      <Progress
        label={bytesRead * 2 > all ? 'Storing' : 'Checking every row'}
        share={all > 0 ? Math.min(1, bytesRead / all) : undefined}
        detail={`${count(rowsRead)} rows read${rowsRejected > 0 ? `, ${count(rowsRejected)} rejected` : ''}`}
      />
      <p className="mb-3 text-sm text-muted">
        You can leave this page; the import goes on. Cancelling leaves nothing behind.
      </p>
      <Button isPending={cancel.isPending} onPress={() => cancel.mutate(undefined)}>
        Cancel the import
      </Button>
      <ProblemNotice error={cancel.error} />
    </div>
  );
}
