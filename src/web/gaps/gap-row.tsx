import { Link } from '@tanstack/react-router';
import { Button } from 'react-aria-components';
import { isCannotSay } from '../../core/cannot-say.ts';
import type { Gap, GapKind } from '../../core/gap.ts';
import { type Scale, sameScale } from '../../core/scale.ts';
import { Dumbbell, ScaleLines } from '../ui/dumbbell.tsx';
import { AUDIENCE_NAMES, count, digitsOf, fixed, interval, perspectiveName, signed } from '../ui/format.ts';
import { PatternWord, VerdictWord } from '../ui/verdict.tsx';
import type { GapsAnswer } from './queries.ts';
import type { ItemRow, TouchpointRow } from './rows.ts';

interface GapRowProps {
  readonly report: GapsAnswer;
  readonly pair: GapKind;
  readonly itemRow: ItemRow;
  readonly commonScale: Scale;
  /** Set for the row of a touchpoint's lead item; left out for its other items. */
  readonly touchpoint?: TouchpointRow;
  readonly opened?: boolean;
  readonly onToggle?: () => void;
}

export function GapRow({ report, itemRow, commonScale, touchpoint, opened = false, onToggle }: GapRowProps) {
  const { item, gap, because } = itemRow;
  return (
    <tr className={`border-t border-hairline ${touchpoint ? '' : 'inner-row bg-wash'}`}>
      <th scope="row" className="text-left font-medium">
        <Link
          className="link-row"
          to="/w/$workspaceId/touchpoints/$touchpointId"
          params={{ workspaceId: report.workspace.id, touchpointId: item.touchpointId }}
          search={(search: Record<string, unknown>) => search}
          {...(touchpoint ? {} : { hash: item.key })}
        >
          {touchpoint ? touchpoint.name : item.name}
        </Link>
        {touchpoint && touchpoint.others.length > 0 && (
          <Button
            aria-expanded={opened}
            aria-label={`${touchpoint.others.length} more ${touchpoint.others.length === 1 ? 'item' : 'items'} of ${touchpoint.name}`}
            className="ml-1 inline-flex min-h-6 min-w-7 cursor-pointer items-center justify-center rounded-sm text-xs font-normal text-muted hover:bg-wash hover:text-ink print:hidden"
            {...(onToggle ? { onPress: onToggle } : {})}
          >
            {opened ? '−' : '+'}
            {touchpoint.others.length}
          </Button>
        )}
      </th>
      <td className="chart-cell">
        <RowChart report={report} row={itemRow} ownEnds={!sameScale(item.scale, commonScale)} />
      </td>
      {gap ? (
        <>
          <td className="gap-cell whitespace-nowrap">
            <GapText gap={gap} scale={item.scale} />
          </td>
          <td className="text-sm">
            <VerdictWord verdict={gap.verdict} />
            <MoreAnswers gap={gap} />
          </td>
          <td className="text-sm">
            <PatternWord pattern={gap.pattern} />
          </td>
        </>
      ) : (
        <td colSpan={3} className="text-sm text-muted">
          {because}
        </td>
      )}
      <td className="owner-cell text-sm text-muted">{touchpoint?.ownerTeam ?? ''}</td>
    </tr>
  );
}

/** `+0.9 [0.7, 1.1]` */
export function GapText({ gap, scale }: { readonly gap: Gap; readonly scale: Scale }) {
  const digits = gap.converted ? 1 : digitsOf(scale);
  return (
    <>
      <strong className="font-semibold">{signed(gap.estimate, digits)}</strong>{' '}
      <span className="text-sm text-muted">{gap.interval ? interval(gap.interval, digits) : 'no interval'}</span>
      {gap.converted && <span className="text-xs text-muted"> converted, of 100</span>}
    </>
  );
}

function MoreAnswers({ gap }: { readonly gap: Gap }) {
  const { moreAnswers } = gap;
  if (!moreAnswers || isCannotSay(moreAnswers)) return null;
  return (
    <span className="block text-xs text-muted">
      about {count(moreAnswers.n)} more {AUDIENCE_NAMES[moreAnswers.audience].toLowerCase()} would decide
    </span>
  );
}

interface RowChartProps {
  readonly report: GapsAnswer;
  readonly row: ItemRow;
  readonly ownEnds: boolean;
}

function RowChart({ report, row: { item, gap, perspectives }, ownEnds }: RowChartProps) {
  const { min, max } = item.scale;
  const digits = digitsOf(item.scale);
  // Another scale than the item's can't be drawn on this one; the numbers are on the touchpoint's page.
  const drawn = perspectives.filter((one) => sameScale(one.scale, item.scale));
  const constants = (gap?.sides ?? []).filter((side) => side.n === null);
  const marks = [...drawn, ...constants].map((one) => ({
    audience: one.audience,
    lens: one.lens,
    mean: one.mean,
    interval: one.interval,
    simulated: report.simulated.includes(one.audience),
  }));
  const said = marks.map(
    (mark) =>
      `${perspectiveName(mark)} ${fixed(mark.mean, digits)}${mark.interval ? ` (${fixed(mark.interval[0], digits)} to ${fixed(mark.interval[1], digits)})` : ''}${mark.simulated ? ', simulated' : ''}`,
  );
  const comparable = gap && !gap.converted;
  return (
    <>
      <ScaleLines min={min} max={max} />
      <Dumbbell
        min={min}
        max={max}
        marks={marks}
        between={comparable ? [gap.sides[0].mean, gap.sides[1].mean] : null}
        tolerance={comparable ? { centre: gap.sides[1].mean, width: gap.tolerance } : null}
        label={said.length > 0 ? `On ${min} to ${max}: ${said.join('; ')}.` : 'Nothing to draw.'}
      />
      {ownEnds && (
        <span className="relative flex justify-between pb-1 text-[11px] leading-none text-muted" aria-hidden="true">
          <span className="bg-ground px-0.5">{min}</span>
          <span className="bg-ground px-0.5">{max}</span>
        </span>
      )}
    </>
  );
}
