import { expect, test } from 'vitest';
import { attachment } from './file-name.ts';

test('a download is called after what it holds, safely on every system', () => {
  const named = (name: string) => attachment([name, 'customer', '2026-11-22'], 'csv');
  expect(named('Airport 2026')).toBe('attachment; filename="Airport-2026-customer-2026-11-22.csv"');
  expect(named('../../etc/"passwd"\r\nX: y')).toBe('attachment; filename="etc-passwd-X-y-customer-2026-11-22.csv"');
  expect(named('Zürich')).toBe(
    'attachment; filename="Z-rich-customer-2026-11-22.csv"; filename*=UTF-8\'\'Z%C3%BCrich-customer-2026-11-22.csv',
  );
  expect(named('調査')).toMatch(/^attachment; filename="customer-2026-11-22\.csv"; filename\*=UTF-8''%E8/);
  expect(named('.. \ud800')).toBe('attachment; filename="customer-2026-11-22.csv"');
  expect(named('x'.repeat(300))).toHaveLength('attachment; filename="-customer-2026-11-22.csv"'.length + 80);
});
