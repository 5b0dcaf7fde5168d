import { expect, test } from 'vitest';
import { hasPdfLetters, isWestern } from './pdf-letters.ts';

test('what every reader has letters for, what is embedded, and what can not be set', () => {
  for (const text of ['', 'Wie war die Überfahrt – heute?', 'Ça coûte 5 €…', 'Vraag ’t ons.\nNu.']) {
    expect([isWestern(text), hasPdfLetters(text)], text).toEqual([true, true]);
  }
  for (const text of ['Dziękujemy za każdą odpowiedź', 'Πείτε μας', 'Скажіть нам', 'Bize söyleyin: ığşİ']) {
    expect([isWestern(text), hasPdfLetters(text)], text).toEqual([false, true]);
  }
  for (const text of ['أخبرنا', 'ספרו לנו', '教えて', 'हमें बताएं', '🙂', 'a\u0301']) {
    expect([isWestern(text), hasPdfLetters(text)], text).toEqual([false, false]);
  }
});
