import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { LongMapping, Mapping, WideItem } from '../../core/mapping.ts';
import type { Audience, Lens } from '../../core/perspective.ts';
import { journeysQuery } from '../journeys/queries.ts';
import { SelectField } from '../ui/field.tsx';
import { AUDIENCE_NAMES, LENS_NAMES } from '../ui/format.ts';
import { CellInput } from './cell-input.tsx';
import { type ColumnRole, codeList, ROLE_WORDS, rolesFor, rolesOf, withRole } from './column-roles.ts';
import type { DetectedColumn, Preview } from './queries.ts';

/** From this many columns on, those of one kind can be looked at alone. */
const MANY = 12;

interface MappingTableProps {
  readonly workspaceId: string;
  readonly mapping: Mapping;
  readonly columns: readonly DetectedColumn[];
  readonly preview: Preview | null;
  readonly onChange: (mapping: Mapping) => void;
}

/** One line per column of the file: its first values, what it is taken for, and for ratings everything about the item. */
export function MappingTable({ workspaceId, mapping, columns, preview, onChange }: MappingTableProps) {
  const roles = rolesOf(mapping);
  const listId = useId();
  const touchpoints = (useQuery(journeysQuery(workspaceId)).data?.journeys ?? [])
    .flatMap(({ stages }) => stages)
    .flatMap((stage) => stage.touchpoints);
  const known = new Set(touchpoints.flatMap(({ items }) => items.map(({ key }) => key)));
  const [shown, setShown] = useState<ColumnRole | 'all'>('all');
  const roleOf = (column: DetectedColumn) => roles.get(column.name) ?? 'ignore';
  const counts = new Map<ColumnRole, number>();
  for (const column of columns) counts.set(roleOf(column), (counts.get(roleOf(column)) ?? 0) + 1);
  return (
    <>
      {columns.length > MANY && (
        <SelectField
          label="Columns shown"
          look="bare"
          className="mb-2 block"
          value={counts.has(shown as ColumnRole) ? shown : 'all'}
          onChange={(role) => setShown(role as ColumnRole | 'all')}
        >
          <option value="all">all {columns.length} columns</option>
          {[...counts].map(([role, n]) => (
            <option key={role} value={role}>
              {n} × {ROLE_WORDS[role]}
            </option>
          ))}
        </SelectField>
      )}
      <div className="max-h-[34rem] overflow-y-auto border-y border-hairline">
        <datalist id={`${listId}-items`}>
          {[...known].map((key) => (
            <option key={key}>{key}</option>
          ))}
        </datalist>
        <datalist id={`${listId}-touchpoints`}>
          {touchpoints.map(({ id, name }) => (
            <option key={id}>{name}</option>
          ))}
        </datalist>
        <ul>
          {columns
            .filter((column) => !counts.has(shown as ColumnRole) || roleOf(column) === shown)
            .map((column) => (
              <ColumnLine
                key={column.name}
                column={column}
                role={roleOf(column)}
                mapping={mapping}
                newItem={(key) => !known.has(key) && !preview?.items.some((item) => item.key === key && item.exists)}
                listId={listId}
                onChange={onChange}
              />
            ))}
        </ul>
      </div>
    </>
  );
}

interface ColumnLineProps {
  readonly column: DetectedColumn;
  readonly role: ColumnRole;
  readonly mapping: Mapping;
  readonly newItem: (key: string) => boolean;
  readonly listId: string;
  readonly onChange: (mapping: Mapping) => void;
}

function ColumnLine({ column, role, mapping, newItem, listId, onChange }: ColumnLineProps) {
  const item =
    mapping.layout === 'wide' ? mapping.items.find(({ columns }) => columns.includes(column.name)) : undefined;
  return (
    <li className="flex flex-wrap items-start gap-x-5 gap-y-2 border-t border-hairline py-2 first:border-t-0">
      <div className="w-full text-sm sm:w-48">
        <p className="font-medium break-words">{column.name}</p>
        <p className="truncate text-xs text-muted" title={column.reason}>
          {column.samples.length > 0 ? column.samples.join(' · ') : 'empty'}
        </p>
      </div>
      <SelectField
        label={`What ${column.name} is`}
        look="bare"
        className="sm:w-52"
        value={role}
        onChange={(next) => onChange(withRole(mapping, column, next as ColumnRole))}
      >
        {rolesFor(mapping.layout).map((one) => (
          <option key={one} value={one}>
            {ROLE_WORDS[one]}
          </option>
        ))}
      </SelectField>
      {role === 'at' && (
        <SelectField
          label={`How days are written in ${column.name}`}
          look="bare"
          value={mapping.dateFormat ?? 'iso'}
          onChange={(format) => onChange({ ...mapping, dateFormat: format as NonNullable<Mapping['dateFormat']> })}
        >
          <option value="iso">2026-11-22</option>
          <option value="dmy">22/11/2026</option>
          <option value="mdy">11/22/2026</option>
          <option value="excel">46348 (spreadsheet)</option>
        </SelectField>
      )}
      {mapping.layout === 'wide' && item && (
        <ItemFields
          column={column}
          item={item}
          isNew={newItem(item.item)}
          touchpoint={mapping.newItems?.[item.item]?.touchpoint ?? ''}
          listId={listId}
          onTouchpoint={(touchpoint) =>
            onChange({ ...mapping, newItems: withTouchpoint(mapping.newItems, item.item, touchpoint) })
          }
          onChange={(next) => onChange({ ...mapping, items: mapping.items.map((one) => (one === item ? next : one)) })}
        />
      )}
      {mapping.layout === 'long' && role === 'value' && (
        <LongFields column={column} mapping={mapping} onChange={onChange} />
      )}
      {(item || role === 'value') && column.codes.length > 0 && (
        <p className="w-full text-xs text-muted">
          {column.codes.map(({ code, reason }) => `${code}: ${reason}`).join(' · ')}
        </p>
      )}
    </li>
  );
}

function withTouchpoint(
  newItems: Mapping['newItems'],
  key: string,
  touchpoint: string,
): NonNullable<Mapping['newItems']> {
  const { touchpoint: _, ...others } = newItems?.[key] ?? {};
  return { ...newItems, [key]: touchpoint ? { ...others, touchpoint } : others };
}

interface LongFieldsProps {
  readonly column: DetectedColumn;
  readonly mapping: LongMapping;
  readonly onChange: (mapping: Mapping) => void;
}

/** In a file with one row per answer, scale and codes hold for all items. */
function LongFields({ column, mapping, onChange }: LongFieldsProps) {
  const { scale, ...withoutScale } = mapping;
  return (
    <div className="flex min-w-0 flex-wrap gap-2">
      <CellInput
        label="scale"
        about={column.name}
        width="w-28"
        placeholder="found out"
        value={scale ?? ''}
        onCommit={(text) => onChange(text ? { ...mapping, scale: text } : withoutScale)}
      />
      <Codes column={column.name} codes={mapping} onChange={(codes) => onChange({ ...mapping, ...codes })} />
    </div>
  );
}

interface ItemFieldsProps {
  readonly column: DetectedColumn;
  readonly item: WideItem;
  readonly isNew: boolean;
  readonly touchpoint: string;
  readonly listId: string;
  readonly onTouchpoint: (touchpoint: string) => void;
  readonly onChange: (item: WideItem) => void;
}

function ItemFields({ column, item, isNew, touchpoint, listId, onTouchpoint, onChange }: ItemFieldsProps) {
  const { audience: _audience, ...withoutAudience } = item;
  const { lens: _lens, ...withoutLens } = item;
  const { scale: _scale, ...withoutScale } = item;
  return (
    <div className="flex min-w-0 flex-wrap gap-2">
      <CellInput
        label="item"
        about={column.name}
        width="w-40"
        list={`${listId}-items`}
        value={item.item}
        onCommit={(key) => key && onChange({ ...item, item: key })}
      />
      <CellInput
        label="scale"
        about={column.name}
        width="w-16"
        placeholder="found out"
        value={item.scale ?? ''}
        onCommit={(scale) => onChange(scale ? { ...item, scale } : withoutScale)}
      />
      <Codes column={column.name} codes={item} onChange={(codes) => onChange({ ...item, ...codes })} />
      <SelectField
        label="audience"
        aria-label={`Audience of ${column.name}`}
        value={item.audience ?? ''}
        onChange={(audience) => onChange(audience ? { ...item, audience: audience as Audience } : withoutAudience)}
      >
        <option value="">the row’s</option>
        {(Object.keys(AUDIENCE_NAMES) as Audience[]).map((one) => (
          <option key={one} value={one}>
            {AUDIENCE_NAMES[one]}
          </option>
        ))}
      </SelectField>
      <SelectField
        label="lens"
        aria-label={`Lens of ${column.name}`}
        value={item.lens ?? ''}
        onChange={(lens) => onChange(lens ? { ...item, lens: lens as Lens } : withoutLens)}
      >
        <option value="">the usual</option>
        {(Object.keys(LENS_NAMES) as Lens[]).map((one) => (
          <option key={one} value={one}>
            {LENS_NAMES[one]}
          </option>
        ))}
      </SelectField>
      {isNew && (
        <CellInput
          label="touchpoint of the new item"
          about={column.name}
          width="w-44"
          list={`${listId}-touchpoints`}
          placeholder="one named like it"
          value={touchpoint}
          onCommit={onTouchpoint}
        />
      )}
    </div>
  );
}

interface CodesProps {
  readonly column: string;
  readonly codes: Pick<WideItem, 'missing' | 'notApplicable' | 'values'>;
  readonly onChange: (codes: Pick<WideItem, 'missing' | 'notApplicable'>) => void;
}

/** Two different silences: skipped, and does not apply. */
function Codes({ column, codes, onChange }: CodesProps) {
  const labels = Object.entries(codes.values ?? {});
  return (
    <>
      <CellInput
        label="not answered"
        about={column}
        width="w-24"
        placeholder="blank"
        value={codes.missing?.join(', ') ?? ''}
        onCommit={(text) => onChange({ missing: codeList(text) })}
      />
      <CellInput
        label="not applicable"
        about={column}
        width="w-24"
        value={codes.notApplicable?.join(', ') ?? ''}
        onCommit={(text) => onChange({ notApplicable: codeList(text) })}
      />
      {labels.length > 0 && (
        <p className="w-full text-xs text-muted">{labels.map(([label, value]) => `${label} = ${value}`).join(' · ')}</p>
      )}
    </>
  );
}
