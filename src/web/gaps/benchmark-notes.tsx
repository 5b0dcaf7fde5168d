import { queryOptions, useQuery } from '@tanstack/react-query';
import type { BenchmarkRecord } from '../../server/benchmarks/schema.ts';
import { get, inWorkspace } from '../api.ts';
import { Disclosure } from '../ui/disclosure.tsx';
import { count, points } from '../ui/format.ts';

const benchmarksQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ['workspace', workspaceId, 'benchmarks'],
    queryFn: ({ signal }) =>
      get<{ readonly benchmarks: readonly BenchmarkRecord[] }>(inWorkspace(workspaceId, 'benchmarks'), {}, signal),
    staleTime: 10 * 60_000,
  });

/** Shown at once; the others are one press away. */
const SHOWN = 2;

/** Claims of others, each with unit, n, date and source: what they counted is not what we count. */
export function BenchmarkNotes({ workspaceId }: { readonly workspaceId: string }) {
  const benchmarks = useQuery(benchmarksQuery(workspaceId)).data?.benchmarks ?? [];
  if (benchmarks.length === 0) return null;
  const others = benchmarks.slice(SHOWN);
  return (
    <section className="text-xs text-muted" aria-label="For comparison">
      <h2 className="font-medium">For comparison, from elsewhere</h2>
      <Claims claims={benchmarks.slice(0, SHOWN)} />
      {others.length > 0 && (
        <Disclosure title={`${others.length} more`}>
          <Claims claims={others} />
        </Disclosure>
      )}
    </section>
  );
}

function Claims({ claims }: { readonly claims: readonly BenchmarkRecord[] }) {
  return (
    <ul className="mt-1 max-w-prose list-disc space-y-1 pl-4 text-xs">
      {claims.map((one) => (
        <li key={one.id}>
          {one.statement.replace(/\.$/, '')}. Counted: {one.unitCounted}; asked: {one.whoWasAsked};{' '}
          {one.n === null ? 'n not published' : `n ${count(one.n)}`}
          {one.interval && `, interval ${points(one.interval)} %`}; {one.dated}. {one.source}
        </li>
      ))}
    </ul>
  );
}
