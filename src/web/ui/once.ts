import { useCallback, useRef } from 'react';

/**
 * A click of a double or triple click counts as repeated: the browser, not a time of ours, says which clicks belong together.
 * Zero for clicks of a keyboard or an assistive tool, which are each meant.
 */
let series = 0;
let isRepeated = false;
if (typeof window !== 'undefined') {
  window.addEventListener(
    'click',
    ({ detail }) => {
      isRepeated = detail > 1;
      if (!isRepeated) series += 1;
      // What the click sets off, the sending of a form included, happens before this.
      setTimeout(() => {
        isRepeated = false;
      });
    },
    true,
  );
}

/**
 * Does a thing once however often its button is pressed in one go: while it runs, and for the later clicks of the double
 * click that began it, another call with the same input gets the answer of the first. A button drawn as busy comes too
 * late: the second press arrives before it is drawn, and a fast server may have answered between the two. Another input,
 * such as another row of a list, goes its own way.
 */
export function useOnce<Input, Result>(act: (input: Input) => Promise<Result>): (input: Input) => Promise<Result> {
  const begun = useRef(new Map<string, Begun<Result>>());
  const latest = useRef(act);
  latest.current = act;
  return useCallback((input: Input) => {
    const key = JSON.stringify(input) ?? '';
    const before = begun.current.get(key);
    if (before && (before.isRunning || (isRepeated && before.series === series))) return before.answer;
    const now: Begun<Result> = { series, isRunning: true, answer: latest.current(input) };
    begun.current.set(key, now);
    const over = () => {
      now.isRunning = false;
    };
    now.answer.then(over, over);
    return now.answer;
  }, []);
}

interface Begun<Result> {
  readonly series: number;
  isRunning: boolean;
  readonly answer: Promise<Result>;
}
