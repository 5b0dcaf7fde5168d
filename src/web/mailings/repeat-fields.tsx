import { useState } from 'react';
import { SelectField, TextField } from '../ui/field.tsx';
import { count, date } from '../ui/format.ts';
import type { Schedule, ScheduleChange } from './queries.ts';

interface RepeatFieldsProps {
  readonly draft: ScheduleChange;
  readonly schedule: Schedule;
  /** Last day of the wave. */
  readonly endsOn: string | null;
  readonly isDisabled: boolean;
  readonly onChange: (change: Partial<ScheduleChange>) => void;
}

const USUAL_DAYS = 90;

/** Whether the same people are asked again, how soon and how often, in words and as dates. */
export function RepeatFields({ draft, schedule, endsOn, isDisabled, onChange }: RepeatFieldsProps) {
  const { repeatDays, repeatMost } = draft;
  return (
    <>
      <SelectField
        label="Each person is asked"
        value={repeatDays === null ? 'once' : 'again'}
        disabled={isDisabled}
        onChange={(kind) =>
          onChange(kind === 'again' ? { repeatDays: USUAL_DAYS } : { repeatDays: null, repeatMost: null })
        }
      >
        <option value="once">once</option>
        <option value="again">again and again</option>
      </SelectField>
      {repeatDays !== null && (
        <>
          <WholeNumber
            label="Days until the same person is asked again"
            name="repeatDays"
            least={1}
            value={repeatDays}
            isDisabled={isDisabled}
            onChange={(days) => days !== null && onChange({ repeatDays: days })}
          />
          <WholeNumber
            label="At most so many times (blank: until the last day)"
            name="repeatMost"
            least={2}
            mayBeBlank
            value={repeatMost}
            isDisabled={isDisabled}
            onChange={(most) => onChange({ repeatMost: most })}
          />
          <div className="max-w-prose text-sm text-muted sm:col-span-2">
            <p>{schedule.anonymous ? TOGETHER : EACH}</p>
            {repeatDays < schedule.restDays && (
              <p className="mt-1 text-ink">
                This workspace or survey leaves {schedule.restDays} days between two asks of one person: that holds
                here, too.
              </p>
            )}
            <p className="mt-1 text-ink">{roundsInWords({ ...schedule, ...draft }, endsOn)}</p>
          </div>
        </>
      )}
    </>
  );
}

const MOST = 1000;

interface WholeNumberProps {
  readonly label: string;
  readonly name: string;
  readonly least: number;
  readonly mayBeBlank?: boolean;
  readonly value: number | null;
  readonly isDisabled: boolean;
  readonly onChange: (value: number | null) => void;
}

/** Keeps what is typed as it is, also while it is no such number yet. */
function WholeNumber({ label, name, least, mayBeBlank = false, value, isDisabled, onChange }: WholeNumberProps) {
  const [text, setText] = useState(value === null ? '' : String(value));
  const isFine = (typed: string) =>
    typed === '' ? mayBeBlank : /^\d{1,4}$/.test(typed) && Number(typed) >= least && Number(typed) <= MOST;
  return (
    <TextField
      label={label}
      name={name}
      inputMode="numeric"
      isDisabled={isDisabled}
      value={text}
      onChange={(typed) => {
        setText(typed);
        if (isFine(typed)) onChange(typed === '' ? null : Number(typed));
      }}
      validate={(typed) => (isFine(typed) ? null : `Give a whole number from ${least} to ${count(MOST)}.`)}
    />
  );
}

const EACH =
  'Days count from the day on which this person was last asked for this survey, by mail or on a website: everybody has a rhythm of their own. Whoever was asked for another survey too recently is asked later. Who joins the segment is asked from then on; who leaves it is not asked again.';
const TOGETHER =
  'Answers of these people are anonymous, so all of them are asked again together, and each round becomes a wave of its own: in one wave, answers shown together could be of fewer people than it seems.';

const SHOWN = 4;

/** The days on which somebody asked with the first mails is asked again, such as “Rounds: 22 Nov 2026, …”. */
function roundsInWords(
  { sendAt, startedAt, repeatDays, repeatMost, restDays }: Schedule,
  endsOn: string | null,
): string {
  const first = (sendAt ?? startedAt ?? new Date().toISOString()).slice(0, 10);
  const days: string[] = [];
  for (let i = 0; repeatDays !== null && i < SHOWN + 1 && (repeatMost === null || i < repeatMost); i++) {
    const day = new Date(Date.parse(`${first}T00:00Z`) + i * Math.max(repeatDays, restDays) * 86_400_000)
      .toISOString()
      .slice(0, 10);
    if (endsOn && day > endsOn) break;
    days.push(day);
  }
  const until = endsOn
    ? `, until the last day, ${date(endsOn)}`
    : repeatMost === null
      ? ', until you cancel the wave'
      : '';
  const shown = days.slice(0, SHOWN).map(date).join('; ');
  if (days.length === 0) return 'The last day of the wave comes before the first mail.';
  if (days.length === 1) return `Once only, ${shown}: the last day of the wave comes before the second round.`;
  const more = days.length > SHOWN ? '; …' : '';
  return `Whoever is asked with the first mails: ${shown}${more}${days.length > SHOWN || repeatMost === null ? until : ''}.`;
}
