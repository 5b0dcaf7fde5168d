import { type Asked, ids } from './asked.ts';
import { put, type Words } from './words.ts';

/** A face from sad (-1) to glad (1). */
const Face = ({ mood }: { readonly mood: number }) => (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <circle cx="12" cy="12" r="10" />
    <path d={`M8.5 9v.8M15.5 9v.8M7.5 ${15.4 - mood * 1.2}q4.5 ${mood * 4.6} 9 0`} />
  </svg>
);
const Star = () => (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d="m12 2.7 2.9 6 6.6.9-4.8 4.6 1.2 6.5-5.9-3.2-5.9 3.2 1.2-6.5L2.5 9.6l6.6-.9z" />
  </svg>
);

const endsOf = ({ min, max }: Asked['q']) => ({ min: Number(min), max: Number(max) });

/** What the lowest and the highest point mean: the survey's words, else the usual ones of these three questions. */
function meaning({ v, q }: Asked): [low: string, high: string] {
  const usual = (end: 'Low' | 'High') => v.words[`${q.type}${end}` as keyof Words] ?? '';
  return [v.fill(q.low ?? usual('Low')), v.fill(q.high ?? usual('High'))];
}

interface ScaleProps extends Asked {
  /** The answer key, and what names the group where it is not the question itself. */
  readonly name?: string;
}

/** One point of a scale: radio buttons under what is seen of them. */
export function Scale({ v, q, name = q.id }: ScaleProps) {
  const { min, max } = endsOf(q);
  const given = v.answers[name];
  const { words } = v;
  const [low, high] = meaning({ v, q });
  const yesNo = q.type === 'yesno';
  const look = yesNo || !q.look ? 'numbers' : q.look;
  const points = yesNo ? [1, 0] : Array.from({ length: max - min + 1 }, (_, i) => min + i);
  const radio = (value: number | null) => ({
    type: 'radio' as const,
    name,
    checked: given === value,
    onChange: () => v.set(name, value),
    ...ids(v, q),
  });
  return (
    <>
      <div class={`ruler ${look}`}>
        <div class="scale">
          {points.map((value) => {
            const end = value === min ? low : value === max ? high : '';
            const label = look === 'numbers' ? value : put(words.of ?? '{n}/{max}', { n: value, max });
            return (
              <label class={look === 'stars' && given != null && value <= +given ? 'on' : ''}>
                <input {...radio(value)} aria-label={yesNo ? undefined : end ? `${label}: ${end}` : String(label)} />
                {look === 'stars' ? (
                  <Star />
                ) : look === 'smileys' ? (
                  <Face mood={(2 * (value - min)) / (max - min || 1) - 1} />
                ) : (
                  <span>{yesNo ? (value ? words.yes : words.no) : value}</span>
                )}
              </label>
            );
          })}
        </div>
        {name === q.id && <Ends v={v} q={q} />}
      </div>
      {q.notApplicable && (
        <label class="na">
          <input {...radio(null)} />
          <span>{words.na}</span>
        </label>
      )}
    </>
  );
}

/** What the two ends mean, once for a question. The radio buttons themselves say it, too. */
export function Ends(asked: Asked) {
  const [low, high] = meaning(asked);
  return low || high ? (
    <div class="ends" aria-hidden="true">
      <span>{low}</span>
      <span>{high}</span>
    </div>
  ) : null;
}

export function Matrix({ v, q }: Asked) {
  return (
    <div class="matrix">
      <Ends v={v} q={q} />
      {q.rows?.map((row) => {
        const name = `${q.id}.${row.id}`;
        return (
          <div class="row" role="radiogroup" aria-labelledby={`q-${name}`}>
            <div id={`q-${name}`}>{v.fill(row.text)}</div>
            <div>
              <Scale v={v} q={q} name={name} />
            </div>
          </div>
        );
      })}
    </div>
  );
}

export function Slider({ v, q }: Asked) {
  const { min, max } = endsOf(q);
  const given = v.answers[q.id];
  const middle = min + Math.round((max - min) / 2 / (q.step || 1)) * (q.step || 1);
  const take = (event: { readonly currentTarget: HTMLInputElement }) => v.set(q.id, +event.currentTarget.value);
  return (
    <>
      <div class={given == null ? 'slider untouched' : 'slider'}>
        <input
          type="range"
          min={min}
          max={max}
          step={q.step || 1}
          value={given == null ? middle : +given}
          aria-valuetext={given == null ? v.words.noValue : undefined}
          aria-labelledby={`q-${q.id}`}
          onInput={take}
          onPointerUp={take}
          {...ids(v, q)}
        />
        <output>{given == null ? '–' : String(given)}</output>
      </div>
      <Ends v={v} q={q} />
      {q.notApplicable && (
        <label class="na">
          <input type="checkbox" checked={given === null} onChange={() => v.set(q.id, given === null ? '' : null)} />
          <span>{v.words.na}</span>
        </label>
      )}
    </>
  );
}
