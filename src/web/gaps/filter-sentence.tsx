import { date } from '../ui/format.ts';
import { type GapSearch, splitAttribute } from './search.ts';

/** The filters in words, under the title and on paper, where the controls are not. */
export function FilterSentence({ search }: { readonly search: GapSearch }) {
  const parts = [
    search.since && search.until
      ? `answered ${date(search.since)} to ${date(search.until)}`
      : search.since
        ? `answered since ${date(search.since)}`
        : search.until
          ? `answered until ${date(search.until)}`
          : null,
    search.channel ? `channel ${search.channel}` : null,
    ...(search.attribute ?? []).map((one) => {
      const { name, value } = splitAttribute(one);
      return `${name} is ${value}`;
    }),
  ].filter((part) => part !== null);
  if (parts.length === 0) return null;
  return <p className="mb-3 text-sm text-muted">Only: {parts.join('; ')}.</p>;
}
