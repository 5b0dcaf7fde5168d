import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { apiPath, inWorkspace, patch, post, remove } from '../api.ts';
import { SurveyFromTool } from '../exchange/survey-from-tool.tsx';
import { type Survey, surveysQuery, useChange } from '../journeys/queries.ts';
import { useRights } from '../session.ts';
import { ActionMenu } from '../ui/action-menu.tsx';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/dialog.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { AUDIENCE_NAMES, count, date } from '../ui/format.ts';
import { MarkIcon } from '../ui/mark.tsx';
import { NameDialog } from '../ui/name-form.tsx';
import { Empty, Loading, ProblemNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Num, Table, Td, Th } from '../ui/table.tsx';
import { NewSurvey } from './new-survey.tsx';
import { SurveysNav } from './surveys-nav.tsx';

const here = getRouteApi('/w/$workspaceId/surveys');

/** All surveys of the workspace: whom they ask, how far they are, what came back. */
export function SurveyList() {
  const { workspaceId } = here.useParams();
  const { mayEdit } = useRights(workspaceId);
  const surveys = useQuery(surveysQuery(workspaceId));
  const [adding, setAdding] = useState(false);
  const [bringing, setBringing] = useState(false);
  const all = surveys.data?.surveys ?? [];
  const archived = all.filter((survey) => survey.archived);
  const current = all.filter((survey) => !survey.archived);
  const add = (
    <>
      <Button onPress={() => setBringing(true)}>From another tool</Button>
      <Button look="primary" onPress={() => setAdding(true)}>
        New survey
      </Button>
    </>
  );
  return (
    <Page
      title="Surveys"
      lead="One survey asks leaders, staff and customers the same things, each in their own words."
      actions={mayEdit && add}
    >
      <SurveysNav workspaceId={workspaceId} />
      <ProblemNotice error={surveys.error} onRetry={() => void surveys.refetch()} />
      {surveys.isPending && <Loading what="the surveys" />}
      {surveys.data && current.length === 0 && (
        <Empty title="No survey yet">
          <p>Begin with a template: its questions are written for all three audiences, in five languages.</p>
          {mayEdit && <p className="actions flex flex-wrap gap-2">{add}</p>}
        </Empty>
      )}
      {current.length > 0 && <SurveyTable workspaceId={workspaceId} surveys={current} label="Surveys" />}
      {archived.length > 0 && (
        <div className="mt-6">
          <Disclosure title={`Archived (${count(archived.length)})`}>
            <SurveyTable workspaceId={workspaceId} surveys={archived} label="Archived surveys" />
          </Disclosure>
        </div>
      )}
      {adding && <NewSurvey workspaceId={workspaceId} onClose={() => setAdding(false)} />}
      {bringing && <SurveyFromTool workspaceId={workspaceId} onClose={() => setBringing(false)} />}
    </Page>
  );
}

interface SurveyTableProps {
  readonly workspaceId: string;
  readonly surveys: readonly Survey[];
  readonly label: string;
}

function SurveyTable({ workspaceId, surveys, label }: SurveyTableProps) {
  const { mayEdit } = useRights(workspaceId);
  return (
    <Table label={label}>
      <thead>
        <tr>
          <Th>Survey</Th>
          <Th>Asks</Th>
          <Th>State</Th>
          <Th className="text-right">Answers</Th>
          <Th className="max-sm:hidden">Last wave</Th>
          {mayEdit && (
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          )}
        </tr>
      </thead>
      <tbody>
        {surveys.map((survey) => (
          <SurveyRow key={survey.id} workspaceId={workspaceId} survey={survey} mayEdit={mayEdit} />
        ))}
      </tbody>
    </Table>
  );
}

interface SurveyRowProps {
  readonly workspaceId: string;
  readonly survey: Survey;
  readonly mayEdit: boolean;
}

function SurveyRow({ workspaceId, survey, mayEdit }: SurveyRowProps) {
  const { audiences, lastWave: last } = survey;
  const params = { workspaceId, surveyId: survey.id };
  return (
    <tr>
      <Td className="min-w-32">
        <Link className="link font-medium wrap-anywhere" to="/w/$workspaceId/surveys/$surveyId" params={params}>
          {survey.name}
        </Link>
      </Td>
      <Td>
        <span className="flex gap-1.5">
          {audiences?.map((audience) => (
            <span key={audience} title={AUDIENCE_NAMES[audience]}>
              <MarkIcon audience={audience} lens={audience === 'customer' ? 'experience' : 'belief'} />
              <span className="sr-only">{AUDIENCE_NAMES[audience]} </span>
            </span>
          ))}
          {audiences === null && <span className="text-muted">as imported</span>}
        </span>
      </Td>
      <Td>
        {survey.version !== null ? `version ${survey.version}` : audiences === null ? 'no questions here' : 'draft'}
        {survey.version !== null && survey.changed && <span className="text-muted">, changed since</span>}
      </Td>
      <Num>
        <Link className="link" to="/w/$workspaceId/surveys/$surveyId/answers" params={params}>
          {count(survey.responses)}
          <span className="sr-only"> answers of {survey.name}</span>
        </Link>
      </Num>
      <Td className="text-muted max-sm:hidden">
        {last ? `${last.name}${last.startsOn ? `, ${date(last.startsOn)}` : ''}` : '–'}
      </Td>
      {mayEdit && (
        <Td className="text-right">
          <SurveyActions workspaceId={workspaceId} survey={survey} isEmpty={audiences === null} />
        </Td>
      )}
    </tr>
  );
}

interface SurveyActionsProps {
  readonly workspaceId: string;
  readonly survey: Survey;
  /** It came with an import and has no questions. */
  readonly isEmpty: boolean;
}

function SurveyActions({ workspaceId, survey, isEmpty }: SurveyActionsProps) {
  const [asking, setAsking] = useState<'rename' | 'duplicate' | 'delete' | null>(null);
  const navigate = useNavigate();
  const path = inWorkspace(workspaceId, 'surveys', survey.id);
  const change = useChange(workspaceId, (body: { name?: string; archived?: boolean }) => patch(path, body));
  const duplicate = useChange(workspaceId, (name: string) => post<Survey>(`${path}/duplicate`, { name }));
  const drop = useChange(workspaceId, () => remove(path, { withAnswers: true }));
  const close = () => setAsking(null);
  return (
    <>
      <ActionMenu
        label={`Change ${survey.name}`}
        actions={[
          { name: 'Rename', onAction: () => setAsking('rename') },
          { name: 'Duplicate', onAction: () => setAsking('duplicate'), disabled: isEmpty },
          {
            name: 'Save as a file',
            onAction: () => window.location.assign(apiPath(`${path}/file`)),
            disabled: isEmpty,
          },
          {
            name: survey.archived ? 'Bring back' : 'Archive',
            onAction: () => change.mutate({ archived: !survey.archived }),
          },
          { name: 'Delete', onAction: () => setAsking('delete') },
        ]}
      />
      <ProblemNotice error={change.error} />
      {asking === 'rename' && (
        <NameDialog
          title={`Rename ${survey.name}`}
          action="Rename"
          initial={survey.name}
          onSave={(name) => change.mutateAsync({ name })}
          onClose={close}
        />
      )}
      {asking === 'duplicate' && (
        <NameDialog
          title={`Duplicate ${survey.name}`}
          action="Duplicate"
          initial={`${survey.name} (copy)`.slice(0, 200)}
          onSave={async (name) => {
            const made = await duplicate.mutateAsync(name);
            await navigate({
              to: '/w/$workspaceId/surveys/$surveyId',
              params: { workspaceId, surveyId: made.id },
            });
          }}
          onClose={close}
        />
      )}
      <ConfirmDialog
        title={`Delete ${survey.name}?`}
        isOpen={asking === 'delete'}
        onClose={close}
        action={survey.responses > 0 ? 'Delete with its answers' : 'Delete'}
        onConfirm={() => drop.mutateAsync(undefined)}
      >
        {survey.responses > 0 ? `Its ${count(survey.responses)} answers, its` : 'Its'} waves, links and versions go too.
        Items stay. This can’t be undone; archive it instead, or export the workspace first if in doubt.
      </ConfirmDialog>
    </>
  );
}
