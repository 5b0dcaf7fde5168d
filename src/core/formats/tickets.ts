import {
  cellsUnder,
  dayOf,
  type Feedback,
  type FeedbackPart,
  feedbackAnswers,
  feedbackSurvey,
  hasHeadings,
} from './feedback.ts';
import { type Format, FormatError, type SourceFile } from './neutral.ts';
import { at, isMap, listAt, textAt } from './values.ts';

const PARTS: readonly FeedbackPart[] = [
  { id: 'subject', text: 'What is it about?', type: 'text' },
  { id: 'text', text: 'What do you write to us?', type: 'text' },
  { id: 'satisfied', text: 'Was your request handled well?', type: 'yesno' },
  { id: 'comment', text: 'What do you say about how it was handled?', type: 'text' },
];
const NOT_KEPT =
  'Who wrote a ticket, who answered it, the answers and files are not kept. Texts may name people: look before you import.';

function ticketFormat(
  id: string,
  name: string,
  detect: Format['detect'],
  read: (file: SourceFile) => Feedback[],
): Format {
  return {
    id,
    name,
    detect,
    readSurvey: () => feedbackSurvey('Tickets', PARTS),
    readAnswers: (file) => feedbackAnswers(read(file), PARTS, 'ticket', NOT_KEPT),
  };
}

function ticketsIn(json: unknown): readonly unknown[] {
  if (isMap(json)) return Array.isArray(at(json, 'tickets')) ? listAt(json, 'tickets') : isTicket(json) ? [json] : [];
  const list: readonly unknown[] = Array.isArray(json) ? json : [];
  return list.flatMap((one) => (Array.isArray(at(one, 'tickets')) ? listAt(one, 'tickets') : [one]));
}

function isTicket(value: unknown): boolean {
  const own = ['requester_id', 'requester', 'satisfaction_rating', 'via', 'ticket_form_id'];
  return (
    textAt(value, 'id') !== '' &&
    typeof at(value, 'subject') === 'string' &&
    isMap(value) &&
    own.some((name) => Object.hasOwn(value, name))
  );
}

/** Tickets as Zendesk exports them: one JSON object per line, or a list under `tickets`. */
export const zendeskJson = ticketFormat(
  'zendesk-json',
  'Zendesk tickets (JSON)',
  (file) => isTicket(ticketsIn(file.json())[0]),
  (file) =>
    ticketsIn(file.json())
      .filter(isTicket)
      .map((ticket) => ({
        id: textAt(ticket, 'id'),
        day: dayOf(textAt(ticket, 'created_at')),
        language: '',
        attributes: [
          ['priority', textAt(ticket, 'priority')],
          ['ticket_type', textAt(ticket, 'type')],
          ['via', textAt(ticket, 'via', 'channel')],
          [
            'tags',
            listAt(ticket, 'tags')
              .filter((tag) => typeof tag === 'string')
              .join(' '),
          ],
        ],
        says: [
          ['subject', textAt(ticket, 'subject')],
          ['text', textAt(ticket, 'description')],
          ['satisfied', satisfied(textAt(ticket, 'satisfaction_rating', 'score'))],
          ['comment', textAt(ticket, 'satisfaction_rating', 'comment')],
        ],
      })),
);

/** The table that Zendesk exports. It has no texts of tickets unless a column was added. */
export const zendeskCsv = ticketFormat(
  'zendesk-csv',
  'Zendesk tickets (CSV)',
  (file) =>
    hasHeadings(
      file.table()?.[0],
      ['id', 'ticket id'],
      ['subject'],
      ['status', 'ticket status'],
      ['requester', 'requester id', 'created at', 'requested'],
    ),
  (file) => {
    const [headings, ...rows] = file.table() ?? [];
    if (!headings) throw new FormatError('The file has no rows.');
    const cell = cellsUnder(headings);
    return rows
      .filter((row) => row.some((each) => each.trim() !== ''))
      .map((row) => ({
        id: cell(row, 'id', 'ticket id') || null,
        day: dayOf(cell(row, 'created at', 'requested')),
        language: '',
        attributes: [
          ['priority', cell(row, 'priority').toLowerCase()],
          ['ticket_type', cell(row, 'ticket type', 'type').toLowerCase()],
          ['via', cell(row, 'via').toLowerCase()],
          ['tags', cell(row, 'tags')],
        ],
        says: [
          ['subject', cell(row, 'subject')],
          ['text', cell(row, 'description', 'comment', 'first comment')],
          ['satisfied', satisfied(cell(row, 'satisfaction score', 'satisfaction rating').toLowerCase())],
          ['comment', cell(row, 'satisfaction comment')],
        ],
      }));
  },
);

/** `offered` and `unoffered` say nothing. */
function satisfied(score: string): boolean | undefined {
  if (/^good/.test(score)) return true;
  return /^bad/.test(score) ? false : undefined;
}
