import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { inWorkspace, post, put } from '../api.ts';
import { AnswersFromTool } from '../exchange/answers-from-tool.tsx';
import { useChange } from '../journeys/queries.ts';
import { Button } from '../ui/button.tsx';
import { SelectField } from '../ui/field.tsx';
import { NameDialog } from '../ui/name-form.tsx';
import { Note, ProblemNotice } from '../ui/notice.tsx';
import { Section } from '../ui/page.tsx';
import { AudienceFields } from './audience-fields.tsx';
import { emptyMapping } from './column-roles.ts';
import { MappingTable } from './mapping-table.tsx';
import { PreviewTables } from './preview-tables.tsx';
import { type Import, importQuery, type Mapping, type Preview, savedMappingsQuery } from './queries.ts';
import { RunForm } from './run-form.tsx';

const PAUSE_MS = 400;

/** How the file is read: every column has a role, and the preview shows at once what comes of it. */
export function MappingStep({ workspaceId, one }: { readonly workspaceId: string; readonly one: Import }) {
  const columns = one.detected?.columns ?? [];
  const [mapping, setMapping] = useState<Mapping>(one.mapping ?? emptyMapping(one.detected?.layout ?? 'wide', columns));
  const { preview, pending, error } = usePreview(workspaceId, one, mapping);
  return (
    <>
      {one.detected?.tool && <OfAnotherTool workspaceId={workspaceId} tool={one.detected.tool} />}
      {one.detected && one.detected.warnings.length > 0 && (
        <Note>
          <ul>
            {one.detected.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Note>
      )}
      <Section
        title="1. What the columns are"
        aside={<SavedMappings workspaceId={workspaceId} mapping={mapping} onUse={setMapping} />}
      >
        <div className="mb-3 flex flex-wrap items-start gap-4">
          <SelectField
            label="One row is"
            value={mapping.layout}
            onChange={(layout) =>
              setMapping(
                one.mapping?.layout === layout
                  ? one.mapping
                  : emptyMapping(layout === 'long' ? 'long' : 'wide', columns),
              )
            }
          >
            <option value="wide">one respondent, a column per item</option>
            <option value="long">one answer</option>
          </SelectField>
          <AudienceFields mapping={mapping} columns={columns} onChange={setMapping} />
        </div>
        <MappingTable
          workspaceId={workspaceId}
          mapping={mapping}
          columns={columns}
          preview={preview}
          onChange={setMapping}
        />
      </Section>
      <Section title="2. What comes of it" aside={pending ? 'reading …' : undefined}>
        <ProblemNotice error={error} />
        {preview && <PreviewTables preview={preview} />}
      </Section>
      <Section title="3. Import">
        <RunForm workspaceId={workspaceId} one={one} preview={preview} busy={pending} />
      </Section>
    </>
  );
}

/** Two doors for one file: the other one knows what stands in it. */
function OfAnotherTool({ workspaceId, tool }: { readonly workspaceId: string; readonly tool: string }) {
  const [taking, setTaking] = useState(false);
  return (
    <Note>
      <p>
        This is a file of another tool: {tool}. Its questions, choices and ids are understood there:{' '}
        <Button look="plain" onPress={() => setTaking(true)}>
          Answers of another tool
        </Button>
        . Below it is a table like others, and every column is mapped by hand.
      </p>
      {taking && <AnswersFromTool workspaceId={workspaceId} onClose={() => setTaking(false)} />}
    </Note>
  );
}

/** Sends a changed mapping after a short pause and shows what the server makes of the first rows. */
function usePreview(workspaceId: string, one: Import, mapping: Mapping) {
  const client = useQueryClient();
  const [state, setState] = useState<{ preview: Preview | null; pending: boolean; error?: unknown }>({
    preview: one.preview,
    pending: false,
  });
  const last = useRef<Mapping>(one.mapping ?? mapping);
  useEffect(() => {
    if (last.current === mapping) return;
    last.current = mapping;
    setState((before) => ({ preview: before.preview, pending: true }));
    let current = true;
    const timer = setTimeout(async () => {
      try {
        const answer = await put<Import | Preview>(inWorkspace(workspaceId, 'imports', one.id, 'mapping'), mapping);
        const preview = 'rowsLookedAt' in answer ? answer : answer.preview;
        if (current) setState({ preview, pending: false });
        // Read again when the page is opened the next time, not under the person's hands.
        await client.invalidateQueries({ queryKey: importQuery(workspaceId, one.id).queryKey, refetchType: 'none' });
      } catch (error) {
        if (current) setState((before) => ({ ...before, pending: false, error }));
      }
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [client, workspaceId, one.id, mapping]);
  return state;
}

interface SavedMappingsProps {
  readonly workspaceId: string;
  readonly mapping: Mapping;
  readonly onUse: (mapping: Mapping) => void;
}

/** Mappings of earlier files, to be used again; this one, to be used later. */
function SavedMappings({ workspaceId, mapping, onUse }: SavedMappingsProps) {
  const saved = useQuery(savedMappingsQuery(workspaceId)).data?.mappings ?? [];
  const [naming, setNaming] = useState(false);
  const save = useChange(workspaceId, (name: string) =>
    post(inWorkspace(workspaceId, 'import-mappings'), { name, mapping }),
  );
  return (
    <div className="flex flex-wrap items-center gap-3">
      {saved.length > 0 && (
        <SelectField
          label="Use a saved mapping"
          look="bare"
          value=""
          onChange={(id) => {
            const chosen = saved.find((one) => one.id === id);
            if (chosen) onUse(chosen.mapping);
          }}
        >
          <option value="">use a saved mapping …</option>
          {saved.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      <Button look="plain" onPress={() => setNaming(true)}>
        Save this mapping
      </Button>
      {naming && (
        <NameDialog
          title="Save this mapping"
          action="Save"
          onSave={(name) => save.mutateAsync(name)}
          onClose={() => setNaming(false)}
        />
      )}
    </div>
  );
}
