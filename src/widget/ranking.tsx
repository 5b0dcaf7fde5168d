import { shuffled } from '../core/survey/flow.ts';
import type { Asked } from './asked.ts';
import { put } from './words.ts';

/**
 * Choices in order: by the two buttons of each, or by dragging its handle. Before anything was moved there is no answer,
 * so that the order in which they happened to stand is never taken for one; somebody who agrees with it says so.
 */
export function Ranking({ v, q }: Asked) {
  const choices = q.shuffle ? shuffled(q.choices ?? [], v.response + q.id) : (q.choices ?? []);
  const textOf = (id: string) => v.fill(choices.find((choice) => choice.id === id)?.text ?? '');
  // Read anew at each step: while something is dragged, this drawing is older than the order.
  const present = () => {
    const given = v.answers[q.id];
    return Array.isArray(given) && given.length ? (given as string[]) : undefined;
  };
  const order = present() ?? choices.map(({ id }) => id);
  const move = (id: string, to: number) => {
    if (to < 0 || to >= order.length) return;
    const others = (present() ?? order).filter((one) => one !== id);
    v.said = `${textOf(id)}: ${put(v.words.of, { n: to + 1, max: order.length })}`;
    v.set(q.id, [...others.slice(0, to), id, ...others.slice(to)]);
  };
  const button = (id: string, to: number, arrow: string, label: string) => (
    <button
      type="button"
      aria-label={put(label, { x: textOf(id) })}
      aria-disabled={String(to < 0 || to >= order.length)}
      onClick={({ currentTarget }) => {
        move(id, to);
        // What is moved in the page loses the focus.
        currentTarget.focus();
      }}
    >
      {arrow}
    </button>
  );
  return (
    <>
      <ol class={present() ? 'ranking' : 'ranking untouched'}>
        {order.map((id, at) => (
          <li key={id}>
            <span class="grip" aria-hidden="true" onPointerDown={(event) => drag(event, (to) => move(id, to))}>
              ⠿
            </span>
            <span class="what">
              <span class="rank">{at + 1}</span>
              {textOf(id)}
            </span>
            {button(id, at - 1, '↑', v.words.up)}
            {button(id, at + 1, '↓', v.words.down)}
          </li>
        ))}
      </ol>
      {!present() && (
        <button type="button" class="plain" onClick={() => v.set(q.id, order)} aria-describedby={`e-${q.id}`}>
          {v.words.inOrder}
        </button>
      )}
    </>
  );
}

/** Follows the pointer until it is lifted and says above which place it is. The list holds it: its rows are moved. */
function drag(event: PointerEvent, place: (to: number) => void): void {
  const list = (event.currentTarget as Element).closest('ol')!;
  event.preventDefault();
  list.setPointerCapture(event.pointerId);
  const row = (event.currentTarget as Element).parentElement!;
  row.classList.add('held');
  list.onpointermove = ({ clientY }) => {
    const rows = [...list.children];
    const to = rows.findIndex((each) => clientY < each.getBoundingClientRect().bottom);
    const over = to < 0 ? rows.length - 1 : to;
    if (rows[over] !== row) place(over);
  };
  list.onlostpointercapture = () => {
    list.onpointermove = null;
    row.classList.remove('held');
  };
}
