import type { Jump, Page, Question } from '../survey/definition.ts';
import { languageOf, surveyOf } from './make.ts';
import { plainText } from './markup.ts';
import { type Format, FormatError, type Loss, type ReadSurvey, type SourceFile } from './neutral.ts';
import { conditionFromQsf, type Known, skipTarget } from './qsf-conditions.ts';
import { lossesOfQuestion, lossesOfSurvey, optionsOf } from './qsf-losses.ts';
import { questionFromQsf } from './qsf-questions.ts';
import { at, entriesAt, isDeeperThan, isMap, type JsonMap, listAt, textAt } from './values.ts';

const MOST_BYTES = 20 * 1024 * 1024;
const MOST_DEPTH = 60;
const MOST_ELEMENTS = 5_000;
const MOST_HIDDEN = 50;

/** A survey that was exported from Qualtrics as QSF (JSON). */
export const qualtricsQsf: Format = {
  id: 'qualtrics-qsf',
  name: 'Qualtrics survey (QSF)',
  detect: (file) => isMap(file.json()) && at(file.json(), 'SurveyEntry') !== undefined,
  readSurvey: (file) => readQsf(file),
};

function readQsf(file: SourceFile): ReadSurvey {
  if (file.bytes.length > MOST_BYTES) throw new FormatError('A QSF file may have 20 MB at most.');
  const json = file.json();
  if (isDeeperThan(json, MOST_DEPTH)) throw new FormatError('This QSF file nests deeper than any survey does.');
  const found = at(json, 'SurveyElements');
  const elements = Array.isArray(found) ? found : entriesAt(json, 'SurveyElements').map(([, element]) => element);
  if (elements.length === 0) throw new FormatError('This QSF file has no SurveyElements: export the survey once more.');
  if (elements.length > MOST_ELEMENTS) throw new FormatError(`This QSF file has more than ${MOST_ELEMENTS} elements.`);
  return new QsfReader(json, elements).read();
}

/** One place of a block: a question with its rules of skipping, or a page break. */
interface Place {
  readonly qid: string;
  readonly skips: readonly unknown[];
}
interface Block {
  readonly name: string;
  readonly pages: Place[][];
  readonly shuffle: boolean;
}

class QsfReader {
  private readonly losses: Loss[] = [];
  private readonly language: string;
  private readonly title: string;
  private readonly payloads = new Map<string, JsonMap>();
  private readonly known = new Map<string, Known>();
  private readonly made = new Map<string, readonly Question[]>();
  private readonly blocks = new Map<string, Block>();
  private readonly hidden = new Set<string>();
  /** Questions that were thrown away over there. */
  private readonly trash = new Set<string>();
  private readonly elements: readonly unknown[];
  private readonly pages: Page[] = [];
  /** Skips that lead to a question, to be resolved when all pages are known: page → rule. */
  private readonly skips: { page: number; jump: Omit<Jump, 'to'>; to: string; block: number; qid: string }[] = [];
  private readonly blockOfPage: number[] = [];

  constructor(json: unknown, elements: readonly unknown[]) {
    this.elements = elements;
    this.language = languageOf(textAt(json, 'SurveyEntry', 'SurveyLanguage'));
    this.title = plainText(textAt(json, 'SurveyEntry', 'SurveyName')) || 'Survey from Qualtrics';
  }

  read(): ReadSurvey {
    for (const element of this.elements) {
      const payload = at(element, 'Payload');
      if (textAt(element, 'Element') === 'SQ' && isMap(payload)) {
        this.payloads.set(textAt(payload, 'QuestionID') || textAt(element, 'PrimaryAttribute'), payload);
      }
    }
    for (const element of this.elements)
      if (textAt(element, 'Element') === 'BL') this.readBlocks(at(element, 'Payload'));
    this.makeQuestions();
    const flow = this.elements.find((element) => textAt(element, 'Element') === 'FL');
    this.walk(flow === undefined ? this.allBlocks() : listAt(flow, 'Payload', 'Flow'), undefined, 0);
    this.loseRest();
    const { endings, settings } = optionsOf(this.elements, this.language, (message) => this.lose(null, message));
    const made = surveyOf(
      {
        title: this.title,
        language: this.language,
        pages: this.withJumps(),
        endings,
        hidden: [...this.hidden].slice(0, MOST_HIDDEN),
      },
      this.losses,
    );
    const definition = { ...made, settings: { ...made.settings, ...settings } };
    if (definition.pages.length === 0) throw new FormatError('No question of this QSF file could be read.');
    return { name: this.title.slice(0, 200), definition, losses: this.losses };
  }

  private lose(qid: string | null, message: string): void {
    const tag = qid === null ? null : textAt(this.payloads.get(qid), 'DataExportTag') || qid;
    this.losses.push({ question: tag, message });
  }

  /** What the flow never came by, and what belongs to no question. */
  private loseRest(): void {
    for (const [qid, questions] of this.made) {
      if (questions.length > 0) this.lose(qid, 'No step of the survey’s flow leads to it, so it is left out.');
    }
    if (this.hidden.size > MOST_HIDDEN) this.lose(null, `Only the first ${MOST_HIDDEN} embedded fields are kept.`);
    for (const message of lossesOfSurvey(this.elements)) this.lose(null, message);
  }

  private makeQuestions(): void {
    for (const [qid, payload] of this.payloads) {
      if (this.trash.has(qid)) continue;
      const { questions, choiceIds } = questionFromQsf(payload, this.language, (message) => this.lose(qid, message));
      this.made.set(qid, questions);
      const [question] = questions;
      if (question && questions.length === 1) this.known.set(qid, { question, choiceIds });
      if (questions.length > 0) for (const message of lossesOfQuestion(payload)) this.lose(qid, message);
    }
  }

  private allBlocks(): unknown[] {
    return [...this.blocks.keys()].map((id) => ({ Type: 'Block', ID: id }));
  }

  private readBlocks(payload: unknown): void {
    for (const [key, block] of entriesAt(payload)) {
      if (textAt(block, 'Type') === 'Trash') {
        for (const element of listAt(block, 'BlockElements')) this.trash.add(textAt(element, 'QuestionID'));
        continue;
      }
      const pages: Place[][] = [[]];
      for (const element of listAt(block, 'BlockElements')) {
        if (textAt(element, 'Type') === 'Page Break') pages.push([]);
        const qid = textAt(element, 'QuestionID');
        if (textAt(element, 'Type') !== 'Question' || !this.payloads.has(qid)) continue;
        const skips = [...listAt(element, 'SkipLogic'), ...listAt(this.payloads.get(qid), 'SkipLogic')];
        pages.at(-1)?.push({ qid, skips });
        // A jump is taken when a page is left.
        if (skips.length > 0) pages.push([]);
      }
      const order = textAt(block, 'Options', 'RandomizeQuestions');
      const shuffle = /^(true|All|Random)/i.test(order);
      if (/^Advanced|PerPage/i.test(order)) {
        const what = plainText(textAt(block, 'Description'));
        this.lose(
          null,
          `Of the block “${what}” all questions are asked, ${shuffle ? 'page by page in random order' : 'in their written order'}.`,
        );
      }
      if (at(block, 'Options', 'Looping') && textAt(block, 'Options', 'Looping') !== 'None') {
        this.lose(null, `The block “${plainText(textAt(block, 'Description'))}” is asked once here, not in a loop.`);
      }
      this.blocks.set(textAt(block, 'ID') || key, { name: plainText(textAt(block, 'Description')), pages, shuffle });
    }
  }

  private walk(flow: readonly unknown[], showIf: Page['showIf'], depth: number): void {
    for (const step of flow) {
      const type = textAt(step, 'Type');
      const block = this.blocks.get(textAt(step, 'ID'));
      if (block) this.addBlock(block, showIf);
      else if (type === 'EmbeddedData') this.readFields(step);
      else if (type === 'Branch') this.branch(step, showIf, depth);
      else if (type === 'Group' || type === 'BlockRandomizer' || type === 'Randomizer') {
        if (type !== 'Group') this.lose(null, randomLoss(step));
        this.walk(listAt(step, 'Flow'), showIf, depth + 1);
      } else if (type === 'EndSurvey') {
        if (depth > 0) this.lose(null, 'An early end of the survey inside its flow is not kept; add a jump.');
        else if (textAt(step, 'EndingType') === 'Advanced') {
          this.lose(null, 'What an end of the survey’s flow does instead of the usual end is not kept.');
        }
      } else if (type !== 'Root' && type !== '' && type !== 'Block' && type !== 'Standard') {
        this.lose(null, `The step “${type.slice(0, 40)}” of the survey's flow is left out.`);
      }
    }
  }

  private branch(step: unknown, showIf: Page['showIf'], depth: number): void {
    const own = conditionFromQsf(at(step, 'BranchLogic'), this.known);
    if (!own) {
      this.lose(null, 'The condition of a branch cannot be said here: its blocks are asked of everybody. Check them.');
    }
    const both = own && showIf ? { all: [showIf, own] } : (own ?? showIf);
    this.walk(listAt(step, 'Flow'), both, depth + 1);
  }

  private readFields(step: unknown): void {
    for (const field of listAt(step, 'EmbeddedData')) {
      const name = textAt(field, 'Field');
      if (/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name) && !(name in Object.prototype)) this.hidden.add(name);
      else this.lose(null, `The embedded field “${name.slice(0, 60)}” has a name that a hidden field cannot have.`);
      if (textAt(field, 'Value') !== '') {
        this.lose(null, `The embedded field “${name.slice(0, 60)}” is not set here; give its value with the address.`);
      }
    }
  }

  private addBlock(block: Block, showIf: Page['showIf']): void {
    const number = (this.blockOfPage.at(-1) ?? -1) + 1;
    for (const places of block.pages) {
      const questions = places.flatMap(({ qid }) => this.questionsOf(qid));
      if (questions.length === 0) continue;
      const page = this.pages.length;
      this.pages.push({
        id: `p${page + 1}`,
        ...(showIf ? { showIf } : {}),
        ...(block.shuffle && questions.length > 1 ? { shuffle: true } : {}),
        questions,
      });
      this.blockOfPage.push(number);
      for (const { qid, skips } of places) for (const skip of skips) this.addSkip(skip, qid, page, number);
    }
  }

  /** A question with its condition; each is asked once, however often the flow comes by. */
  private questionsOf(qid: string): Question[] {
    const questions = this.made.get(qid) ?? [];
    this.made.delete(qid);
    const logic = at(this.payloads.get(qid), 'DisplayLogic');
    if (!isMap(logic)) return [...questions];
    const showIf = conditionFromQsf(logic, this.known);
    if (!showIf) this.lose(qid, 'Its display logic cannot be said here: it is shown to everybody. Check it.');
    return questions.map((question) => (showIf ? { ...question, showIf } : question));
  }

  private addSkip(skip: unknown, qid: string, page: number, block: number): void {
    const rule = { ...(isMap(skip) ? skip : {}), Type: 'Expression' };
    const condition = conditionFromQsf({ 0: { 0: rule, Type: 'If' } }, this.known);
    if (condition) this.skips.push({ page, jump: { if: condition }, to: skipTarget(skip), block, qid });
    else this.lose(qid, 'Its skip logic cannot be said here and is left out. Check it.');
  }

  private withJumps(): Page[] {
    return this.pages.map((page, i) => {
      const jumps = this.skips.filter((skip) => skip.page === i).flatMap((skip) => this.jumpOf(skip));
      return jumps.length > 0 ? { ...page, jumps: jumps.slice(0, 20) } : page;
    });
  }

  private jumpOf({ page, jump, to, block, qid }: (typeof this.skips)[number]): Jump[] {
    if (to === 'ENDOFSURVEY') return [{ ...jump, to: 'end' }];
    const target =
      to === 'ENDOFBLOCK'
        ? this.blockOfPage.findIndex((number) => number > block)
        : this.pages.findIndex(({ questions }, i) => i > page && questions[0]?.id === to);
    if (to === 'ENDOFBLOCK' && target < 0) return [{ ...jump, to: 'end' }];
    const found = this.pages[target];
    if (found) return [{ ...jump, to: found.id }];
    this.lose(qid, 'It skips to a question in the middle of a page; the skip is left out.');
    return [];
  }
}

/** A randomizer may have shown only some of its blocks. */
function randomLoss(step: unknown): string {
  const shown = textAt(step, 'SubSet');
  const all = listAt(step, 'Flow').length;
  if (shown !== '' && Number(shown) < all) {
    return `Everybody is asked all ${all} blocks of which ${shown.slice(0, 10)} were chosen at random. Take out what is too much.`;
  }
  return 'Blocks that came in random order are asked in their written order.';
}
