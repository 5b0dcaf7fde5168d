import { Link } from '@tanstack/react-router';
import { count, date, percent, points } from '../ui/format.ts';
import { Num, Table, Td, Th } from '../ui/table.tsx';
import type { WaveProgress } from './queries.ts';

interface RoundsViewProps {
  readonly workspaceId: string;
  readonly surveyId: string;
  /** The wave that is looked at. */
  readonly waveId: string;
  readonly progress: WaveProgress;
}

/** Each round of a wave that repeats, with its response rate and when its next mails go out. */
export function RoundsView({ workspaceId, surveyId, waveId, progress }: RoundsViewProps) {
  const { rounds, allRounds, inStepsOf } = progress;
  if (!rounds || rounds.length === 0) return null;
  const some = inStepsOf === null ? '' : 'at least ';
  return (
    <div className="mt-4 max-w-2xl">
      <Table label="Rounds">
        <thead>
          <tr>
            <Th>Round</Th>
            <Th className="text-right">Asked</Th>
            <Th className="text-right">Answered</Th>
            <Th className="text-right">Rate</Th>
            <Th className="text-right">How sure</Th>
            <Th>Next</Th>
          </tr>
        </thead>
        <tbody>
          {rounds.map(({ round, waveId: of, invited, answered, rate, interval, waiting, nextAt }) => (
            <tr key={of + round}>
              <Td>
                {of === waveId ? (
                  round
                ) : (
                  <Link
                    className="link"
                    to="/w/$workspaceId/surveys/$surveyId/waves/$waveId"
                    params={{ workspaceId, surveyId, waveId: of }}
                  >
                    {round}
                  </Link>
                )}
              </Td>
              <Num>{count(invited)}</Num>
              <Num>{count(answered)}</Num>
              <Num>{rate === null ? '–' : percent(rate)}</Num>
              <Num>{interval ? `${points([interval[0], interval[1]])} %` : '–'}</Num>
              <Td className="min-w-28">{nextInWords(waiting, nextAt)}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
      {allRounds && allRounds.rate !== null && rounds.length > 1 && (
        <p className="mt-2 text-sm">
          Over all rounds, {some}
          {count(allRounds.answered)} of {count(allRounds.invited)} asks were answered: {percent(allRounds.rate)}.{' '}
          <span className="text-muted">The same people are in several rounds, so this rate has no interval.</span>
        </p>
      )}
    </div>
  );
}

function nextInWords(waiting: number, nextAt: string | null): string {
  if (waiting === 0) return '–';
  return nextAt ? `${count(waiting)} from ${date(nextAt)}` : `${count(waiting)}, after the last day: not any more`;
}
