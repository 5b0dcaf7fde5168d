import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { DropZone, type DropZoneProps, FileTrigger } from 'react-aria-components';
import { ApiProblem, inWorkspace } from '../api.ts';
import { AnswersFromTool } from '../exchange/answers-from-tool.tsx';
import { useRights } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { bytes, count, dateTime } from '../ui/format.ts';
import { Loading, ProblemNotice } from '../ui/notice.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Progress } from '../ui/progress.tsx';
import { Table, Td, Th } from '../ui/table.tsx';
import { type Upload, upload } from '../ui/upload.ts';
import { type Import, type ImportSummary, importsQuery } from './queries.ts';

const here = getRouteApi('/w/$workspaceId/imports');

type Dropped = Parameters<NonNullable<DropZoneProps['onDrop']>>[0];

const MOST_BYTES = 2 * 1000 ** 3;

/** Bringing answers in: choose a file; what was imported before stands below. */
export function ImportList() {
  const { workspaceId } = here.useParams();
  const { mayEdit } = useRights(workspaceId);
  const imports = useQuery(importsQuery(workspaceId));
  const [taking, setTaking] = useState(false);
  return (
    <Page
      title="Import answers"
      lead="Nothing is stored before you have seen how the file is read. The same respondents imported again are updated, not doubled."
      actions={mayEdit && <Button onPress={() => setTaking(true)}>Answers of another tool</Button>}
    >
      {taking && <AnswersFromTool workspaceId={workspaceId} onClose={() => setTaking(false)} />}
      {mayEdit ? (
        <ChooseFile workspaceId={workspaceId} />
      ) : (
        <p className="text-muted">Owners, leads and analysts import.</p>
      )}
      <Section title="Imports so far">
        <ProblemNotice error={imports.error} />
        {imports.isPending && <Loading what="the imports" />}
        {imports.data?.imports.length === 0 && <p className="text-sm text-muted">None yet.</p>}
        {imports.data && imports.data.imports.length > 0 && (
          <Table label="Imports so far">
            <thead>
              <tr>
                <Th>File</Th>
                <Th>State</Th>
                <Th className="text-right">Rows stored</Th>
                <Th className="text-right">Rejected</Th>
                <Th>When</Th>
              </tr>
            </thead>
            <tbody>
              {imports.data.imports.map((one) => (
                <tr key={one.id}>
                  <Td>
                    <Link
                      className="link"
                      to="/w/$workspaceId/imports/$importId"
                      params={{ workspaceId, importId: one.id }}
                    >
                      {one.fileName}
                    </Link>{' '}
                    <span className="whitespace-nowrap text-muted">{bytes(one.fileBytes)}</span>
                  </Td>
                  <Td>{STATUS_WORDS[one.status]}</Td>
                  <Td className="text-right">{count(one.progress.rowsStored)}</Td>
                  <Td className="text-right">{count(one.progress.rowsRejected)}</Td>
                  <Td className="whitespace-nowrap text-muted">{dateTime(one.createdAt)}</Td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
      </Section>
    </Page>
  );
}

export const STATUS_WORDS: Record<ImportSummary['status'], string> = {
  uploaded: 'waiting for you',
  running: 'running',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};

function ChooseFile({ workspaceId }: { readonly workspaceId: string }) {
  const [share, setShare] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const running = useRef<Upload<Import> | null>(null);
  const navigate = useNavigate();
  const client = useQueryClient();
  async function send(file: File | null | undefined) {
    if (!file) return;
    setError(null);
    if (file.size === 0) return setError(new ApiProblem(0, 'empty', `${file.name} is empty.`));
    if (file.size > MOST_BYTES)
      return setError(
        new ApiProblem(
          0,
          'too_large',
          `${file.name} has ${bytes(file.size)}; the limit is ${bytes(MOST_BYTES)}. Split it, or compress it with gzip.`,
        ),
      );
    setShare(0);
    running.current = upload<Import>(inWorkspace(workspaceId, 'imports'), { fileName: file.name }, file, setShare);
    try {
      const made = await running.current.done;
      await client.invalidateQueries({ queryKey: importsQuery(workspaceId).queryKey });
      await navigate({ to: '/w/$workspaceId/imports/$importId', params: { workspaceId, importId: made.id } });
    } catch (problem) {
      setError(problem);
    }
    setShare(null);
  }
  async function drop(event: Dropped) {
    const item = event.items.find((one) => one.kind === 'file');
    if (item?.kind === 'file') await send(await item.getFile());
  }
  if (share !== null)
    return (
      <div className="border-y border-hairline py-4">
        <Progress label={share < 1 ? 'Uploading' : 'Reading the first rows'} share={share < 1 ? share : undefined} />
        <Button onPress={() => running.current?.cancel()}>Cancel</Button>
      </div>
    );
  return (
    <>
      <DropZone
        onDrop={(event) => void drop(event)}
        className="border border-dashed border-field px-4 py-6 data-drop-target:bg-wash data-focus-visible:outline-2"
        aria-label="Drop a file here"
      >
        <FileTrigger onSelect={(files) => void send(files?.[0])}>
          <Button look="primary">Choose a file</Button>
        </FileTrigger>
        <p className="mt-2 text-sm text-muted">
          or drop it here. CSV, TSV or XLSX, also gzipped; up to 2 GB and 2,000 columns. One row per respondent with a
          column per item, or one row per answer.
        </p>
      </DropZone>
      <ProblemNotice error={error} />
    </>
  );
}
