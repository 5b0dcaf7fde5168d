import { readers } from '../http/policy.ts';
import { type Route, route } from '../http/route.ts';
import { gapsCsv } from './csv.ts';
import { filterValues } from './filter-values.ts';
import { gapFilters } from './gap-filters.ts';
import { reportFor } from './report-for.ts';
import { filterValuesSchema, gapAnswerSchema, gapQuerySchema } from './schema.ts';

const tag = 'Gaps';
const W = '/api/v1/workspaces/{workspaceId}';

export const gapRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: `${W}/gaps`,
      summary: 'The gap report, filtered by place, period, channel and attribute',
      tag,
      policy: readers,
      query: gapQuerySchema,
      answer: gapAnswerSchema,
    },
    (context, { query }) => context.inWorkspace((tx) => reportFor(context.workspaceId, tx, gapFilters(query))),
  ),
  route(
    {
      method: 'get',
      path: `${W}/gaps.csv`,
      summary: 'The same report as CSV, safe to open in a spreadsheet',
      tag,
      policy: readers,
      query: gapQuerySchema,
      produces: 'text/csv',
    },
    async (context, { query }) => {
      const report = await context.inWorkspace((tx) => reportFor(context.workspaceId, tx, gapFilters(query)));
      return new Response(gapsCsv(report), {
        headers: {
          'Content-Type': 'text/csv; charset=utf-8',
          'Content-Disposition': 'attachment; filename="gaps.csv"',
        },
      });
    },
  ),
  route(
    {
      method: 'get',
      path: `${W}/filters`,
      summary: 'What the report can be filtered by',
      tag,
      policy: readers,
      answer: filterValuesSchema,
    },
    (context) => context.inWorkspace((tx) => filterValues(context.workspaceId, tx)),
  ),
];
