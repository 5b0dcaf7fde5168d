import { useId } from 'react';
import { isOnScale, type Scale } from '../../core/scale.ts';
import type { Questions } from '../../server/invitations/schema.ts';
import { fixed } from '../ui/format.ts';

/** A value, null for "does not apply to me", undefined for not answered, NaN for what is no number. */
export type Answer = number | null | undefined;

const MOST_BUTTONS = 11;

interface QuestionProps {
  readonly item: Questions['items'][number];
  readonly answer: Answer;
  readonly onChange: (answer: Answer) => void;
}

/** One question as a group of the platform's own radio buttons, or a number where the scale has too many points. */
export function Question({ item, answer, onChange }: QuestionProps) {
  const points = pointsOf(item.scale);
  return (
    <fieldset className="min-w-0 border-t border-hairline py-4">
      <legend className="float-left mb-2 w-full">
        <span className="block text-xs text-muted wrap-anywhere">{item.touchpoint}</span>
        <span className="block font-medium wrap-anywhere">{item.wording}</span>
      </legend>
      <div className="clear-both">
        {points ? (
          <Points item={item} points={points} answer={answer} onChange={onChange} />
        ) : (
          <Exact item={item} answer={answer} onChange={onChange} />
        )}
        <p className="mt-2 flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
          {points ? (
            <Choice
              name={item.id}
              label="Does not apply to me"
              chosen={answer === null}
              onChoose={() => onChange(null)}
            />
          ) : (
            <label className="flex cursor-pointer items-center gap-2 text-sm">
              <input
                type="checkbox"
                className="size-4 scroll-mb-28 accent-ink"
                checked={answer === null}
                onChange={(event) => onChange(event.target.checked ? null : undefined)}
              />
              Does not apply to me
            </label>
          )}
          {answer !== undefined && (
            <button
              type="button"
              className="link cursor-pointer text-sm"
              onClick={({ currentTarget }) => {
                // The button goes with the answer; the focus stays in the question.
                currentTarget.closest('fieldset')?.querySelector('input')?.focus();
                onChange(undefined);
              }}
            >
              Clear<span className="sr-only"> the answer to {item.wording}</span>
            </button>
          )}
        </p>
      </div>
    </fieldset>
  );
}

function Points({ item, points, answer, onChange }: QuestionProps & { readonly points: readonly number[] }) {
  const { min, max, direction } = item.scale;
  const yesNo = min === 0 && max === 1 && points.length === 2;
  const [worst, best] = direction === 'up' ? [min, max] : [max, min];
  return (
    <>
      <div className="flex flex-wrap gap-2">
        {points.map((point) => (
          <Choice
            key={point}
            name={item.id}
            label={yesNo ? (point === 1 ? 'Yes' : 'No') : label(point)}
            chosen={answer === point}
            onChoose={() => onChange(point)}
          />
        ))}
      </div>
      {!yesNo && (
        <p className="mt-1 text-xs text-muted">
          {label(worst)} is the worst, {label(best)} the best.
        </p>
      )}
    </>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function Choice({ name, label, chosen, onChoose }: ChoiceProps) {
  return (
    <label className="flex min-h-9 cursor-pointer items-center gap-2 rounded-sm border border-field px-2 py-1 text-sm has-checked:bg-wash has-checked:font-semibold">
      <input type="radio" name={name} className="size-4 scroll-mb-28 accent-ink" checked={chosen} onChange={onChoose} />
      {label}
    </label>
  );
}

function Exact({ item, answer, onChange }: QuestionProps) {
  const hint = useId();
  const { scale } = item;
  const wrong = typeof answer === 'number' && !isOnScale(scale, answer);
  const worse = scale.direction === 'up' ? scale.min : scale.max;
  return (
    <div>
      <input
        type="number"
        aria-label={item.wording}
        aria-describedby={hint}
        aria-invalid={wrong}
        min={scale.min}
        max={scale.max}
        step={scale.step ?? 'any'}
        value={answer === null || answer === undefined || Number.isNaN(answer) ? '' : answer}
        onChange={({ target }) => {
          // A number that is being written, such as "-", reads as empty but is marked bad by the browser.
          if (target.value === '') onChange(target.validity.badInput ? Number.NaN : undefined);
          else onChange(Number(target.value));
        }}
        className="w-32 scroll-mb-28 rounded-sm border border-field bg-ground px-2 py-1 text-ink aria-invalid:border-danger"
      />
      <span id={hint} className={`ml-3 text-sm ${wrong ? 'text-danger' : 'text-muted'}`}>
        A number from {label(scale.min)} to {label(scale.max)}
        {scale.step !== null && scale.step !== 1 && ` in steps of ${scale.step}`}; {label(worse)} is worst.
      </span>
    </div>
  );
}

/** The points of a scale that are few enough for a button each. */
function pointsOf({ min, max, step }: Pick<Scale, 'min' | 'max' | 'step'>): number[] | null {
  if (step === null) return null;
  const steps = Math.floor((max - min) / step + 1e-9);
  if (steps + 1 > MOST_BUTTONS) return null;
  // Rounded, so that steps of a tenth read as tenths.
  return Array.from({ length: steps + 1 }, (_, i) => Number((min + i * step).toFixed(9)));
}

function label(point: number): string {
  const digits = String(Math.abs(point)).split('.')[1]?.length ?? 0;
  return fixed(point, digits);
}
