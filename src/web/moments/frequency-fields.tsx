import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Repeat } from '../../core/survey/moments.ts';
import { SelectField, TextField } from '../ui/field.tsx';
import { NumberField } from './number-field.tsx';
import { askingSettingsQuery, type Moments } from './queries.ts';

interface FrequencyFieldsProps {
  readonly workspaceId: string;
  readonly moments: Moments;
  readonly repeatOfSurvey: Repeat;
  readonly onChange: (part: Partial<Moments>) => void;
}

const DEFAULT_DAYS = 90;

export function FrequencyFields({ workspaceId, moments, repeatOfSurvey, onChange }: FrequencyFieldsProps) {
  const settings = useQuery(askingSettingsQuery(workspaceId)).data;
  const { repeat } = moments;
  const days = repeat && 'days' in repeat ? repeat.days : DEFAULT_DAYS;
  function choose(kind: string) {
    if (kind === 'once' || kind === 'always') onChange({ repeat: { kind } });
    else if (kind === 'every' || kind === 'until_answered') onChange({ repeat: { kind, days } });
    else onChange({ repeat: null });
  }
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-start gap-3">
        <SelectField
          label="Each person is asked"
          className="w-96 max-w-full"
          value={repeat?.kind ?? ''}
          onChange={choose}
        >
          <option value="">as the survey says: {inWords(repeatOfSurvey)}</option>
          <option value="once">once</option>
          <option value="every">again after some days</option>
          <option value="until_answered">again after some days, until they answer</option>
          <option value="always">whenever they may be asked at all</option>
        </SelectField>
        {repeat && 'days' in repeat && (
          <NumberField
            label="Days since their last ask"
            className="w-44"
            whole
            min={1}
            max={3650}
            value={repeat.days}
            onChange={(wanted) => wanted !== null && onChange({ repeat: { ...repeat, days: wanted } })}
          />
        )}
      </div>
      {settings && (
        <p className="text-sm text-muted">
          {settings.anySurveyDays === 0
            ? 'There is no least time between any two surveys.'
            : `At least ${settings.anySurveyDays} days lie between any two surveys, over all channels.`}{' '}
          <Link to="/w/$workspaceId/asking" params={{ workspaceId }} className="link">
            Change it for all surveys
          </Link>
        </p>
      )}
      <LimitFields moments={moments} timeZone={settings?.timeZone} onChange={onChange} />
    </div>
  );
}

interface LimitFieldsProps extends Pick<FrequencyFieldsProps, 'moments' | 'onChange'> {
  readonly timeZone: string | undefined;
}

function LimitFields({ moments, timeZone, onChange }: LimitFieldsProps) {
  return (
    <div className="grid gap-3 sm:grid-cols-3">
      <NumberField
        label="Share of persons, %"
        name="moments.share"
        min={0.01}
        max={100}
        value={moments.share}
        onChange={(share) => share !== null && onChange({ share })}
        hint="Who is not drawn stays so until the next period."
      />
      <NumberField
        label="Enough responses (optional)"
        name="moments.cap"
        optional
        whole
        min={1}
        max={1_000_000_000}
        value={moments.cap}
        onChange={(cap) => onChange({ cap })}
        hint="Then nobody is asked any more."
      />
      <NumberField
        label="Priority"
        name="moments.priority"
        whole
        min={-100}
        max={100}
        value={moments.priority}
        onChange={(priority) => priority !== null && onChange({ priority })}
        hint="The highest is tried first where several fire at once."
      />
      <TextField
        label="First day"
        name="moments.from"
        type="date"
        value={moments.from ?? ''}
        onChange={(day) => onChange({ from: day || null })}
      />
      <TextField
        label="Last day"
        name="moments.until"
        type="date"
        value={moments.until ?? ''}
        onChange={(day) => onChange({ until: day || null })}
        hint={timeZone && `Days in ${timeZone}.`}
      />
    </div>
  );
}

function inWords(repeat: Repeat): string {
  if (repeat.kind === 'every') return `again after ${repeat.days} days`;
  return 'once';
}
