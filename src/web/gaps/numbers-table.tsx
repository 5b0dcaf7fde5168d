import type { Gap } from '../../core/gap.ts';
import { count, digitsOf, fixed, interval, percent, pValue, signed } from '../ui/format.ts';
import { ScrollBox } from '../ui/table.tsx';
import { VerdictWord } from '../ui/verdict.tsx';
import type { ReportedItem } from './queries.ts';
import { gapKey, gapName } from './rows.ts';

interface NumbersTableProps {
  readonly gaps: readonly Gap[];
  readonly item: ReportedItem;
  readonly level: number;
}

/** Every number of every gap of an item. */
export function NumbersTable({ gaps, item, level }: NumbersTableProps) {
  return (
    <div className="mt-5">
      <ScrollBox label={`Gaps in numbers: ${item.name}`}>
        <table className="numbers">
          <caption>
            Gaps in points of {item.scale.min} to {item.scale.max}, intervals at {percent(level)}
          </caption>
          <thead>
            <tr>
              <th scope="col">Gap</th>
              <th scope="col">estimate</th>
              <th scope="col">interval</th>
              <th scope="col">simultaneous</th>
              <th scope="col">as selected</th>
              <th scope="col">n</th>
              <th scope="col">p</th>
              <th scope="col">adjusted p</th>
              <th scope="col">effect</th>
              <th scope="col">tolerance</th>
              <th scope="col">verdict</th>
            </tr>
          </thead>
          <tbody>
            {gaps.map((gap) => (
              <GapNumbers key={gapKey(gap)} gap={gap} digits={gap.converted ? 1 : digitsOf(item.scale)} />
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </div>
  );
}

function GapNumbers({ gap, digits }: { readonly gap: Gap; readonly digits: number }) {
  const { effect, n } = gap;
  const said = (one: readonly [number, number] | null) => (one ? interval(one, digits) : '–');
  return (
    <tr>
      <th scope="row">
        {gapName(gap)}
        {gap.converted && <span className="block text-xs text-muted">converted, of 100</span>}
      </th>
      <td>{signed(gap.estimate, digits)}</td>
      <td>{said(gap.interval)}</td>
      <td>{said(gap.intervalSimultaneous)}</td>
      <td>{said(gap.intervalSelected)}</td>
      <td>
        {n.from === null ? 'fixed' : count(n.from)}, {n.to === null ? 'fixed' : count(n.to)}
      </td>
      <td>{pValue(gap.pValue)}</td>
      <td>{pValue(gap.pAdjusted)}</td>
      <td>
        {effect ? (
          <>
            {fixed(effect.estimate, 2)} {effect.interval ? interval(effect.interval, 2) : ''}
            <span className="block text-xs text-muted">{effect.name}</span>
          </>
        ) : (
          '–'
        )}
      </td>
      <td>±{fixed(gap.tolerance, 2)}</td>
      <td>
        <VerdictWord verdict={gap.verdict} />
      </td>
    </tr>
  );
}
