import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { surveysQuery } from '../journeys/queries.ts';
import { useRights } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox } from '../ui/field.tsx';
import { FieldProblems } from '../ui/form.tsx';
import { Loading, Note, ProblemNotice } from '../ui/notice.tsx';
import { Page, Section } from '../ui/page.tsx';
import { Unsaved } from '../ui/unsaved.tsx';
import { ClashDialog, partsInWords } from './clash-dialog.tsx';
import { FrequencyFields } from './frequency-fields.tsx';
import { LookFields } from './look-fields.tsx';
import { hasMisfit } from './number-field.tsx';
import { PreviewLine } from './preview-line.tsx';
import { askingQuery, type SurveyAsking } from './queries.ts';
import { TargetFields } from './target-fields.tsx';
import { TriggerList } from './trigger-list.tsx';
import { useDraft } from './use-draft.ts';

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
      {asking.data && <MomentsForm key={surveyId} workspaceId={workspaceId} surveyId={surveyId} stored={asking.data} />}
    </Page>
  );
}

const NOTHING: readonly string[] = [];

interface MomentsFormProps {
  readonly workspaceId: string;
  readonly surveyId: string;
  readonly stored: SurveyAsking;
}

function MomentsForm({ workspaceId, surveyId, stored }: MomentsFormProps) {
  const { mayEdit } = useRights(workspaceId);
  const draft = useDraft(workspaceId, surveyId, stored);
  const { moments, change, isChanged } = draft;
  const fields = { moments, onChange: change };
  return (
    <FieldProblems error={draft.save.error}>
      {!mayEdit && <Note>Owners, leads and analysts change moments.</Note>}
      <Unsaved what={isChanged && mayEdit ? ['the moments'] : NOTHING} />
      <div className="sticky top-0 z-10 -mx-4 mb-6 border-b border-hairline bg-ground px-4 py-3 sm:-mx-6 sm:px-6">
        <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
          <Checkbox isSelected={moments.on} onChange={(on) => change({ on })} isDisabled={!mayEdit}>
            Ask at these moments
          </Checkbox>
          {mayEdit && <SaveButtons draft={draft} />}
        </div>
        <ProblemNotice error={draft.save.error} />
        <TheirChanges draft={draft} />
        {mayEdit && <PreviewLine workspaceId={workspaceId} surveyId={surveyId} moments={moments} />}
      </div>
      {draft.clash && draft.isChoosing && <ClashDialog workspaceId={workspaceId} {...draft.clash} />}
      <fieldset disabled={!mayEdit} className="min-w-0 max-w-3xl">
        <legend className="sr-only">Moments</legend>
        <Section title="Triggers" aside="Any of them starts an attempt">
          <TriggerList triggers={moments.triggers} onChange={(triggers) => change({ triggers })} />
        </Section>
        <Section title="Who" aside="All that is given has to hold">
          <TargetFields workspaceId={workspaceId} {...fields} />
        </Section>
        <Section title="How often, how many">
          <FrequencyFields workspaceId={workspaceId} repeatOfSurvey={stored.repeatOfSurvey} {...fields} />
        </Section>
        <Section title="Where and how it appears">
          <LookFields workspaceId={workspaceId} {...fields} />
        </Section>
      </fieldset>
    </FieldProblems>
  );
}

type Draft = ReturnType<typeof useDraft>;

function SaveButtons({ draft }: { readonly draft: Draft }) {
  const { isChanged, save, clash } = draft;
  return (
    <span className="ml-auto flex flex-wrap items-center gap-2">
      <span role="status" className="text-sm text-muted">
        {isChanged ? 'Not saved yet' : draft.revision > 0 && 'Saved'}
      </span>
      <Button isDisabled={!draft.canUndo} onPress={draft.undo}>
        Undo
      </Button>
      <Button
        look="primary"
        isDisabled={!isChanged}
        isPending={save.isPending}
        // What both changed is decided by a person before anything is saved.
        onPress={({ target }) => {
          if (hasMisfit(target.closest('main'))) return;
          if (clash) draft.choose();
          else save.mutate(undefined);
        }}
      >
        Save
      </Button>
    </span>
  );
}

/** What somebody else saved since: already in here, or to be decided. */
function TheirChanges({ draft: { took, clash, isChanged, choose } }: { readonly draft: Draft }) {
  return (
    <div role="status" className="mt-2 border-bar text-sm [&:not(:empty)]:border-l-2 [&:not(:empty)]:pl-3">
      {took.length > 0 && (
        <p>
          Somebody else, or you in another window, changed {partsInWords(took)} in the meantime
          {isChanged ? '. It is in here now, together with your changes: look, then save.' : '; you see it now.'}
        </p>
      )}
      {clash && (
        <p>
          Somebody else, or you in another window, also changed {partsInWords(clash.merged.clashes)}, and saved.{' '}
          <Button look="plain" onPress={choose}>
            Compare and choose
          </Button>
        </p>
      )}
    </div>
  );
}
