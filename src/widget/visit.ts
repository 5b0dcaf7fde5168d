import { type AnswerProblem, answerProblem } from '../core/survey/answer-problem.ts';
import type { Answers, Given } from '../core/survey/definition.ts';
import { type FlowState, nextStep, type Step, visibleQuestions } from '../core/survey/flow.ts';
import { fillIn, labelsOf } from '../core/survey/pipe.ts';
import type { AskedPage, AskedQuestion, Questionnaire } from '../core/survey/questionnaire.ts';
import { forget, type Kept, keep, kept } from './kept.ts';
import { prove, uuid } from './proof.ts';
import { adopt, flush, send } from './queue.ts';
import { loadWords, type Words } from './words.ts';

export interface VisitOptions {
  /** `page`: it has the page for itself, with heading and landmark of its own. `kiosk`: the next person is a stranger. */
  readonly channel: 'page' | 'widget' | 'kiosk';
  /** Where Parallax runs, without a slash at the end. */
  readonly origin: string;
  /** The token of an open link … */
  readonly link?: string | undefined;
  /** … or of a personal one … */
  readonly token?: string | undefined;
  /** … or a questionnaire to look at: nothing is stored. */
  readonly questionnaire?: unknown;
  /** … beginning at this page. */
  readonly page?: string;
  /** Values that came with the address or the script; those that the survey does not name are dropped. */
  readonly hidden?: Readonly<Record<string, string>>;
  readonly language?: string | undefined;
  /** `q1:9`: what was tapped inside a mail. It is shown as chosen, and is an answer once the person goes on. */
  readonly chosen?: string | undefined;
  /** Asks before it goes on with a response that was begun earlier. Personal links always go on. */
  readonly offerResume?: boolean;
  /** A visitor of the organisation itself: the answers are marked. */
  readonly internal?: boolean | undefined;
  /** Of a response that is not finished nothing outlives the page but parts that are not sent yet. */
  readonly temporary?: boolean;
  readonly onAnswer?: (key: string, value: Given) => void;
  readonly onFinished?: () => void;
}

/** A response that is not finished, as it waits for the next visit. */
interface Unfinished extends Kept {
  readonly response: string;
  readonly version: number;
  readonly part: number;
  readonly answers: Answers;
  readonly unsent: readonly string[];
  readonly trail: readonly string[];
  /** Milliseconds that it was shown so far. */
  readonly took?: number;
}

export type Failure = 'gone' | 'unknown' | 'failed';

/** The texts of a questionnaire; whatever stands there instead of a text becomes one, so that it can't become markup. */
const TEXTS = /^(id|type|text|help|title|low|high|look|redirect|language|direction|survey)$/;
function readSafely(json: string): Questionnaire {
  return JSON.parse(json, (key, value) => (TEXTS.test(key) && typeof value !== 'string' ? String(value) : value));
}

/** One person answering one survey: what is known, where they are, and what still has to be sent. */
export class Visit implements FlowState {
  words = {} as Words;
  survey: Questionnaire | undefined;
  failure: Failure | undefined;
  /** A response of an earlier visit; the person has to say whether to go on with it. */
  earlier: Unfinished | undefined;
  response = uuid();
  answers: Record<string, Given> = {};
  hidden: Record<string, string> = {};
  step: Step | undefined;
  /** Ids of the pages that were seen, the present one last. */
  trail: string[] = [];
  problems: Record<string, AnswerProblem> = {};
  /** Goes into the field that people don't see. */
  trap = '';
  /** The last thing that was done was a click or a tap. */
  byPointer = false;
  /** Said to screen readers. */
  said = '';

  /** The key of an answer that nobody has confirmed yet: opening a link is no answer, for scanners open them all. */
  private chosen: string | undefined;
  private part = 0;
  private unsent = new Set<string>();
  private softAsked = new Set<string>();
  private work: string | undefined;
  private proof: Promise<void> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** When it was shown first, or would have been if all visits had been one. */
  private shown = performance.now();
  private readonly key: string;
  readonly options: VisitOptions;
  /** Draws anew; says whether another page is shown, so that the focus has to go there. */
  private readonly changed: (moved?: boolean) => void;

  constructor(options: VisitOptions, changed: (moved?: boolean) => void) {
    this.options = options;
    this.changed = changed;
    this.key = `visit ${options.link ?? options.token}`;
  }

  get attributes(): Readonly<Record<string, string>> {
    return this.survey?.attributes ?? {};
  }

  private get took(): number {
    return Math.round(performance.now() - this.shown);
  }

  get page(): AskedPage | undefined {
    return this.step && 'page' in this.step ? this.step.page : undefined;
  }

  questions(): AskedQuestion[] {
    return this.page ? visibleQuestions(this.page, this, this.response) : [];
  }

  /** Plain text with what is known put in. */
  fill = (text: string, encode?: (value: string) => string): string =>
    fillIn(text, this, labelsOf(this.survey!, this), encode);

  /** Reads the survey, in this language where there is one, and begins or goes on. */
  async open(language = this.options.language ?? navigator.language): Promise<void> {
    const { origin, link, token, questionnaire } = this.options;
    this.failure = undefined;
    if (questionnaire) this.survey = readSafely(JSON.stringify(questionnaire));
    else {
      try {
        const response = await fetch(`${origin}/api/v1/questionnaires`, {
          method: 'POST',
          body: JSON.stringify({ link, token, language }),
          credentials: 'omit',
        });
        // What is no JSON comes from something between that is not us: try again later.
        const said = readSafely(await response.text());
        const { ok, status } = response;
        if (ok) this.survey = said;
        else this.failure = status === 410 ? 'gone' : status < 429 ? 'unknown' : 'failed';
      } catch {
        this.failure = 'failed';
      }
    }
    this.words = await loadWords(origin, this.survey?.language ?? language);
    if (this.survey && !this.failure) await this.begin(this.survey);
    this.changed();
  }

  private async begin(survey: Questionnaire): Promise<void> {
    for (const name of survey.hidden) {
      const value = this.options.hidden?.[name];
      if (value) this.hidden[name] = String(value).slice(0, 1000);
    }
    const here = this.trail.at(-1);
    if (here) return this.show(here);
    if (!this.options.questionnaire && !this.options.temporary) {
      const [earlier] = await kept<Unfinished>(this.key);
      if (earlier?.version === survey.version) {
        if (this.options.offerResume && !this.options.token) this.earlier = earlier;
        else this.resume(earlier);
      }
    }
    const { page } = this.options;
    if (page) {
      this.trail = [page];
      this.show(page);
    }
    if (!this.trail.length) this.go(nextStep(survey, null, this));
    this.suggest(this.options.chosen ?? '');
  }

  /** Shows a value as chosen where the first question takes it and has no answer yet. */
  private suggest(chosen: string): void {
    const [id = '', value = ''] = chosen.split(':');
    const question = this.questions().find((each) => each.id === id && typeof each.max === 'number');
    if (!question || id in this.answers) return;
    this.answers[id] = Number(value);
    if (answerProblem(question, this)) delete this.answers[id];
    else this.chosen = id;
  }

  resume({ response, part, answers, unsent, trail, took }: Unfinished): void {
    this.earlier = undefined;
    this.shown -= took ?? 0;
    this.response = response;
    this.part = part;
    this.answers = { ...answers };
    this.unsent = new Set(unsent);
    this.trail = [...trail];
    this.show(trail.at(-1));
  }

  /** Goes on with the earlier response, or leaves it as it is and begins another. */
  choose(goOn: boolean): void {
    const { earlier } = this;
    this.earlier = undefined;
    if (goOn && earlier) this.resume(earlier);
    this.changed(true);
  }

  private show(id: string | undefined): void {
    const page = this.survey!.pages.find((each) => each.id === id);
    this.step = page ? { page } : nextStep(this.survey!, null, this);
  }

  /**
   * Takes an answer. It is kept at once and sent a moment later, so that one who still types or chooses sends one part.
   *
   * @param pause milliseconds until it is sent
   */
  set(key: string, value: Given, pause = 600): void {
    this.answers[key] = value;
    this.unsent.add(key);
    delete this.problems[key.split('.')[0]!];
    this.options.onAnswer?.(key, value);
    this.save();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.commit(), pause);
    this.changed();
  }

  next(): void {
    this.problems = {};
    for (const question of this.questions()) {
      const problem = answerProblem(question, this);
      if (problem && !(problem === 'soft' && this.softAsked.has(question.id))) this.problems[question.id] = problem;
      if (problem === 'soft') this.softAsked.add(question.id);
    }
    if (!Object.keys(this.problems).length) {
      if (this.chosen) this.unsent.add(this.chosen);
      this.chosen = undefined;
      this.go(nextStep(this.survey!, this.page!.id, this));
    }
    this.changed(true);
  }

  back(): void {
    this.trail.pop();
    this.show(this.trail.at(-1));
    this.problems = {};
    this.changed(true);
  }

  private go(step: Step): void {
    this.step = step;
    if ('page' in step) {
      this.trail.push(step.page.id);
      this.commit();
    } else {
      this.commit(true);
      this.options.onFinished?.();
    }
  }

  /** Hands over what was answered since the last part. `leaving`: there will be no later. */
  commit(finished = false, leaving = false): void {
    clearTimeout(this.timer);
    const { survey, options, part, work, response, trap, hidden, took } = this;
    if (!survey || options.questionnaire) return;
    if (survey.work && !work && !leaving) {
      this.proof ||= prove(response, survey.work).then((proved) => {
        this.work = proved;
      });
      this.timer = setTimeout(() => this.commit(finished), 300);
      return;
    }
    const answers: Record<string, Given> = {};
    for (const key of this.unsent) {
      if (this.isWrong(key)) continue;
      answers[key] = this.answers[key]!;
      this.unsent.delete(key);
    }
    if (!finished && !Object.keys(answers).length) return;
    this.part++;
    const { link, token, origin, internal } = options;
    const { version, language } = survey;
    const body = {
      link,
      token,
      response,
      version,
      part,
      answers,
      hidden,
      language,
      finished,
      took,
      trap,
      work,
      internal,
    };
    adopt();
    send(`${origin}/api/v1/responses`, body, survey.ticket);
    if (finished) forget(this.key);
    else this.save();
  }

  /** For when the page is hidden or closed: everything leaves at once. */
  leave = (): void => {
    if (document.visibilityState !== 'hidden') return;
    if (this.page) this.commit(false, true);
    flush(this.response);
  };

  /** Half an address or a number too large stays here until it is right. */
  private isWrong(key: string): boolean {
    const id = key.split('.')[0];
    const question = this.survey!.pages.flatMap((page) => page.questions).find((each) => each.id === id);
    const problem = question && answerProblem(question, this);
    return !!problem && problem !== 'required' && problem !== 'soft';
  }

  private save(): void {
    if (this.options.questionnaire || this.options.temporary) return;
    const { key, response, part, answers, trail, took } = this;
    const unfinished: Unfinished = {
      key,
      response,
      version: this.survey!.version,
      part,
      answers,
      unsent: [...this.unsent, this.chosen ?? []].flat(),
      trail,
      took,
    };
    keep(unfinished);
  }
}
