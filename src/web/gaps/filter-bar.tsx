import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { GAP_KINDS, type GapKind } from '../../core/gap.ts';
import { Button } from '../ui/button.tsx';
import { SelectField } from '../ui/field.tsx';
import { type Filters, filtersQuery } from './queries.ts';
import { type GapSearch, splitAttribute } from './search.ts';

interface FilterBarProps {
  readonly workspaceId: string;
  readonly search: GapSearch;
  readonly journeys: readonly { readonly id: string; readonly name: string }[];
  readonly pairs: readonly GapKind[];
}

/** Every choice is in the address: a filtered view can be sent, and the back button undoes it. */
export function FilterBar({ workspaceId, search, journeys, pairs }: FilterBarProps) {
  const filters = useQuery(filtersQuery(workspaceId)).data ?? NOTHING;
  const navigate = useNavigate();
  const change = (next: GapSearch) =>
    void navigate({ to: '.', search: next as Record<string, unknown>, resetScroll: false });
  const without = (name: keyof GapSearch) => {
    const { [name]: _, ...rest } = search;
    return rest;
  };
  const set = (name: keyof GapSearch) => (value: string) =>
    change({ ...without(name), ...(value ? { [name]: value } : {}) });
  const filtered = ['journey', 'since', 'until', 'channel', 'attribute'].some((name) => name in search);
  return (
    <search aria-label="Filters" className="flex flex-wrap items-end gap-x-3 gap-y-2 print:hidden">
      <SelectField label="Gap" className="w-40" value={search.pair ?? 'delivery'} onChange={set('pair')}>
        {pairs.map((kind) => (
          <option key={kind} value={kind}>
            {GAP_KINDS[kind].name}
          </option>
        ))}
      </SelectField>
      {journeys.length > 1 && (
        <SelectField label="Journey" className="w-36" value={search.journey ?? ''} onChange={set('journey')}>
          <option value="">all journeys</option>
          {journeys.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      <PeriodSelect
        search={search}
        months={filters.months}
        onChange={(period) => change({ ...withoutPeriod(search), ...period })}
      />
      {filters.channels.length > 0 && (
        <SelectField label="Channel" className="w-32" value={search.channel ?? ''} onChange={set('channel')}>
          <option value="">all channels</option>
          {filters.channels.map((channel) => (
            <option key={channel}>{channel}</option>
          ))}
        </SelectField>
      )}
      <AttributeSelect
        attributes={filters.attributes}
        chosen={search.attribute ?? []}
        onChange={(attribute) => change({ ...without('attribute'), ...(attribute.length > 0 ? { attribute } : {}) })}
      />
      {filtered && (
        <Button look="plain" onPress={() => change(search.pair ? { pair: search.pair } : {})}>
          Show everything
        </Button>
      )}
    </search>
  );
}

const NOTHING: Filters = { channels: [], months: [], attributes: [] };

function withoutPeriod({ since: _since, until: _until, ...rest }: GapSearch): GapSearch {
  return rest;
}

interface PeriodProps {
  readonly search: GapSearch;
  readonly months: readonly string[];
  readonly onChange: (period: Pick<GapSearch, 'since' | 'until'>) => void;
}

/** Years and months that hold answers; a period given by hand in the address is kept and shown. */
function PeriodSelect({ search, months, onChange }: PeriodProps) {
  if (months.length === 0) return null;
  const byName = new Map<string, { since: string; until: string }>();
  const years = [...new Set(months.map((month) => month.slice(0, 4)))].reverse();
  for (const year of years) byName.set(year, { since: `${year}-01-01`, until: `${year}-12-31` });
  const single = [...months].reverse().map((month) => month.slice(0, 7));
  for (const month of single) byName.set(month, { since: `${month}-01`, until: lastDay(month) });
  const known = [...byName].find(([, { since, until }]) => since === search.since && until === search.until)?.[0];
  const byHand = known === undefined && (search.since !== undefined || search.until !== undefined);
  return (
    <SelectField
      label="Period"
      className="w-28"
      value={byHand ? 'by-hand' : (known ?? '')}
      onChange={(name) => name !== 'by-hand' && onChange(byName.get(name) ?? {})}
    >
      <option value="">all dates</option>
      {byHand && (
        <option value="by-hand">
          {search.since ?? 'the beginning'} to {search.until ?? 'today'}
        </option>
      )}
      <optgroup label="Years">
        {years.map((year) => (
          <option key={year}>{year}</option>
        ))}
      </optgroup>
      <optgroup label="Months">
        {single.map((month) => (
          <option key={month}>{month}</option>
        ))}
      </optgroup>
    </SelectField>
  );
}

function lastDay(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return `${month}-${new Date(Date.UTC(year, number, 0)).getUTCDate()}`;
}

interface AttributeProps {
  readonly attributes: Filters['attributes'];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: string[]) => void;
}

/** One attribute at a time is added; each chosen one is a button that takes it away again. */
function AttributeSelect({ attributes, chosen, onChange }: AttributeProps) {
  if (attributes.length === 0 && chosen.length === 0) return null;
  const taken = new Set(chosen.map((one) => splitAttribute(one).name));
  const free = attributes.filter(({ name }) => !taken.has(name));
  return (
    <>
      {free.length > 0 && (
        <SelectField label="Who" className="w-32" value="" onChange={(one) => one && onChange([...chosen, one])}>
          <option value="">{chosen.length > 0 ? 'and also …' : 'everyone'}</option>
          {free.map(({ name, values }) => (
            <optgroup key={name} label={name}>
              {values.map(({ value }) => (
                <option key={value} value={`${name}:${value}`}>
                  {name}: {value}
                </option>
              ))}
            </optgroup>
          ))}
        </SelectField>
      )}
      {chosen.map((one) => {
        const { name, value } = splitAttribute(one);
        return (
          <Button
            key={one}
            aria-label={`Remove the filter ${name}: ${value}`}
            onPress={() => onChange(chosen.filter((other) => other !== one))}
          >
            {name}: {value} <span aria-hidden="true">×</span>
          </Button>
        );
      })}
    </>
  );
}
