import { Fragment, useState } from 'react';
import type { GapKind } from '../../core/gap.ts';
import { type Scale, sameScale } from '../../core/scale.ts';
import { ScaleHeader } from '../ui/dumbbell.tsx';
import { GapRow } from './gap-row.tsx';
import { Legend } from './legend.tsx';
import type { GapsAnswer } from './queries.ts';
import type { TouchpointRow } from './rows.ts';

interface GapTableProps {
  readonly report: GapsAnswer;
  readonly rows: readonly TouchpointRow[];
  readonly pair: GapKind;
  readonly caption: string;
}

/** The touchpoints as a dumbbell chart that is a table: each row can be read without seeing the drawing. */
export function GapTable({ report, rows, pair, caption }: GapTableProps) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string) =>
    setOpened((before) => new Set(before.has(id) ? [...before].filter((one) => one !== id) : [...before, id]));
  const common = mostCommonScale(rows);
  const row = { report, pair, commonScale: common };
  return (
    <>
      <Legend report={report} pair={pair} scale={common} />
      <table className="gap-table w-full border-collapse">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="align-bottom text-left text-xs text-muted">
            <th scope="col" className="font-medium">
              Touchpoint
            </th>
            <th scope="col" className="font-medium">
              <span className="sr-only">
                Means with intervals, {common.min} to {common.max}
              </span>
              <ScaleHeader min={common.min} max={common.max} />
            </th>
            <th scope="col" className="font-medium">
              Gap
            </th>
            <th scope="col" className="font-medium">
              How sure
            </th>
            <th scope="col" className="font-medium">
              Pattern
            </th>
            <th scope="col" className="font-medium">
              Owner
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((touchpoint) => (
            <Fragment key={touchpoint.touchpointId}>
              <GapRow
                {...row}
                itemRow={touchpoint.lead}
                touchpoint={touchpoint}
                opened={opened.has(touchpoint.touchpointId)}
                onToggle={() => toggle(touchpoint.touchpointId)}
              />
              {opened.has(touchpoint.touchpointId) &&
                touchpoint.others.map((other) => <GapRow key={other.item.itemId} {...row} itemRow={other} />)}
            </Fragment>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** The scale that most rows share stands over the chart; a row on another one carries its own ends. */
function mostCommonScale(rows: readonly TouchpointRow[]): Scale {
  const scales = rows.map((row) => row.lead.item.scale);
  const votes = scales.map((scale) => scales.filter((other) => sameScale(scale, other)).length);
  return scales[votes.indexOf(Math.max(...votes))] ?? { min: 1, max: 5, step: 1, direction: 'up', topBox: 5 };
}
