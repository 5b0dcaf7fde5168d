import { anyone } from '../http/policy.ts';
import { type Route, route } from '../http/route.ts';
import { inspectRoutes } from './inspect-routes.ts';
import { MAX_PART_BYTES, partSchema, storedSchema } from './schema.ts';
import { takePart } from './take-part.ts';

const tag = 'Responses';

export const intakeRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/api/v1/responses',
      summary: 'Answer a survey, in as many parts as you like; a success means that the part is stored for good',
      tag,
      policy: anyone,
      public: true,
      direct: true,
      maxBody: MAX_PART_BYTES,
      body: partSchema,
      answer: storedSchema,
    },
    (context, { body }) => takePart(context, body),
  ),
  ...inspectRoutes,
];
