import { useState } from 'react';
import { sampleFromPopulation } from '../../core/stats/finite-population.ts';
import { sizeForHalfWidth } from '../../core/stats/power.ts';
import { Disclosure } from '../ui/disclosure.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { count } from '../ui/format.ts';

/** Variance of one answer where nothing is known: the largest of a share, the usual one of an NPS. */
const VARIANCES = { share: 0.25, nps: 0.6 } as const;

/** How many people to invite for a precision: answers needed, fewer in a small audience, more for those who don't answer. */
export function SampleSize({ audienceSize }: { readonly audienceSize: number | null }) {
  const [what, setWhat] = useState<keyof typeof VARIANCES>('share');
  const [points, setPoints] = useState('5');
  const [rate, setRate] = useState('20');
  const halfWidth = Number(points) / 100;
  const expected = Number(rate) / 100;
  const valid = halfWidth > 0 && halfWidth < 1 && expected > 0 && expected <= 1;
  const needed = valid ? sizeForHalfWidth(VARIANCES[what], halfWidth) : Number.NaN;
  const answers = Math.ceil(audienceSize ? sampleFromPopulation(needed, audienceSize) : needed);
  const invite = Math.ceil(answers / expected);
  return (
    <div className="mb-4">
      <Disclosure title="How many should be asked?">
        <div className="flex flex-wrap items-end gap-3">
          <SelectField
            label="For"
            className="w-56"
            value={what}
            onChange={(one) => setWhat(one === 'nps' ? 'nps' : 'share')}
          >
            <option value="share">a share, such as the top box</option>
            <option value="nps">an NPS</option>
          </SelectField>
          <TextField
            label="Precise to ± points"
            className="w-36"
            inputMode="decimal"
            value={points}
            onChange={setPoints}
          />
          <TextField
            label="Who will answer, in %"
            className="w-36"
            inputMode="decimal"
            value={rate}
            onChange={setRate}
          />
        </div>
        <p className="mt-2 text-ink" role="status">
          {valid
            ? `n₀ = ${needed.toFixed(1)}: ${count(answers)} answers${audienceSize ? ` of an audience of ${count(audienceSize)}` : ''}; with an expected response rate of ${rate} % invite ${count(invite)}.`
            : 'Give points between 0 and 100, and a rate from 1 to 100 %.'}
        </p>
        <p>
          n₀ = z² V / E² at 95 %, with V = {VARIANCES[what]} where nothing is known; in an audience of N people n₀ / (1
          + (n₀ − 1) / N).
        </p>
      </Disclosure>
    </div>
  );
}
