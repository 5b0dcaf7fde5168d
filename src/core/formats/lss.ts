import type { Page, Question, SurveyDefinition, Text, Wording } from '../survey/definition.ts';
import { isSmallEnough } from './condition-limits.ts';
import { convertQuestion } from './lss-questions.ts';
import { type LssVariable, type Relevance, readRelevance, variablesOf } from './lss-relevance.ts';
import { type LssGroup, type LssQuestion, type LssSurvey, readLssTables } from './lss-tables.ts';
import { surveyOf } from './make.ts';
import { type Format, FormatError, type Loss, type ReadSurvey } from './neutral.ts';
import { requireQuestions } from './page-jumps.ts';

/** Structure of a LimeSurvey survey, versions 2 to 7. It holds no answers: these come as CSV (lss-answers.ts). */
export const limeSurveyLss: Format = {
  id: 'limesurvey-lss',
  name: 'LimeSurvey survey (.lss)',
  detect: (file) => /<LimeSurveyDocType>/.test((file.text() ?? '').slice(0, 2_000)),
  readSurvey: (file, tools) => {
    const text = file.text();
    if (text === undefined) throw new FormatError('The LimeSurvey file is no text.');
    const read = surveyFrom(readLssTables(text, tools));
    if (!/(<|&lt;)(img|video|audio|iframe)\b/i.test(text)) return read;
    const message = 'Pictures and videos in its texts are not shown.';
    return { ...read, losses: [...read.losses, { question: null, message }] };
  },
};

function surveyFrom(lss: LssSurvey): ReadSurvey {
  const losses: Loss[] = [];
  const pages = new PageMaker(lss, losses).pages();
  const first = lss.languages[0]!;
  const name = (lss.titles[first] ?? Object.values(lss.titles)[0] ?? 'LimeSurvey survey').slice(0, 200);
  const definition = surveyOf(
    {
      title: name,
      language: first,
      languages: lss.languages,
      pages,
      endings: [endingOf(lss, losses)],
    },
    losses,
  );
  const yes = (setting: string) => lss.settings.get(setting) === 'Y';
  const settings = {
    ...definition.settings,
    progress: lss.settings.get('showprogress') !== 'N',
    back: lss.settings.get('allowprev') !== 'N',
    anonymousCustomers: yes('anonymized'),
  };
  if (lss.settings.get('format') === 'S') {
    losses.push({ question: null, message: 'It asked one question at a time; here a group of questions is one page.' });
  }
  losses.push(...lossesOf(lss));
  const title = Object.keys(lss.titles).length > 0 ? { customer: lss.titles } : definition.title;
  return { name, definition: requireQuestions({ ...definition, title, settings }), losses };
}

/** What belongs to no question. */
function lossesOf(lss: LssSurvey): Loss[] {
  const filled = (setting: string) => (lss.settings.get(setting) ?? '').trim() !== '';
  const isNoticed = lss.settings.get('showsurveypolicynotice') !== '0' && Object.keys(lss.policies).length > 0;
  const found: [boolean, string][] = [
    [lss.quotas > 0, `Its ${lss.quotas} quotas are not carried over.`],
    [lss.assessments > 0, 'Its assessments are not carried over.'],
    [lss.defaults > 0, `Answers that stood there beforehand (${lss.defaults}) are not.`],
    [lss.parameters > 0, `Values from its address (${lss.parameters}) are not read; name hidden fields here.`],
    [lss.scripts > 0, `The scripts of ${lss.scripts} questions are not run.`],
    [Object.keys(lss.descriptions).length > 0, 'Its description is not shown; only the welcome is.'],
    [isNoticed, 'Its notice on data protection is not shown; write it as a statement or a consent.'],
    [filled('startdate') || filled('expires'), 'When it opens and closes is not kept.'],
  ];
  return found.filter(([holds]) => holds).map(([, message]) => ({ question: null, message }));
}

function endingOf(lss: LssSurvey, losses: Loss[]): SurveyDefinition['endings'][number] {
  const first = lss.languages[0]!;
  const said = lss.ends[first] ? lss.ends : { ...lss.ends, [first]: 'Thank you.' };
  if (!lss.url) return { id: 'end', title: { customer: said } };
  if (!URL.canParse(lss.url) || new URL(lss.url).protocol !== 'https:' || lss.url.length > 2000) {
    losses.push({ question: null, message: 'The address after the end is no https address, so it is left out.' });
    return { id: 'end', title: { customer: said } };
  }
  return { id: 'end', title: { customer: said }, redirect: lss.url };
}

class PageMaker {
  private readonly variables = new Map<string, LssVariable>();
  private readonly lss: LssSurvey;
  private readonly losses: Loss[];

  constructor(lss: LssSurvey, losses: Loss[]) {
    this.lss = lss;
    this.losses = losses;
  }

  pages(): Page[] {
    const pages = this.lss.groups.flatMap((group, i) => this.page(group, i));
    const { welcomes } = this.lss;
    if (Object.keys(welcomes).length === 0) return pages;
    const welcome: Page = {
      id: 'welcome',
      questions: [{ id: 'welcome_text', type: 'statement', text: this.filled(welcomes) }],
    };
    return [welcome, ...pages];
  }

  private page(group: LssGroup, i: number): Page[] {
    const name = `Group ${i + 1}`;
    const shown = readRelevance(group.relevance, this.variables);
    if (shown === 'never') {
      for (const { title } of group.questions) this.lose(title, 'Its group is never shown, so it is left out.');
      return [];
    }
    if (group.random) this.lose(null, `${name} stood in a random order of groups; here groups keep their order.`);
    const questions = group.questions.flatMap((question) => this.questions(question));
    if (questions.length === 0) return [];
    const intro: Question[] =
      Object.keys(group.descriptions).length > 0
        ? [{ id: `group_${i + 1}_text`, type: 'statement', text: this.filled(group.descriptions) }]
        : [];
    const showIf = this.kept(shown, null, `The condition of ${name} is no simple one`, group.relevance);
    return [
      {
        id: `group_${i + 1}`,
        ...(Object.keys(group.titles).length > 0 && { title: { customer: group.titles } }),
        ...(showIf && { showIf }),
        questions: [...intro, ...questions],
      },
    ];
  }

  private questions(asked: LssQuestion): Question[] {
    const shown = readRelevance(asked.row.get('relevance') ?? '', this.variables);
    if (shown === 'never' || asked.attribute('hidden') === '1') {
      this.lose(asked.title, 'It is never shown, so it is left out.');
      return [];
    }
    const lose = (message: string) => this.lose(asked.title, message);
    const converted = convertQuestion(asked, this.lss.languages, lose);
    const showIf = this.kept(shown, asked.title, 'Its condition is no simple one', asked.row.get('relevance') ?? '');
    return converted.map(({ question, name, points }) => {
      for (const [variable, meaning] of variablesOf(name, question, points)) {
        this.variables.set(variable, meaning);
        const place = variable.slice(asked.title.length).replace(/^_/, '');
        this.variables.set(`${this.lss.sid}X${asked.gid}X${asked.qid}${place}`, meaning);
      }
      const text = question.text.customer ?? {};
      return { ...question, text: this.filled(text, asked.title), ...(showIf && { showIf }) };
    });
  }

  /** The condition to keep; tells when it is none that can be. */
  private kept(shown: Relevance, question: string | null, what: string, equation: string) {
    if (shown === 'always' || shown === 'never') return undefined;
    if (shown && isSmallEnough(shown)) return shown;
    this.lose(question, `${what}, so it is asked of everybody: ${equation.trim().slice(0, 200)}`);
    return undefined;
  }

  /** Placeholders in braces become ours where they name an answer or the respondent; others are left out and told. */
  private filled(texts: Text, question: string | null = null): Wording {
    const fill = (text: string) =>
      text.replace(/\{(?![\s{])([^{}]{1,200})\}/g, (_, inside: string) => {
        const [name = '', ...read] = inside.trim().split('.');
        const person = /^TOKEN:([A-Za-z][\w-]{0,60})$/.exec(name)?.[1];
        if (person) return `{{attribute:${person.toLowerCase()}|}}`;
        const known = read.every((each) => /^(NAOK|shown|value|code)$/.test(each)) && this.variables.get(name);
        if (known) return `{{answer:${known.key}|}}`;
        this.lose(question, `A text holds the expression {${inside.slice(0, 100)}}, which is left out.`);
        return '';
      });
    return {
      customer: Object.fromEntries(Object.entries(texts).map(([language, text]) => [language, fill(text).trim()])),
    };
  }

  private lose(question: string | null, message: string): void {
    if (!this.losses.some((loss) => loss.question === question && loss.message === message)) {
      this.losses.push({ question, message });
    }
  }
}
