import { anyone } from '../http/policy.ts';
import { type Route, route } from '../http/route.ts';
import { issueTicket } from './issue.ts';
import { ticketRequestSchema, ticketSchema } from './schema.ts';

export const ticketRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/api/v1/tickets',
      summary:
        'The blind signature with which leaders, staff and anonymous customers answer, once for each personal link',
      tag: 'Answering',
      policy: anyone,
      public: true,
      body: ticketRequestSchema,
      answer: ticketSchema,
    },
    (context, { body }) => issueTicket(context, body),
  ),
];
