import { anyone } from '../http/policy.ts';
import { type Route, route } from '../http/route.ts';
import { openQuestionnaire } from './open-questionnaire.ts';
import { openSchema, questionnaireSchema } from './schema.ts';

export const questionnaireRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/api/v1/questionnaires',
      summary: 'The questionnaire behind a link, for one audience in one language',
      tag: 'Answering',
      policy: anyone,
      public: true,
      body: openSchema,
      answer: questionnaireSchema,
    },
    (context, { body }) => openQuestionnaire(context, body),
  ),
];
