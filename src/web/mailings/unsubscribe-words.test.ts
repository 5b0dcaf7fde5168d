import { expect, test } from 'vitest';
import { unsubscribeWords } from './unsubscribe-words.ts';

test('the page behind the link speaks the reader’s language, or English', () => {
  expect(unsubscribeWords(['de-AT', 'en']).language).toBe('de');
  expect(unsubscribeWords(['pt-BR', 'fr']).words.done).toBe('C’est fait');
  expect(unsubscribeWords(['constructor', '__proto__']).language).toBe('en');
  expect(unsubscribeWords([]).words.ask).toBe('Don’t ask me again?');
});
