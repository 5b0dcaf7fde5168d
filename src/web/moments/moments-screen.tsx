import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Repeat } from '../../core/survey/moments.ts';
import { inWorkspace, put } from '../api.ts';
import { surveysQuery, useChange } from '../journeys/queries.ts';
import { useRights } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox } from '../ui/field.tsx';
import { Loading, Note, ProblemNotice } from '../ui/notice.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Unsaved } from '../ui/unsaved.tsx';
import { FrequencyFields } from './frequency-fields.tsx';
import { LookFields } from './look-fields.tsx';
import { PreviewLine } from './preview-line.tsx';
import { askingQuery, type Moments } from './queries.ts';
import { TargetFields } from './target-fields.tsx';
import { TriggerList } from './trigger-list.tsx';

const here = getRouteApi('/w/$workspaceId/surveys/$surveyId/moments');

/** When, where and whom a survey asks on websites; and how many that would be. */
export function MomentsScreen() {
  const { workspaceId, surveyId } = here.useParams();
  const asking = useQuery(askingQuery(workspaceId, surveyId));
  const name = useQuery(surveysQuery(workspaceId)).data?.surveys.find(({ id }) => id === surveyId)?.name;
  return (
    <Page
      title={name ? `Moments of ${name}` : 'Moments'}
      lead="When, where and whom this survey asks on websites and in apps."
    >
      <p className="mb-4 flex flex-wrap gap-x-5 gap-y-1 text-sm">
        <Link to="/w/$workspaceId/asking" params={{ workspaceId }} className="link leading-6">
          Sites and rules for all surveys
        </Link>
        <Link to="/w/$workspaceId/asking/log" params={{ workspaceId }} search={{ surveyId }} className="link leading-6">
          Why people were asked or not
        </Link>
      </p>
      <ProblemNotice error={asking.error} onRetry={() => void asking.refetch()} />
      {asking.isPending && <Loading what="the moments" />}
      {asking.data && (
        <MomentsForm
          // Another revision is another starting point.
          key={`${surveyId} ${asking.data.revision}`}
          workspaceId={workspaceId}
          surveyId={surveyId}
          stored={asking.data.moments}
          revision={asking.data.revision}
          repeatOfSurvey={asking.data.repeatOfSurvey}
        />
      )}
    </Page>
  );
}

const NOTHING: readonly string[] = [];

interface MomentsFormProps {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly stored: Moments;
  readonly revision: number;
  readonly repeatOfSurvey: Repeat;
}

function MomentsForm({ workspaceId, surveyId, stored, revision, repeatOfSurvey }: MomentsFormProps) {
  const { mayEdit } = useRights(workspaceId);
  // Every state since it was opened, for undo; the last one is shown.
  const [states, setStates] = useState<readonly Moments[]>([stored]);
  const moments = states.at(-1) ?? stored;
  const change = (part: Partial<Moments>) => setStates([...states.slice(-99), { ...moments, ...part }]);
  const save = useChange(workspaceId, () =>
    put(inWorkspace(workspaceId, 'surveys', surveyId, 'asking'), { moments, revision }),
  );
  const changed = JSON.stringify(moments) !== JSON.stringify(stored);
  const fields = { moments, onChange: change };
  return (
    <>
      {!mayEdit && <Note>Owners, leads and analysts change moments.</Note>}
      <Unsaved what={changed && mayEdit ? ['the moments'] : NOTHING} />
      <div className="sticky top-0 z-10 -mx-4 mb-6 border-b border-hairline bg-ground px-4 py-3 sm:-mx-6 sm:px-6">
        <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
          <Checkbox isSelected={moments.on} onChange={(on) => change({ on })} isDisabled={!mayEdit}>
            Ask at these moments
          </Checkbox>
          {mayEdit && (
            <span className="ml-auto flex flex-wrap items-center gap-2">
              <span role="status" className="text-sm text-muted">
                {changed ? 'Not saved yet' : revision > 0 && 'Saved'}
              </span>
              <Button isDisabled={states.length < 2} onPress={() => setStates(states.slice(0, -1))}>
                Undo
              </Button>
              <Button
                look="primary"
                isDisabled={!changed}
                isPending={save.isPending}
                onPress={() => save.mutate(undefined)}
              >
                Save
              </Button>
            </span>
          )}
        </div>
        <ProblemNotice error={save.error} />
        {mayEdit && <PreviewLine workspaceId={workspaceId} surveyId={surveyId} moments={moments} />}
      </div>
      <fieldset disabled={!mayEdit} className="min-w-0 max-w-3xl">
        <legend className="sr-only">Moments</legend>
        <Section title="Triggers" aside="Any of them starts an attempt">
          <TriggerList triggers={moments.triggers} onChange={(triggers) => change({ triggers })} />
        </Section>
        <Section title="Who" aside="All that is given has to hold">
          <TargetFields workspaceId={workspaceId} {...fields} />
        </Section>
        <Section title="How often, how many">
          <FrequencyFields workspaceId={workspaceId} repeatOfSurvey={repeatOfSurvey} {...fields} />
        </Section>
        <Section title="Where and how it appears">
          <LookFields workspaceId={workspaceId} {...fields} />
        </Section>
      </fieldset>
    </>
  );
}
