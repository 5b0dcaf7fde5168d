import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type PeopleToAsk, peopleToAsk } from '../../core/stats/people-to-ask.ts';
import { Disclosure } from '../ui/disclosure.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { count, fixed } from '../ui/format.ts';
import { estimateQuery, type Schedule } from './queries.ts';

/** Variance of one answer where nothing is known: the largest of a share, the usual one of an NPS. */
const VARIANCES = { share: 0.25, nps: 0.6 } as const;

interface SampleSizeProps {
  readonly workspaceId: string;
  readonly schedule: Schedule;
  /** As somebody gave it; null where nobody did. */
  readonly audienceSize: number | null;
}

/** How many people to ask for a precision, never more than the list holds. */
export function SampleSize({ workspaceId, schedule, audienceSize }: SampleSizeProps) {
  const [what, setWhat] = useState<keyof typeof VARIANCES>('share');
  const [points, setPoints] = useState('5');
  const [rate, setRate] = useState('20');
  const reach = useQuery(estimateQuery(workspaceId, schedule.waveId)).data?.reach;
  const halfWidth = Number(points) / 100;
  const expected = Number(rate) / 100;
  const isValid = halfWidth > 0 && halfWidth < 1 && expected > 0 && expected <= 1;
  const askable = reach?.reachable ?? null;
  // The size of the audience says nothing of a segment of it.
  const known = Math.max(reach?.all ?? 0, schedule.segmentId === null ? (audienceSize ?? 0) : 0);
  const plan =
    isValid &&
    peopleToAsk({
      variance: VARIANCES[what],
      halfWidth,
      rate: expected,
      population: known || null,
      askable,
    });
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
          {plan ? inWords(plan, askable, points, rate) : 'Give points between 0 and 100, and a rate from 1 to 100 %.'}
        </p>
        <p>
          In 95 of 100 such samples the true value lies within these points of the result. Where nothing is known of the
          answers, they are taken to differ as much as {what === 'nps' ? 'is usual for an NPS' : 'a share can'}. A small
          group needs fewer answers.
        </p>
      </Disclosure>
    </div>
  );
}

function inWords(plan: PeopleToAsk, askable: number | null, points: string, rate: string): string {
  if (askable === 0) return 'Nobody can be asked by mail yet.';
  const answers = plan.answers === 1 ? '1 answer' : `${count(plan.answers)} answers`;
  if (plan.isEnough) {
    const whom = askable === null ? `${count(plan.ask)}` : `${count(plan.ask)} of the ${count(askable)}`;
    return `Ask ${whom} people: if ${rate} % of them answer, that gives the ${answers} needed.`;
  }
  const all = `${askable === 1 ? 'The one person' : `All ${count(plan.ask)} together`}`;
  const gives = askable === 1 ? 'gives' : 'give';
  const what =
    plan.answers === 0
      ? 'hardly any answer'
      : `± ${fixed(plan.halfWidth * 100)} points (${answers}, if ${rate} % answer)`;
  return `± ${points} points are out of reach: ${count(plan.needed)} answers would be needed. ${all} ${gives} ${what}.`;
}
