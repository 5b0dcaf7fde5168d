import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Form, Label, Radio, RadioGroup } from 'react-aria-components';
import { inWorkspace, post } from '../api.ts';
import { type Survey, surveysQuery, useChange, wavesQuery } from '../journeys/queries.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { AUDIENCE_NAMES } from '../ui/format.ts';
import { ProblemNotice } from '../ui/notice.tsx';
import type { Import, ImportMode, Preview } from './queries.ts';

interface RunFormProps {
  readonly workspaceId: string;
  readonly one: Import;
  readonly preview: Preview | null;
  /** The mapping on screen is not yet the server's. */
  readonly busy: boolean;
}

const NEW = 'new';

/** Where the answers go, and what becomes of rows that are not valid. */
export function RunForm({ workspaceId, one, preview, busy }: RunFormProps) {
  const surveys = useQuery(surveysQuery(workspaceId)).data?.surveys ?? [];
  const [surveyId, setSurvey] = useState(NEW);
  const [surveyName, setSurveyName] = useState(one.fileName.replace(/\.(csv|tsv|txt|xlsx)?(\.gz)?$/i, ''));
  const [waveId, setWave] = useState('');
  const [mode, setMode] = useState<ImportMode>('all_or_nothing');
  const waves = useQuery({ ...wavesQuery(workspaceId, surveyId), enabled: surveyId !== NEW }).data?.waves ?? [];
  const run = useChange(workspaceId, () =>
    post(inWorkspace(workspaceId, 'imports', one.id, 'run'), {
      mode,
      ...(surveyId === NEW ? { surveyName } : { surveyId }),
      ...(waveId ? { waveId } : {}),
    }),
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    run.mutate(undefined);
  }
  // Added to answers that are there already, those of the file would count once more.
  const taken = surveyId === NEW ? surveys.find(({ name }) => name === surveyName.trim()) : undefined;
  const blocked = preview !== null && preview.problems.length > 0;
  return (
    <Form onSubmit={submit} className="flex max-w-3xl flex-col gap-4">
      <div className="flex flex-wrap items-start gap-4">
        <SelectField
          label="Into the survey"
          value={surveyId}
          onChange={(id) => {
            setSurvey(id);
            setWave('');
          }}
        >
          <option value={NEW}>a new one</option>
          {surveys.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        {surveyId === NEW && <NewName name={surveyName} onName={setSurveyName} taken={taken} onTaken={setSurvey} />}
        {waves.length > 0 && (
          <SelectField label="Wave" value={waveId} onChange={setWave}>
            <option value="">none</option>
            {waves.map((wave) => (
              <option key={wave.id} value={wave.id}>
                {wave.name} ({AUDIENCE_NAMES[wave.audience]})
              </option>
            ))}
          </SelectField>
        )}
      </div>
      <RadioGroup
        value={mode}
        onChange={(value) => setMode(value as ImportMode)}
        className="flex flex-col gap-1.5 text-sm"
      >
        <Label className="text-xs font-medium text-muted">Rows that are not valid</Label>
        <Choice value="all_or_nothing">
          Store all rows or none: one bad row stops the import before anything is stored
        </Choice>
        <Choice value="valid_rows">Store the valid rows and list the others to download</Choice>
      </RadioGroup>
      <ProblemNotice error={run.error} />
      <div>
        <Button type="submit" look="primary" isPending={run.isPending} isDisabled={blocked || busy}>
          Import
        </Button>
      </div>
    </Form>
  );
}

interface NewNameProps {
  readonly name: string;
  readonly onName: (name: string) => void;
  /** The survey that is called so already. */
  readonly taken: Survey | undefined;
  readonly onTaken: (surveyId: string) => void;
}

function NewName({ name, onName, taken, onTaken }: NewNameProps) {
  return (
    <>
      <TextField
        label="Its name"
        isRequired
        maxLength={200}
        className="w-72"
        value={name}
        onChange={onName}
        isInvalid={taken !== undefined}
        hint={
          taken && (
            <span className="text-danger">
              There is a survey called so already. Give this one another name, or import into that one.
            </span>
          )
        }
      />
      {taken && (
        <Button className="mt-5" onPress={() => onTaken(taken.id)}>
          Into that survey
        </Button>
      )}
    </>
  );
}

function Choice({ value, children }: { readonly value: ImportMode; readonly children: string }) {
  return (
    <Radio value={value} className="group flex cursor-pointer items-start gap-2">
      <span
        aria-hidden="true"
        className="mt-0.5 size-4 shrink-0 rounded-full border border-field group-data-focus-visible:outline-2 group-data-focus-visible:outline-offset-2 group-data-selected:border-5 group-data-selected:border-ink"
      />
      {children}
    </Radio>
  );
}
