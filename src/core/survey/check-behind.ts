import type { Audience } from '../perspective.ts';
import { plain } from './check-rewording.ts';
import { languageName, PEOPLE } from './check-texts.ts';
import type { SurveyDefinition, Text } from './definition.ts';
import { type SurveyFinding, warning } from './finding.ts';
import { questionName, type SurveyText, surveyTexts, type TextRole } from './survey-texts.ts';

interface Behind {
  readonly text: SurveyText;
  /** Whose wording in the first language changed. */
  readonly of: Audience;
  readonly then: string;
  readonly now: string;
  readonly languages: readonly string[];
  /** Audiences whose own wording stayed what it was. */
  readonly audiences: readonly Audience[];
}

/**
 * Texts whose wording in the first language changed since the version published last, while their translations, or what
 * leaders and staff read of their own, did not: one warning for each question and audience whose wording changed. Whether
 * the others still say the same nobody can tell from here, so that the message shows the sentence as it was and as it is.
 * Leaders and staff are told apart from no translation of theirs: their own first wording is what they lag behind with.
 */
export function behindFindings(definition: SurveyDefinition, previous: SurveyDefinition | undefined): SurveyFinding[] {
  if (!previous) return [];
  const before = new Map(surveyTexts(previous).map((text) => [nameOf(text), text]));
  const groups = new Map<string, Behind[]>();
  for (const text of surveyTexts(definition)) {
    const was = before.get(nameOf(text));
    for (const behind of was ? behindIn(definition, was, text) : []) {
      const { page, question, role, part } = text;
      const group = JSON.stringify([page, question?.id, ...(question ? [] : [role, part]), behind.of]);
      // A question may have 20,000 choices: no list is copied for each.
      const list = groups.get(group);
      if (list) list.push(behind);
      else groups.set(group, [behind]);
    }
  }
  return [...groups.values()].flatMap(([first, ...more]) => (first ? [findingOf(definition, first, more)] : []));
}

/** A question keeps its texts when it moves to another page; only a page's own text is named by the page. */
const nameOf = ({ role, page, question, part }: SurveyText) => JSON.stringify([role, question?.id ?? page, part]);

function behindIn(definition: SurveyDefinition, was: SurveyText, text: SurveyText): Behind[] {
  const [first = '', ...others] = definition.languages;
  const own = text.readers.filter((reader) => reader !== 'customer' && isWritten(text.wording[reader]?.[first]));
  const sources: readonly Audience[] = text.readers.length > own.length ? ['customer', ...own] : own;
  return sources.flatMap((of) => {
    const change = changeOf(was.wording[of], text.wording[of], first);
    if (!change) return [];
    const stayed = (audience: Audience, language: string) =>
      stays(was.wording[audience]?.[language], text.wording[audience]?.[language]);
    const languages = others.filter((language) => stayed(of, language));
    const audiences = of === 'customer' ? own.filter((audience) => stayed(audience, first)) : [];
    return languages.length + audiences.length === 0 ? [] : [{ text, of, ...change, languages, audiences }];
  });
}

function changeOf(was: Text | undefined, is: Text | undefined, language: string) {
  const [then, now] = [was?.[language], is?.[language]];
  return isWritten(then) && isWritten(now) && !readsAlike(then, now) ? { then, now } : undefined;
}

const isWritten = (text: string | undefined): text is string => text !== undefined && text.trim() !== '';
const stays = (then: string | undefined, now: string | undefined) =>
  isWritten(then) && isWritten(now) && readsAlike(then, now);
/** Most are the very same: `plain` takes its time where there are 40 languages of 20,000 choices. */
const readsAlike = (then: string, now: string) => then === now || plain(then) === plain(now);

function findingOf(definition: SurveyDefinition, behind: Behind, more: readonly Behind[]): SurveyFinding {
  const { text, of, then, now } = behind;
  const all = [behind, ...more];
  const languages = definition.languages.filter((one) => all.some((other) => other.languages.includes(one)));
  const audiences = definition.audiences.filter((one) => all.some((other) => other.audiences.includes(one)));
  const first = languageName(definition.languages[0] ?? '');
  const whom = of === 'customer' && audiences.length === 0 ? '' : ` for ${PEOPLE[of]}`;
  const not = [
    ...(languages.length > 0 ? [`in ${languages.map(languageName).join(', ')}`] : []),
    ...(audiences.length > 0 ? [`for ${audiences.map((one) => PEOPLE[one]).join(' and ')}`] : []),
  ].join(' and not ');
  const others =
    more.length === 0 ? '' : ` So ${more.length === 1 ? 'did 1 more text' : `did ${more.length} more texts`} of it.`;
  const place = {
    ...(text.page === undefined ? {} : { page: text.page }),
    ...(text.question ? { question: text.question.id } : {}),
    ...(languages[0] === undefined ? {} : { language: languages[0] }),
    audience: audiences[0] ?? of,
  };
  const message = `Changed in ${first}${whom}, not ${not}: ${whereOf(definition, text)}${said(then)} reads ${said(now)} now.${others} Who reads the others is still asked the old. Change them as well, or leave them if they say the same.`;
  return warning('text_behind', message, place);
}

const IN_QUESTION: Readonly<Partial<Record<TextRole, string>>> = {
  help: 'the help text',
  end: 'the end of the scale',
  row: 'the row',
  choice: 'the choice',
};

function whereOf(definition: SurveyDefinition, { role, question, page, part }: SurveyText): string {
  if (question) return role === 'question' ? '' : `in ${questionName(definition, question)} ${IN_QUESTION[role]} `;
  if (role === 'page') return `the title of the page ${page} `;
  return role === 'title' ? 'the title ' : `the ending ${part} `;
}

/** Long enough to see what changed; `quote` would show the same beginning twice. */
function said(text: string): string {
  const one = text.trim().slice(0, 2000).replace(/\s+/g, ' ');
  return `“${one.length > 300 ? `${one.slice(0, 299).trimEnd()}…` : one}”`;
}
