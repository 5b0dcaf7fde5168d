import type { Page, SurveyDefinition } from '../survey/definition.ts';
import { PAGES_MOST } from './make.ts';
import { FormatError, type Loss } from './neutral.ts';

const JUMPS_MOST = 20;

/**
 * Puts neighbouring pages together until there are no more than a survey holds. Tools that ask one question at a time
 * have more pages than that soon; a page that something jumps from or to stays the last or first one.
 */
export function fewerPages(pages: readonly Page[], losses: Loss[]): Page[] {
  if (pages.length <= PAGES_MOST) return [...pages];
  const targets = new Set(pages.flatMap((page) => (page.jumps ?? []).map((jump) => jump.to)));
  const size = Math.ceil((2 * pages.length) / PAGES_MOST);
  const together: Page[] = [];
  for (const page of pages) {
    const last = together.at(-1);
    const fits =
      last && !last.jumps?.length && !targets.has(page.id) && last.questions.length + page.questions.length <= size;
    if (fits && !last.showIf && !page.showIf) {
      together[together.length - 1] = {
        ...page,
        ...last,
        ...(page.jumps && { jumps: page.jumps }),
        questions: [...last.questions, ...page.questions],
      };
    } else together.push(page);
  }
  losses.push({
    question: null,
    message: `It had ${pages.length} pages; neighbouring questions share ${together.length} now.`,
  });
  return together;
}

/** Leaves out jumps that lead back or nowhere, and tells them: a survey goes forward only. */
export function withSoundJumps(definition: SurveyDefinition, losses: Loss[]): SurveyDefinition {
  const endings = new Set(definition.endings.map(({ id }) => id));
  const place = new Map(definition.pages.map(({ id }, i) => [id, i]));
  const pages = definition.pages.map((page, i): Page => {
    if (!page.jumps) return page;
    const sound = page.jumps.filter(({ to }) => endings.has(to) || (place.get(to) ?? -1) > i).slice(0, JUMPS_MOST);
    const lost = page.jumps.length - sound.length;
    const question = page.questions[0]?.id ?? null;
    if (lost > 0)
      losses.push({
        question,
        message: `${lost === 1 ? 'A jump' : `${lost} jumps`} from here led back or nowhere and ${lost === 1 ? 'is' : 'are'} left out.`,
      });
    const { jumps: _, ...rest } = page;
    return sound.length > 0 ? { ...rest, jumps: sound } : rest;
  });
  return { ...definition, pages };
}

/** @throws FormatError when nothing of a survey is asked that has an answer */
export function requireQuestions(definition: SurveyDefinition): SurveyDefinition {
  const asks = definition.pages.some((page) => page.questions.some(({ type }) => type !== 'statement'));
  if (!asks) throw new FormatError('No question of this file can be carried over, so there is nothing to ask.');
  return definition;
}
