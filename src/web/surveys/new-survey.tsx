import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { FileTrigger, Form, Radio, RadioGroup } from 'react-aria-components';
import type { MadeFromFile } from '../../server/surveys/file-schema.ts';
import { ApiProblem, inWorkspace, post } from '../api.ts';
import { type Survey, useChange } from '../journeys/queries.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { AUDIENCE_NAMES } from '../ui/format.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { Loading, ProblemNotice } from '../ui/notice.tsx';
import { languageName } from './languages.ts';
import { type Template, templatesQuery } from './queries.ts';

const LANGUAGES = ['en', 'de', 'es', 'fr', 'nl'];

interface NewSurveyProps {
  readonly workspaceId: string;
  readonly onClose: () => void;
}

/** A survey to begin with: from a template, blank, or from a file. */
export function NewSurvey({ workspaceId, onClose }: NewSurveyProps) {
  const navigate = useNavigate();
  const templates = useQuery(templatesQuery);
  const [choice, setChoice] = useState('relationship-nps');
  const [typed, setTyped] = useState<string | null>(null);
  const [language, setLanguage] = useState('en');
  const template = templates.data?.templates.find(({ id }) => id === choice);
  const name = typed ?? template?.name ?? '';
  const create = useChange(workspaceId, () =>
    post<Survey>(inWorkspace(workspaceId, 'surveys'), { name, ...(template && { template: choice, language }) }),
  );
  const open = (surveyId: string) =>
    navigate({ to: '/w/$workspaceId/surveys/$surveyId', params: { workspaceId, surveyId } });
  async function submit(event: FormEvent) {
    event.preventDefault();
    // A refusal is shown from the mutation.
    const made = await create.mutateAsync(undefined).catch(() => undefined);
    if (made) await open(made.id);
  }
  return (
    <Dialog title="New survey" isOpen onClose={onClose} wide>
      <Form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        {templates.isPending && <Loading what="the templates" />}
        <ProblemNotice error={templates.error} />
        {templates.data && (
          <RadioGroup
            aria-label="Begin with"
            value={choice}
            onChange={setChoice}
            className="-m-1 grid max-h-[50vh] gap-2 overflow-y-auto p-1 sm:grid-cols-2"
          >
            {templates.data.templates.map((one) => (
              <TemplateCard key={one.id} template={one} />
            ))}
            <Card id="blank" name="Blank">
              An empty page; you add the questions.
            </Card>
          </RadioGroup>
        )}
        <div className="grid gap-3 sm:grid-cols-[1fr_12rem]">
          <TextField label="Name" isRequired maxLength={200} value={name} onChange={setTyped} />
          {template && (
            <SelectField label="First language" value={language} onChange={setLanguage}>
              {LANGUAGES.map((one) => (
                <option key={one} value={one}>
                  {languageName(one)}
                </option>
              ))}
            </SelectField>
          )}
        </div>
        <ProblemNotice error={create.error} />
        <DialogActions>
          <FromFile workspaceId={workspaceId} onMade={(id) => void open(id)} />
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isPending={create.isPending}>
            Make the survey
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

function TemplateCard({ template: { id, name, description, definition } }: { readonly template: Template }) {
  const questions = definition.pages.flatMap((page) => page.questions).length;
  return (
    <Card id={id} name={name}>
      {description}
      <span className="mt-1 flex flex-wrap items-center gap-x-2 text-xs">
        {definition.audiences.map((audience) => (
          <span key={audience} className="inline-flex items-center gap-1">
            <MarkIcon audience={audience} lens={audience === 'customer' ? 'experience' : 'belief'} size={10} />
            {AUDIENCE_NAMES[audience]}
          </span>
        ))}
        <span>
          · {questions} questions · {definition.languages.join(' ')}
        </span>
      </span>
    </Card>
  );
}

interface CardProps {
  readonly id: string;
  readonly name: string;
  readonly children: React.ReactNode;
}

function Card({ id, name, children }: CardProps) {
  return (
    <Radio
      value={id}
      className="flex cursor-pointer flex-col rounded-sm border border-hairline px-3 py-2 text-sm text-muted hover:border-field data-focus-visible:outline-2 data-focus-visible:outline-offset-2 data-focus-visible:outline-ink data-selected:border-ink data-selected:bg-wash data-selected:outline data-selected:outline-ink"
    >
      <span className="font-medium text-ink">{name}</span>
      <span>{children}</span>
    </Radio>
  );
}

/** A survey file is read here, so that one that is none is said at once; the server checks it. */
function FromFile({ workspaceId, onMade }: { readonly workspaceId: string; readonly onMade: (id: string) => void }) {
  const [made, setMade] = useState<MadeFromFile | null>(null);
  const read = useChange(workspaceId, async (file: File) => {
    const body = await readJson(file);
    return post<MadeFromFile>(inWorkspace(workspaceId, 'surveys', 'from-file'), body);
  });
  async function take(file: File | undefined) {
    if (!file) return;
    const result = await read.mutateAsync(file).catch(() => undefined);
    if (!result) return;
    if (result.problems.length === 0) onMade(result.id);
    else setMade(result);
  }
  return (
    <div className="mr-auto">
      <FileTrigger acceptedFileTypes={['application/json', '.json']} onSelect={(files) => void take(files?.[0])}>
        <Button isPending={read.isPending}>From a file …</Button>
      </FileTrigger>
      <ProblemNotice error={read.error} />
      {made && (
        <div role="status" className="mt-2 max-w-md text-sm">
          <p>
            {made.name} was made. {made.problems.length === 1 ? 'One thing' : `${made.problems.length} things`} of the
            file {made.problems.length === 1 ? 'does' : 'do'} not fit here:
          </p>
          <ul className="my-1 list-disc pl-4 text-muted">
            {made.problems.map(({ item, message }) => (
              <li key={item}>
                <span className="text-ink">{item}</span>: {message}
              </li>
            ))}
          </ul>
          <Button look="plain" onPress={() => onMade(made.id)}>
            Open the survey
          </Button>
        </div>
      )}
    </div>
  );
}

async function readJson(file: File): Promise<unknown> {
  try {
    return JSON.parse(await file.text());
  } catch {
    throw new ApiProblem(
      0,
      'not_json',
      `${file.name} is no survey file. Choose a .json file that was saved from a survey.`,
    );
  }
}
