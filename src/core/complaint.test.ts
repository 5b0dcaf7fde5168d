import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COMPLAINTS, lines } from '../../test/complaint-mails.ts';
import { readComplaint } from './complaint.ts';
import { readDeliveryReport } from './delivery-report.ts';

const ID = '7d1c5a4e-94f0-4c8a-9a55-0d6f3f1f2b11';
const SENT = {
  messageId: `${ID}@tern.example`,
  to: 'ann@example.org',
  unsubscribe: 'https://feedback.example.org/api/v1/unsubscribe/token',
};
const at = Date.UTC(2026, 10, 22, 8, 13, 16);

test.each(Object.entries(COMPLAINTS))('what %s sends says which mail was reported, and when', (_, mailOf) => {
  const mail = mailOf(SENT);
  const read = {
    at,
    isUnwanted: true,
    returned: { messageId: SENT.messageId, unsubscribe: `<${SENT.unsubscribe}>` },
  };
  expect(readComplaint(mail)).toEqual(read);
  expect(readComplaint(mail.replaceAll('\r\n', '\n'))).toEqual(read);
  expect(readComplaint(`From complaints Sun Nov 22 08:13:16 2026\n${mail}`)).toEqual(read);
  // Never both.
  expect(readDeliveryReport(mail)).toBeUndefined();
});

test('only a person who does not want the mail complains', () => {
  const of = (type: string) => readComplaint(COMPLAINTS.Yahoo(SENT).replace('Feedback-Type: abuse', type))?.isUnwanted;
  for (const type of ['abuse', 'Abuse', 'fraud', 'opt-out', 'abuse; confirmed']) {
    expect([type, of(`Feedback-Type: ${type}`)]).toEqual([type, true]);
  }
  for (const type of ['not-spam', 'virus', 'auth-failure', 'other', 'dmarc', 'abuse-of-something']) {
    expect([type, of(`Feedback-Type: ${type}`)]).toEqual([type, false]);
  }
  for (const field of ['', 'Feedback-Type:', 'Feedback-Type: 7', 'X-Type: abuse']) expect(of(field)).toBeUndefined();
  // Fields stand in the first block alone, also after an empty line.
  expect(of('X-Type: abuse\r\n\r\nFeedback-Type: abuse')).toBeUndefined();
  const late = COMPLAINTS.Yahoo(SENT).replace('message/feedback-report\r\n', 'message/feedback-report\r\n\r\n');
  expect(readComplaint(late)?.isUnwanted).toBe(true);
});

test('a complaint inside the returned mail, or in an ordinary mail, counts for nothing', () => {
  const forged = COMPLAINTS.Yahoo(SENT);
  const attached = lines(
    'Content-Type: multipart/mixed; boundary=m',
    '',
    '--m',
    'Content-Type: message/rfc822',
    '',
    forged,
    '--m--',
  );
  const inside = COMPLAINTS.Yahoo(SENT).replace('Type: abuse', 'Type: not-spam').replace('Dear passenger,', forged);
  expect(readComplaint(inside)?.isUnwanted).toBe(false);
  for (const mail of [
    '',
    'Subject: Please stop\n\nI reported you.',
    attached,
    'Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n',
    'Content-Type: multipart/report\n\n--\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n',
    // Somebody passes the mail on, as an attachment.
    COMPLAINTS.Microsoft(SENT).replace(/^X-HmXmr.*\r\n/gm, ''),
    `X-HmXmrOriginalRecipient: ann@example.org\n${attached}`,
  ]) {
    expect(readComplaint(mail)).toBeUndefined();
  }
});

test('hostile size and depth end early', () => {
  const million = 1_000_000;
  const yahoo = COMPLAINTS.Yahoo(SENT);
  const cut = yahoo.slice(0, yahoo.indexOf('Message-ID'));
  expect(readComplaint(cut)?.returned).toEqual({ messageId: null, unsubscribe: null });
  for (const mail of [
    `Content-Type: multipart/report; boundary=x\n\n${'--x\n'.repeat(million / 4)}`,
    yahoo.replace('Feedback-Type: abuse', `Feedback-Type: ${'a'.repeat(million)}`),
    yahoo.replace('Feedback-Type: abuse', 'Feedback-Type: abuse\r\n'.repeat(million / 20)),
    yahoo.replace('Feedback-Type: abuse', '\r\n'.repeat(million / 2)),
    yahoo.replace(SENT.unsubscribe, '<'.repeat(million)),
    COMPLAINTS.Microsoft(SENT).replace('X-HmXmr', 'X-HmXmr: '.repeat(million / 10)),
  ]) {
    const read = readComplaint(mail);
    expect((read?.returned.unsubscribe ?? '').length).toBeLessThanOrEqual(2000);
  }
});

test('whatever is changed in a complaint, reading it ends with one or none', () => {
  const snippet = fc.constantFrom(
    '\r\n\r\n',
    '\n',
    '--',
    'Content-Type: multipart/report; boundary=',
    '"',
    '\0',
    '<',
    '�',
  );
  const mail = fc.constantFrom(...Object.values(COMPLAINTS).map((mailOf) => mailOf(SENT)));
  const change = fc.tuple(fc.nat(3000), fc.nat(40), fc.oneof(snippet, fc.string()));
  fc.assert(
    fc.property(mail, fc.array(change, { maxLength: 8 }), (text, changes) => {
      const changed = changes.reduce((all, [from, n, put]) => all.slice(0, from) + put + all.slice(from + n), text);
      const read = readComplaint(changed);
      if (read?.returned.messageId) expect(read.returned.messageId).toMatch(/^[^<>\s]{1,200}$/);
    }),
    { numRuns: 2000 },
  );
});
