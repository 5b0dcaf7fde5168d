import type { Text } from '../survey/definition.ts';
import { cut, languageOf, TEXT_MOST } from './make.ts';
import { plainText } from './markup.ts';
import { FormatError, type Tools } from './neutral.ts';

export type LssRow = ReadonlyMap<string, string>;

export interface LssChoice {
  readonly code: string;
  readonly scale: string;
  readonly texts: Text;
}
export interface LssQuestion {
  readonly qid: string;
  readonly gid: string;
  readonly type: string;
  /** Its code, which is what answers are filed under. */
  readonly title: string;
  readonly texts: Text;
  readonly helps: Text;
  readonly row: LssRow;
  readonly attribute: (name: string) => string;
  readonly answers: readonly LssChoice[];
  readonly parts: readonly (LssChoice & { readonly relevance: string })[];
}
export interface LssGroup {
  readonly gid: string;
  readonly titles: Text;
  readonly descriptions: Text;
  readonly relevance: string;
  readonly random: boolean;
  readonly questions: readonly LssQuestion[];
}
export interface LssSurvey {
  readonly sid: string;
  readonly languages: readonly string[];
  readonly settings: LssRow;
  readonly titles: Text;
  readonly welcomes: Text;
  readonly ends: Text;
  readonly url: string;
  readonly groups: readonly LssGroup[];
  /** Tables that hold something which no survey here can. */
  readonly quotas: number;
  readonly assessments: number;
  readonly defaults: number;
  readonly parameters: number;
  readonly scripts: number;
  readonly descriptions: Text;
  readonly policies: Text;
}

const MOST_ROWS = 200_000;

/**
 * Reads the tables of an .lss file. Up to version 3 texts stand in the rows themselves, one row for each language; since
 * version 4 they stand in tables of their own (`question_l10ns`, `answer_l10ns`, `group_l10ns`).
 */
export function readLssTables(xml: string, tools: Tools): LssSurvey {
  const { tables, facts, languages: listed } = readTables(xml, tools);
  if (facts.get('LimeSurveyDocType') !== 'Survey') {
    throw new FormatError(
      'This file holds a part of a LimeSurvey survey, such as one group. Export the whole survey (.lss).',
    );
  }
  const rows = (name: string): readonly LssRow[] => tables.get(name) ?? [];
  const settings = rows('surveys')[0] ?? new Map<string, string>();
  const first = settings.get('language') || listed[0] || 'en';
  const names = [first, ...(settings.get('additional_languages') ?? '').split(' '), ...listed].filter(Boolean);
  const languages = [...new Set(names.map(languageOf))].slice(0, 40);
  const texts = textsOf(languages);
  const language = rows('surveys_languagesettings');
  const groups = groupsOf(rows, texts, questionsOf(rows, texts));
  if (!groups.some((group) => group.questions.length > 0))
    throw new FormatError('The LimeSurvey file has no question.');
  return {
    sid: settings.get('sid') ?? '',
    languages,
    settings,
    titles: texts(language, 'surveyls_title'),
    welcomes: texts(language, 'surveyls_welcometext'),
    ends: texts(language, 'surveyls_endtext'),
    url: language.map((row) => row.get('surveyls_url') ?? '').find(Boolean) ?? '',
    groups,
    quotas: rows('quota').length,
    assessments: settings.get('assessments') === 'Y' ? Math.max(1, rows('assessments').length) : 0,
    defaults: rows('defaultvalues').length,
    parameters: rows('survey_url_parameters').length,
    scripts: rows('question_l10ns').filter((row) => (row.get('script') ?? '').trim() !== '').length,
    descriptions: texts(language, 'surveyls_description'),
    policies: texts(language, 'surveyls_policy_notice'),
  };
}

type Texts = ReturnType<typeof textsOf>;
type Rows = (table: string) => readonly LssRow[];

/** Texts of one column by language; rows name their language under `language` or, of the survey, `surveyls_language`. */
function textsOf(languages: readonly string[]) {
  return (rows: readonly LssRow[], column: string): Text => {
    const found = new Map<string, string>();
    for (const row of rows) {
      const tag = row.get('language') || row.get('surveyls_language');
      const language = tag ? languageOf(tag) : languages[0]!;
      const text = cut(plainText(row.get(column) ?? ''), TEXT_MOST);
      if (text && languages.includes(language) && !found.has(language)) found.set(language, text);
    }
    return Object.fromEntries(found);
  };
}

function groupedBy(rows: readonly LssRow[], column: string): Map<string, LssRow[]> {
  const groups = new Map<string, LssRow[]>();
  for (const row of rows) {
    const key = row.get(column) ?? '';
    const there = groups.get(key);
    if (there) there.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** Rows in the order that one of their columns says; equal ones stay as they stand. */
function ordered(rows: readonly LssRow[], column: string): LssRow[] {
  const place = (row: LssRow) => Number(row.get(column) ?? '') || 0;
  return [...rows].sort((a, b) => place(a) - place(b));
}

function groupsOf(rows: Rows, texts: Texts, questions: ReadonlyMap<string, readonly LssQuestion[]>): LssGroup[] {
  const words = groupedBy(rows('group_l10ns'), 'gid');
  return [...groupedBy(ordered(rows('groups'), 'group_order'), 'gid')].map(([gid, own]) => {
    const said = words.get(gid) ?? own;
    return {
      gid,
      titles: texts(said, 'group_name'),
      descriptions: texts(said, 'description'),
      relevance: own[0]!.get('grelevance') ?? '',
      random: Boolean(own[0]!.get('randomization_group')),
      questions: questions.get(gid) ?? [],
    };
  });
}

function questionsOf(rows: Rows, texts: Texts): Map<string, LssQuestion[]> {
  const words = groupedBy(rows('question_l10ns'), 'qid');
  const said = (qid: string, own: readonly LssRow[]) => words.get(qid) ?? own;
  const attributes = groupedBy(rows('question_attributes'), 'qid');
  const answers = answersOf(rows, texts);
  const parts = groupedBy(rows('subquestions'), 'parent_qid');
  const byGroup = new Map<string, LssQuestion[]>();
  for (const [qid, own] of groupedBy(ordered(rows('questions'), 'question_order'), 'qid')) {
    const row = own[0]!;
    if ((row.get('parent_qid') ?? '0') !== '0') continue;
    const set = new Map(
      (attributes.get(qid) ?? []).map((each) => [each.get('attribute') ?? '', each.get('value') ?? '']),
    );
    const gid = row.get('gid') ?? '';
    const question: LssQuestion = {
      qid,
      gid,
      type: row.get('type') ?? '',
      title: row.get('title') || `q${qid}`,
      texts: texts(said(qid, own), 'question'),
      helps: texts(said(qid, own), 'help'),
      row,
      attribute: (name) => (set.get(name) ?? '').trim(),
      answers: answers.get(qid) ?? [],
      parts: [...groupedBy(ordered(parts.get(qid) ?? [], 'question_order'), 'qid')].map(([part, rowsOfPart]) => ({
        code: rowsOfPart[0]!.get('title') ?? '',
        scale: rowsOfPart[0]!.get('scale_id') ?? '0',
        relevance: rowsOfPart[0]!.get('relevance') ?? '',
        texts: texts(said(part, rowsOfPart), 'question'),
      })),
    };
    const there = byGroup.get(gid);
    if (there) there.push(question);
    else byGroup.set(gid, [question]);
  }
  return byGroup;
}

function answersOf(rows: Rows, texts: Texts): Map<string, LssChoice[]> {
  const words = groupedBy(rows('answer_l10ns'), 'aid');
  const byQuestion = new Map<string, LssChoice[]>();
  for (const [qid, own] of groupedBy(ordered(rows('answers'), 'sortorder'), 'qid')) {
    const named = new Map<string, LssRow[]>();
    for (const row of own) {
      const key = JSON.stringify([row.get('code') ?? '', row.get('scale_id') ?? '0']);
      named.set(key, [...(named.get(key) ?? []), row].slice(0, 50));
    }
    const choices = [...named.values()].map((same) => ({
      code: same[0]!.get('code') ?? '',
      scale: same[0]!.get('scale_id') ?? '0',
      texts: texts(words.get(same[0]!.get('aid') ?? '') ?? same, 'answer'),
    }));
    byQuestion.set(qid, choices);
  }
  return byQuestion;
}

/** Collects `document > table > rows > row > column`, and what stands alone beside the tables. */
function readTables(xml: string, tools: Tools) {
  const tables = new Map<string, Map<string, string>[]>();
  const facts = new Map<string, string>();
  const languages: string[] = [];
  const path: string[] = [];
  let row: Map<string, string> | undefined;
  let value: string[] = [];
  let rows = 0;
  tools.parseXml(xml, {
    open: (name) => {
      path.push(name);
      value = [];
      if (path.length !== 4 || name !== 'row') return;
      rows += 1;
      if (rows > MOST_ROWS) throw new FormatError('The LimeSurvey file has more than 200,000 rows; it was not read.');
      row = new Map();
      const table = path[1]!;
      const there = tables.get(table);
      if (there) there.push(row);
      else tables.set(table, [row]);
    },
    text: (text) => {
      value.push(text);
    },
    close: (name) => {
      path.pop();
      const text = value.join('');
      value = [];
      if (path.length === 1) facts.set(name, text.trim());
      else if (path.length === 2 && name === 'language') languages.push(text.trim());
      else if (path.length === 4 && row) row.set(name, text);
    },
  });
  return { tables, facts, languages };
}
