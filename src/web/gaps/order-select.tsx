import { useNavigate } from '@tanstack/react-router';
import { SelectField } from '../ui/field.tsx';
import { type GapSearch, ORDERS, type Order } from './search.ts';

/** How the list is ordered; in the address like every other choice. */
export function OrderSelect({ search }: { readonly search: GapSearch }) {
  const navigate = useNavigate();
  const { sort, ...others } = search;
  return (
    <span className="inline-flex items-center gap-2 text-sm text-muted print:hidden">
      <span aria-hidden="true">in order of</span>
      <SelectField
        label="Order of the list"
        look="bare"
        value={sort ?? 'worth'}
        onChange={(order) =>
          void navigate({
            to: '.',
            search: order === 'worth' ? others : { ...others, sort: order as Order },
            resetScroll: false,
          })
        }
      >
        {(Object.keys(ORDERS) as Order[]).map((order) => (
          <option key={order} value={order}>
            {ORDERS[order]}
          </option>
        ))}
      </SelectField>
    </span>
  );
}
