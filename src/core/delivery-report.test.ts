import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDeliveryReport } from './delivery-report.ts';

const ID = '7d1c5a4e-94f0-4c8a-9a55-0d6f3f1f2b11';

interface Parts {
  readonly recipients?: readonly string[];
  readonly returned?: string;
  readonly boundary?: string;
}
const lines = (...text: readonly string[]) => text.join('\r\n');
const recipient = (status = '5.1.1', action = 'failed', more = '') =>
  lines('Final-Recipient: rfc822; Ann@Example.org', `Action: ${action}`, `Status: ${status}`, ...(more ? [more] : []));

/** As Postfix writes it. */
function report({ recipients = [recipient()], returned, boundary = 'A12.34/mx1.example.org' }: Parts = {}): string {
  return lines(
    'Return-Path: <>',
    'Date: Sun, 22 Nov 2026 08:13:16 +0000 (UTC)',
    'From: MAILER-DAEMON@mx1.example.org (Mail Delivery System)',
    'Subject: Undelivered Mail Returned to Sender',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    `\tboundary="${boundary}"`,
    '',
    'This is a MIME-encapsulated message.',
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=us-ascii',
    '',
    '<ann@example.org>: host mx.example.org said: 550 5.1.1 no such user',
    '',
    `--${boundary}`,
    'Content-Description: Delivery report',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx1.example.org',
    'X-Postfix-Queue-ID: A12',
    '',
    recipients.join('\r\n\r\n'),
    '',
    `--${boundary}`,
    'Content-Type: message/rfc822',
    '',
    returned ??
      lines('From: cx@tern.example', 'To: ann@example.org', `Message-ID: <${ID}@tern.example>`, '', 'Dear Ann'),
    '',
    `--${boundary}--`,
    '',
  );
}
const kinds = (mail: string) => readDeliveryReport(mail)?.failures.map(({ kind }) => kind);

test('a report says who did not get which mail, when, and why', () => {
  const read = {
    at: Date.UTC(2026, 10, 22, 8, 13, 16),
    returned: { messageId: `${ID}@tern.example`, to: 'ann@example.org' },
    failures: [{ addresses: ['ann@example.org'], kind: 'hard', status: '5.1.1' }],
    others: 0,
  };
  expect(readDeliveryReport(report())).toEqual(read);
  expect(readDeliveryReport(report().replaceAll('\r\n', '\n'))).toEqual(read);
  expect(readDeliveryReport(`From MAILER-DAEMON Sun Nov 22 08:13:16 2026\n${report()}`)).toEqual(read);
  // Cut off on its way, before the last part.
  expect(readDeliveryReport(report().split('Content-Type: message/rfc822')[0] ?? '')).toMatchObject({
    failures: read.failures,
    returned: { messageId: null, to: null },
  });
});

test('several recipients, forwarded addresses, mails of another gateway around it', () => {
  const forwarded = lines(
    'Original-Recipient: rfc822;ann@example.org',
    'Final-Recipient: RFC822; <bob@elsewhere.example>',
    'Action: failed (mailbox gone)',
    'Status: 5.2.1 (disabled)',
  );
  const mail = report({ recipients: [forwarded, recipient('2.0.0', 'relayed'), recipient('4.4.1', 'delayed')] });
  expect(readDeliveryReport(mail)).toMatchObject({
    failures: [{ addresses: ['ann@example.org', 'bob@elsewhere.example'], kind: 'hard', status: '5.2.1' }],
    others: 2,
  });
  const [head = '', ...body] = mail.split('\r\n\r\n');
  const type = head.slice(head.indexOf('Content-Type'));
  const wrapped = lines(
    'Content-Type: multipart/mixed; boundary=outer',
    '',
    '--outer',
    type,
    '',
    body.join('\r\n\r\n'),
    '--outer',
    'Content-Type: text/plain',
    '',
    'Scanned by the gateway.',
    '--outer--',
  );
  expect(kinds(wrapped)).toEqual(['hard']);
});

test('only what speaks of the address is hard; contents and policies are neither hard nor soft', () => {
  const of = (status: string, more?: string) => kinds(report({ recipients: [recipient(status, 'failed', more)] }))?.[0];
  for (const status of ['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1'])
    expect([status, of(status)]).toEqual([status, 'hard']);
  for (const status of ['5.2.2', '4.2.2', '4.4.1', '5.4.7', '4.3.2', '5.0.0', ''])
    expect([status, of(status)]).toEqual([status, 'soft']);
  for (const status of ['5.7.1', '5.7.26', '4.7.0', '5.6.1', '5.5.4', '5.2.3', '5.3.4', '5.1.8'])
    expect([status, of(status)]).toEqual([status, 'other']);
  // A status that says nothing is made up for by what the other server said.
  expect(of('5.0.0', 'Diagnostic-Code: smtp; 550-5.1.1 The account does not exist')).toBe('hard');
  expect(of('5.0.0', 'Diagnostic-Code: smtp; 550 5.7.1 Spam')).toBe('other');
  expect(of('5.0.0', 'Diagnostic-Code: smtp; 550 no such user here')).toBe('soft');
});

test('a report inside the returned mail, or in an ordinary mail, counts for nothing', () => {
  const forged = report({ recipients: [recipient('5.1.1').replace('Ann@Example.org', 'victim@example.org')] });
  const inside = report({ recipients: [recipient('2.0.0', 'delivered')], returned: forged });
  expect(readDeliveryReport(inside)?.failures).toEqual([]);
  const attached = lines(
    'Content-Type: multipart/mixed; boundary=m',
    '',
    '--m',
    'Content-Type: message/rfc822',
    '',
    forged,
    '--m--',
  );
  expect(readDeliveryReport(attached)).toBeUndefined();
  for (const mail of [
    '',
    'Subject: I am on holiday\n\nUntil Monday.',
    'Content-Type: multipart/report\n\n--\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.cd\nAction: failed\n',
    'Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.cd\nAction: failed\nStatus: 5.1.1\n',
    report({ recipients: ['Final-Recipient: rfc822; a@b.cd, c@d.ef\r\nAction: failed\r\nStatus: 5.1.1'] }),
    report({ recipients: ['Final-Recipient: rfc822; a@b.cd\r\nStatus: 5.1.1'] }),
    report({ recipients: ['Action: failed\r\nStatus: 5.1.1'] }),
  ]) {
    expect(readDeliveryReport(mail)).toBeUndefined();
  }
});

test('hostile size and depth end early', () => {
  const nested = (depth: number) => {
    let mail = report();
    for (let i = 0; i < depth; i++)
      mail = lines(`Content-Type: multipart/mixed; boundary=b${i}`, '', `--b${i}`, mail, `--b${i}--`);
    return mail;
  };
  expect(kinds(nested(4))).toEqual(['hard']);
  expect(kinds(nested(5))).toBeUndefined();
  expect(readDeliveryReport(report({ recipients: Array.from({ length: 1001 }, () => recipient()) }))).toBeUndefined();
  expect(kinds(report({ recipients: Array.from({ length: 1000 }, () => recipient()) }))).toHaveLength(1000);
  const million = 1_000_000;
  for (const mail of [
    `Content-Type: multipart/report; ${'a='.repeat(million / 2)}`,
    `Content-Type: multipart/report; boundary="${'\\'.repeat(million)}`,
    `Content-Type:${'\n '.repeat(million / 2)}`,
    'a:\n'.repeat(million / 3),
    report({ recipients: [`Final-Recipient: rfc822; ${'a@'.repeat(million / 2)}`] }),
    report({ recipients: [recipient(`5.1.${'1'.repeat(million)}`)] }),
    report({ returned: `Message-ID: ${'<'.repeat(million)}` }),
    `Content-Type: multipart/mixed; boundary=x\n\n${'--x\n'.repeat(million / 4)}`,
  ]) {
    expect(() => readDeliveryReport(mail)).not.toThrow();
  }
  expect(
    readDeliveryReport(report({ returned: `Message-ID: <${'x'.repeat(million)}>` }))?.returned.messageId,
  ).toBeNull();
});

test('whatever is changed in a report, reading it ends with a report or none', () => {
  const mail = report();
  const snippet = fc.constantFrom(
    '\r\n\r\n',
    '\n',
    '--A12.34/mx1.example.org',
    'Content-Type: multipart/report; boundary=',
    '"',
    '\0',
    '@',
    ';',
    'Action: failed',
    '�',
  );
  const change = fc.tuple(fc.nat(mail.length), fc.nat(40), fc.oneof(snippet, fc.string()));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
      const changed = changes.reduce((text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut), mail);
      for (const { addresses, kind } of readDeliveryReport(changed)?.failures ?? []) {
        expect(['hard', 'soft', 'other']).toContain(kind);
        for (const address of addresses) expect(address).toMatch(/^[^\s<>,;:"]+@[^\s<>,;:"]+$/);
      }
    }),
    { numRuns: 2000 },
  );
});
