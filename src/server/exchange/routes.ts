import { exporters } from '../http/policy.ts';
import { type Route, route } from '../http/route.ts';
import { surveyPathSchema } from '../surveys/schema.ts';
import { requireSurvey } from '../surveys/verbs.ts';
import { exportFile } from './export-file.ts';
import { importFileRoutes } from './import-routes.ts';
import { exportQuerySchema } from './schema.ts';

const tag = 'Exchange';

export const exchangeRoutes: readonly Route[] = [
  ...importFileRoutes,
  route(
    {
      method: 'get',
      path: '/api/v1/workspaces/{workspaceId}/surveys/{surveyId}/export',
      summary:
        'All answers to a survey as CSV, XLSX, SPSS (.sav) or JSON; of leaders, staff and anonymous customers only counts',
      tag,
      policy: exporters,
      params: surveyPathSchema,
      query: exportQuerySchema,
      produces: 'application/octet-stream',
    },
    async (context, { params: { surveyId }, query }) => {
      await context.inWorkspace(async (tx) => {
        await requireSurvey(context.workspaceId, tx, surveyId);
        await context.audit(tx, 'answers.export', { kind: 'survey', id: surveyId }, { ...query });
      });
      return exportFile(context, context.workspaceId, surveyId, query);
    },
  ),
];
