import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Checkbox, SelectField, TextField } from '../ui/field.tsx';
import { NumberField } from './number-field.tsx';
import { type Moments, sitesQuery } from './queries.ts';

export const POSITIONS: Readonly<Record<NonNullable<Moments['look']['position']>, string>> = {
  'bottom-right': 'below right',
  'bottom-left': 'below left',
  'top-right': 'above right',
  'top-left': 'above left',
  center: 'in the middle',
};

interface LookFieldsProps {
  readonly workspaceId: string;
  readonly moments: Moments;
  readonly onChange: (part: Partial<Moments>) => void;
}

export function LookFields({ workspaceId, moments, onChange }: LookFieldsProps) {
  const sites = useQuery(sitesQuery(workspaceId)).data?.sites ?? [];
  const { look } = moments;
  const set = (part: Partial<Moments['look']>) => onChange({ look: { ...look, ...part } });
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-start gap-3">
        <SelectField
          label="Looks like"
          className="w-52"
          value={look.style}
          onChange={(style) =>
            set({
              style: style as Moments['look']['style'],
              into: style === 'embed' ? (look.into ?? '#survey') : null,
            })
          }
        >
          <option value="slide">a card that slides in</option>
          <option value="popup">a window over the page</option>
          <option value="embed">a part of the page</option>
        </SelectField>
        {look.style === 'embed' ? (
          <TextField
            label="CSS selector of the element it stands in"
            className="w-72"
            maxLength={200}
            value={look.into ?? ''}
            onChange={(into) => set({ into })}
          />
        ) : (
          <SelectField
            label="Where"
            className="w-40"
            value={look.position ?? 'bottom-right'}
            onChange={(position) => set({ position: position as keyof typeof POSITIONS })}
          >
            {Object.entries(POSITIONS).map(([position, name]) => (
              <option key={position} value={position}>
                {name}
              </option>
            ))}
          </SelectField>
        )}
        <NumberField
          label="Seconds after the trigger"
          className="w-44"
          min={0}
          max={600}
          value={look.delay ?? 0}
          onChange={(delay) => delay !== null && set({ delay })}
        />
      </div>
      <fieldset>
        <legend className="text-xs font-medium text-muted">On these sites</legend>
        <div className="mt-1 flex flex-wrap gap-x-5 gap-y-1">
          <Checkbox isSelected={moments.sites === null} onChange={(all) => onChange({ sites: all ? null : [] })}>
            all sites
          </Checkbox>
          {moments.sites !== null &&
            sites.map(({ id, name }) => (
              <Checkbox
                key={id}
                isSelected={moments.sites?.includes(id) ?? false}
                onChange={(on) =>
                  onChange({
                    sites: on ? [...(moments.sites ?? []), id] : (moments.sites ?? []).filter((one) => one !== id),
                  })
                }
              >
                {name}
              </Checkbox>
            ))}
        </div>
        {sites.length === 0 && (
          <p className="mt-1 text-sm text-muted">
            There is no site yet.{' '}
            <Link to="/w/$workspaceId/asking" params={{ workspaceId }} className="link">
              Add one and put its script tag into your pages
            </Link>
          </p>
        )}
      </fieldset>
    </div>
  );
}
