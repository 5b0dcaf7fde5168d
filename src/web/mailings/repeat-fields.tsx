import { SelectField, TextField } from '../ui/field.tsx';
import { date } from '../ui/format.ts';
import type { PlanChange } from './queries.ts';

interface RepeatFieldsProps {
  readonly draft: PlanChange;
  readonly anonymous: boolean;
  /** Last day of the wave. */
  readonly endsOn: string | null;
  readonly isDisabled: boolean;
  readonly onChange: (change: Partial<PlanChange>) => void;
}

const USUAL_DAYS = 90;

/** Whether the same people are asked again, how soon and how often, in words and as dates. */
export function RepeatFields({ draft, anonymous, endsOn, isDisabled, onChange }: RepeatFieldsProps) {
  const { repeatDays, repeatMost } = draft;
  const number = (text: string, least: number) =>
    /^\d{1,4}$/.test(text) ? Math.min(1000, Math.max(least, Number(text))) : null;
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
          <TextField
            label="Days until the same person is asked again"
            inputMode="numeric"
            isDisabled={isDisabled}
            value={String(repeatDays)}
            onChange={(text) => onChange({ repeatDays: number(text, 1) ?? repeatDays })}
          />
          <TextField
            label="At most so many times (blank: until the last day)"
            inputMode="numeric"
            isDisabled={isDisabled}
            value={repeatMost === null ? '' : String(repeatMost)}
            onChange={(text) => onChange({ repeatMost: number(text, 2) })}
          />
          <div className="max-w-prose text-sm text-muted sm:col-span-2">
            <p>{anonymous ? TOGETHER : EACH}</p>
            <p className="mt-1 text-ink">{roundsInWords(draft, endsOn)}</p>
          </div>
        </>
      )}
    </>
  );
}

const EACH =
  'Days count from the day on which this person was last asked for this survey, by mail or on a website: everybody has a rhythm of their own. Whoever was asked for another survey too recently is asked later. Who joins the segment is asked from then on; who leaves it is not asked again.';
const TOGETHER =
  'Answers of these people are anonymous, so all of them are asked again together, and each round becomes a wave of its own: in one wave, answers shown together could be of fewer people than it seems.';

const SHOWN = 4;

/** The days on which somebody asked with the first mails is asked again, such as “Rounds: 22 Nov 2026, …”. */
function roundsInWords({ sendAt, repeatDays, repeatMost }: PlanChange, endsOn: string | null): string {
  const first = sendAt?.slice(0, 10) ?? new Date().toISOString().slice(0, 10);
  const days: string[] = [];
  for (let i = 0; repeatDays !== null && i < SHOWN + 1 && (repeatMost === null || i < repeatMost); i++) {
    const day = new Date(Date.parse(`${first}T00:00Z`) + i * repeatDays * 86_400_000).toISOString().slice(0, 10);
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
