import { AUDIENCES, type Audience } from '../perspective.ts';
import { audiencesAsked } from './audiences-asked.ts';
import { isAnonymous, type SurveyDefinition, type Wording } from './definition.ts';
import { type SurveyFinding, warning } from './finding.ts';
import { questionName, quote, type SurveyText, surveyTexts, textFor } from './survey-texts.ts';

/** Placeholders as `fillIn` reads them; the second form finds what was meant as one and isn't. */
const PLACEHOLDER = /\{\{(answer|attribute|hidden):([^{}|]+)(?:\|[^{}]*)?\}\}/g;
const ANY_BRACES = /\{\{[^{}]*\}\}/g;

/** Placeholders that show nothing but their fallback, or stand in the text as they are written. */
export function placeholderFindings(definition: SurveyDefinition): SurveyFinding[] {
  const order = new Map(
    definition.pages.flatMap((page) => page.questions.map(({ id }) => id)).map((id, i) => [id, i] as const),
  );
  const asked = new Map(AUDIENCES.map((audience) => [audience, idsAsked(definition, audience)]));
  const written = surveyTexts(definition).filter(({ wording }) => holdsBraces(wording));
  return written.flatMap((text) =>
    text.readers.flatMap((audience) =>
      definition.languages.flatMap((language) => {
        const written = textFor(text.wording, audience, language);
        if (!written?.includes('{{')) return [];
        const place = {
          ...(text.page === undefined ? {} : { page: text.page }),
          ...(text.question ? { question: text.question.id } : {}),
          language,
          audience,
        };
        const known = { order, asked: asked.get(audience) ?? new Set<string>() };
        const problems = problemsOf(definition, text, written, audience, known);
        return [...new Set(problems)].map((message) => warning('placeholder', message, place));
      }),
    ),
  );
}

function problemsOf(
  definition: SurveyDefinition,
  text: SurveyText,
  written: string,
  audience: Audience,
  { order, asked }: { readonly order: ReadonlyMap<string, number>; readonly asked: ReadonlySet<string> },
): string[] {
  const wrong = (written.match(ANY_BRACES) ?? []).filter((found) => !found.match(PLACEHOLDER));
  const unread = wrong.map(
    (found) => `${quote(found)} is shown as it is written. Write {{answer:…|…}}, {{attribute:…|…}} or {{hidden:…|…}}.`,
  );
  const empty = [...written.matchAll(PLACEHOLDER)].flatMap(([found, of, name = '']) => {
    const key = name.trim();
    if (of === 'hidden') {
      return definition.hidden.includes(key)
        ? []
        : [`${found} always shows its fallback: there is no hidden field ${key}. Add it.`];
    }
    if (of === 'attribute') {
      const known = !isAnonymous(definition, audience);
      return known
        ? []
        : [`${found} always shows its fallback: nothing is known of who answers anonymously. Leave it out.`];
    }
    const id = key.split('.')[0] ?? key;
    const before = text.question ? (order.get(id) ?? Infinity) < (order.get(text.question.id) ?? 0) : order.has(id);
    return before && asked.has(id)
      ? []
      : [`${found} always shows its fallback: that question is not asked of them before. Choose another one.`];
  });
  const where = text.question ? `${questionName(definition, text.question)}: ` : '';
  return [...unread, ...empty].map((message) => `${where}${message}`);
}

function idsAsked(definition: SurveyDefinition, audience: Audience): Set<string> {
  const asked = definition.pages.flatMap((page) =>
    page.questions.filter((question) => audiencesAsked(definition, page, question).includes(audience)),
  );
  return new Set(asked.map(({ id }) => id));
}

const holdsBraces = (wording: Wording) =>
  Object.values(wording).some((text) => Object.values(text).some((one) => one.includes('{{')));
