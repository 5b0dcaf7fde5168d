import { expect, test } from 'vitest';
import { hasPdfLetters } from './pdf-letters.ts';

test('Western European texts can be set in a PDF, others can not', () => {
  for (const text of ['', 'Wie war die Überfahrt – heute?', 'Ça coûte 5 €…', 'Vraag ’t ons.\nNu.']) {
    expect(hasPdfLetters(text), text).toBe(true);
  }
  for (const text of ['Powiedz nam, jak było. Dziękujemy za każdą odpowiedź', 'Πείτε μας', 'أخبرنا', '教えて', '🙂']) {
    expect(hasPdfLetters(text), text).toBe(false);
  }
});
