import { type Benchmark, SHIPPED_BENCHMARKS } from '../../core/benchmarks.ts';
import { isCannotSay } from '../../core/cannot-say.ts';
import { wilsonInterval } from '../../core/stats/wilson-interval.ts';
import { editors, readers } from '../http/policy.ts';
import { type Route, route } from '../http/route.ts';
import { benchmarkListSchema, benchmarkPathSchema, benchmarkSchema, newBenchmarkSchema } from './schema.ts';
import { deleteBenchmark, insertBenchmark, ownBenchmarks } from './store.ts';

const tag = 'Benchmarks';
const W = '/api/v1/workspaces/{workspaceId}';

function record(
  id: string,
  shipped: boolean,
  { statement, unitCounted, whoWasAsked, share, n, dated, source }: Benchmark,
) {
  // Shares are published rounded to a percent; the interval is that of the whole number of units nearest to it.
  const wilson = share === null || n === null ? null : wilsonInterval(Math.round(share * n), n);
  const interval = wilson === null || isCannotSay(wilson) ? null : wilson.interval;
  return {
    id,
    shipped,
    statement,
    unitCounted,
    whoWasAsked,
    share,
    n,
    interval: interval && ([interval[0], interval[1]] as [number, number]),
    dated,
    source,
  };
}

export const benchmarkRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: `${W}/benchmarks`,
      summary: 'Published numbers to compare with, and your own',
      tag,
      policy: readers,
      answer: benchmarkListSchema,
    },
    (context) =>
      context.inWorkspace(async (tx) => ({
        benchmarks: [
          ...SHIPPED_BENCHMARKS.map((benchmark) => record(benchmark.key, true, benchmark)),
          ...(await ownBenchmarks(context.workspaceId, tx)).map((row) => record(row.id, false, row)),
        ],
      })),
  ),
  route(
    {
      method: 'post',
      path: `${W}/benchmarks`,
      summary: 'Add a benchmark of your own',
      tag,
      policy: editors,
      body: newBenchmarkSchema,
      status: 201,
      answer: benchmarkSchema,
    },
    (context, { body }) =>
      context.inWorkspace(async (tx) => {
        const id = await insertBenchmark(context.workspaceId, tx, body);
        await context.audit(tx, 'benchmark.create', { kind: 'benchmark', id }, { statement: body.statement });
        return record(id, false, body);
      }),
  ),
  route(
    {
      method: 'delete',
      path: `${W}/benchmarks/{benchmarkId}`,
      summary: 'Delete a benchmark of your own',
      tag,
      policy: editors,
      params: benchmarkPathSchema,
      status: 204,
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        await deleteBenchmark(context.workspaceId, tx, params.benchmarkId);
        await context.audit(tx, 'benchmark.delete', { kind: 'benchmark', id: params.benchmarkId });
        return undefined;
      }),
  ),
];
