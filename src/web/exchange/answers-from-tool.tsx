import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Audience } from '../../core/perspective.ts';
import type { AnswersUpload } from '../../server/exchange/schema.ts';
import { inWorkspace } from '../api.ts';
import { type Survey, surveysQuery, wavesQuery } from '../journeys/queries.ts';
import { versionQuery } from '../surveys/queries.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { SelectField } from '../ui/field.tsx';
import { AUDIENCE_NAMES, count } from '../ui/format.ts';
import { Loading, Note, ProblemNotice } from '../ui/notice.tsx';
import { AnswersPreview } from './answers-preview.tsx';
import { ChooseFile } from './choose-file.tsx';
import { useSendFile } from './send-file.ts';

interface AnswersFromToolProps {
  readonly workspaceId: string;
  readonly onClose: () => void;
}

/** Answers of another tool to a published survey: choose both, look at what finds which question, then take them. */
export function AnswersFromTool({ workspaceId, onClose }: AnswersFromToolProps) {
  const surveys = useQuery(surveysQuery(workspaceId));
  const published = (surveys.data?.surveys ?? []).filter(({ version, archived }) => version !== null && !archived);
  const [chosen, setChosen] = useState<string | null>(null);
  const survey = published.find(({ id }) => id === chosen) ?? published[0];
  return (
    <Dialog title="Answers of another tool" isOpen onClose={onClose} wide>
      {surveys.isPending && <Loading what="the surveys" />}
      <ProblemNotice error={surveys.error} />
      {surveys.data && !survey && (
        <Note>
          No survey is published yet. Bring in the survey first (Surveys → From another tool), publish it, then take its
          answers.
        </Note>
      )}
      {survey ? (
        <Take
          key={survey.id}
          workspaceId={workspaceId}
          survey={survey}
          surveys={published}
          onSurvey={setChosen}
          onClose={onClose}
        />
      ) : (
        <DialogActions>
          <Button onPress={onClose}>Close</Button>
        </DialogActions>
      )}
    </Dialog>
  );
}

interface TakeProps {
  readonly workspaceId: string;
  readonly survey: Survey;
  readonly surveys: readonly Survey[];
  readonly onSurvey: (surveyId: string) => void;
  readonly onClose: () => void;
}

/** Answer key by field; blank leaves a field out that would be bound. */
export type Chosen = Readonly<Record<string, string>>;

function Take({ workspaceId, survey, surveys, onSurvey, onClose }: TakeProps) {
  const path = inWorkspace(workspaceId, 'surveys', survey.id, 'exchange', 'answers');
  const sending = useSendFile<AnswersUpload>(workspaceId, path);
  const definition = useQuery(versionQuery(workspaceId, survey.id, survey.version)).data?.definition;
  const [place, setPlace] = useState<Place>({ audience: 'customer', waveId: '' });
  const [file, setFile] = useState<File | null>(null);
  const [seen, setSeen] = useState<AnswersUpload | null>(null);
  const [chosen, setChosen] = useState<Chosen>({});
  const query = (bindings: Chosen) => ({
    audience: place.audience,
    ...(place.waveId ? { waveId: place.waveId } : {}),
    bindings: JSON.stringify(Object.entries(bindings).map(([field, key]) => ({ field, key }))),
  });
  async function look(next: File, bindings: Chosen) {
    setFile(next);
    setChosen(bindings);
    const answer = await sending.send(next, { ...query(bindings), preview: 'true' });
    if (answer) setSeen(answer);
  }
  async function take() {
    const done = file && (await sending.send(file, query(chosen)));
    if (done) setSeen(done);
  }
  if (seen?.stored) return <Taken workspaceId={workspaceId} survey={survey} stored={seen.stored} onClose={onClose} />;
  const asked = definition?.audiences ?? ['customer' as const];
  return (
    <>
      {!seen && (
        <div className="grid gap-4">
          <Destination
            workspaceId={workspaceId}
            surveys={surveys}
            survey={survey}
            onSurvey={onSurvey}
            asked={asked}
            place={place}
            onPlace={setPlace}
          />
          <ChooseFile
            onFile={(next) => void look(next, {})}
            share={sending.share}
            onCancel={sending.cancel}
            error={sending.error}
          >
            or drop it here. Answers of Qualtrics, LimeSurvey, SurveyMonkey, Google Forms, Typeform, Formbricks or SPSS;
            reviews of Google Play, the App Store or Trustpilot; tickets of Zendesk. Up to 50 MB. The same answers again
            change what they changed before and are not doubled.
          </ChooseFile>
        </div>
      )}
      {seen && (
        <AnswersPreview
          seen={seen}
          definition={definition ?? null}
          chosen={chosen}
          onChosen={(bindings) => file && void look(file, bindings)}
          isBusy={sending.share !== null}
        />
      )}
      {seen && <ProblemNotice error={sending.error} />}
      <DialogActions>
        {seen && (
          <Button look="plain" className="mr-auto" onPress={() => setSeen(null)}>
            Another file
          </Button>
        )}
        <Button onPress={onClose}>Cancel</Button>
        {seen && (
          <Button
            look="primary"
            isPending={sending.share !== null}
            isDisabled={seen.responses === 0}
            onPress={() => void take()}
          >
            Take {count(seen.responses)} {seen.responses === 1 ? 'response' : 'responses'}
          </Button>
        )}
      </DialogActions>
    </>
  );
}

interface TakenProps {
  readonly workspaceId: string;
  readonly survey: Survey;
  readonly stored: NonNullable<AnswersUpload['stored']>;
  readonly onClose: () => void;
}

function Taken({ workspaceId, survey, stored: { added, updated, known, kept, setApart }, onClose }: TakenProps) {
  return (
    <>
      <p role="status">
        {count(added)} added, {count(updated)} updated, {count(known)} known already.{' '}
        {kept > 0 && `${count(kept)} kept as stored: they came by a link, belong to a contact or were set apart. `}
        {setApart > 0 && `${count(setApart)} set apart, not counted. `}
        <Link
          className="link"
          to="/w/$workspaceId/surveys/$surveyId/answers"
          params={{ workspaceId, surveyId: survey.id }}
        >
          Answers of {survey.name}
        </Link>
      </p>
      <DialogActions>
        <Button look="primary" onPress={onClose}>
          Done
        </Button>
      </DialogActions>
    </>
  );
}

/** Who answered, and in which wave; blank: in none. */
interface Place {
  readonly audience: string;
  readonly waveId: string;
}

interface DestinationProps extends Pick<TakeProps, 'workspaceId' | 'survey' | 'surveys' | 'onSurvey'> {
  readonly asked: readonly Audience[];
  readonly place: Place;
  readonly onPlace: (place: Place) => void;
}

function Destination({ workspaceId, surveys, survey, onSurvey, asked, place, onPlace }: DestinationProps) {
  const allWaves = useQuery(wavesQuery(workspaceId, survey.id)).data?.waves ?? [];
  const waves = allWaves.filter(({ audience, simulated }) => audience === place.audience && !simulated);
  return (
    <div className="grid gap-3 sm:grid-cols-[2fr_1fr]">
      <SelectField label="Survey that was answered" value={survey.id} onChange={onSurvey}>
        {surveys.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      <SelectField
        label="Answered by"
        value={place.audience}
        onChange={(audience) => onPlace({ audience, waveId: '' })}
      >
        {asked.map((one) => (
          <option key={one} value={one}>
            {AUDIENCE_NAMES[one]}
          </option>
        ))}
      </SelectField>
      {waves.length > 0 && (
        <SelectField label="Wave" value={place.waveId} onChange={(waveId) => onPlace({ ...place, waveId })}>
          <option value="">none</option>
          {waves.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
    </div>
  );
}
