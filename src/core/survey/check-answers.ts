import type { Audience } from '../perspective.ts';
import { isDate, isEmail, onStep, TEXT_LIMIT } from './answer-problem.ts';
import { audiencesAsked } from './audiences-asked.ts';
import { type Answers, type Given, OTHER, type Question, type SurveyDefinition, scaleOf } from './definition.ts';
import { isEmpty } from './flow.ts';

export interface AnswerFault {
  /** The answer key; empty where it is about all of them. */
  readonly key: string;
  readonly message: string;
}

const KEY_LIMIT = 1000;

/**
 * Says what is wrong with answers that came over the wire, whoever sent them; empty when everything can be stored.
 *
 * Only keys are allowed that this version asks this audience, and only values that its renderer can make. What is
 * missing is no fault: answers come in parts. Blank text and an empty list take an answer back, whatever its type.
 *
 * @returns one sentence per key: what is allowed there
 */
export function checkAnswers(definition: SurveyDefinition, audience: Audience, answers: Answers): AnswerFault[] {
  const keys = Object.keys(answers);
  if (keys.length > KEY_LIMIT) {
    return [{ key: '', message: `There are ${keys.length} answers; a part holds at most ${KEY_LIMIT}.` }];
  }
  const allowed = allowedAnswers(definition, audience);
  return keys.flatMap((key) => {
    const rule = allowed.get(key);
    if (rule === undefined) {
      return [{ key, message: `“${short(key)}” is no question of this survey for this audience.` }];
    }
    const fault = isEmpty(answers[key]) ? undefined : rule(answers[key]!);
    return fault === undefined ? [] : [{ key, message: `“${short(key)}” ${fault}.` }];
  });
}

/** The end of the sentence "this answer …", or undefined when the value is allowed. */
type Rule = (given: Given) => string | undefined;

/** Long keys come from attackers only. */
const short = (key: string) => (key.length > 80 ? `${key.slice(0, 80)}…` : key);

/** A published definition never changes, and thousands of parts are checked against the same one. */
const known = new WeakMap<SurveyDefinition, Map<Audience, Map<string, Rule>>>();

function allowedAnswers(definition: SurveyDefinition, audience: Audience): Map<string, Rule> {
  const ofDefinition = known.get(definition) ?? new Map<Audience, Map<string, Rule>>();
  known.set(definition, ofDefinition);
  const rules = ofDefinition.get(audience) ?? rulesFor(definition, audience);
  ofDefinition.set(audience, rules);
  return rules;
}

function rulesFor(definition: SurveyDefinition, audience: Audience): Map<string, Rule> {
  return new Map(
    definition.pages.flatMap((page) =>
      page.questions
        .filter((question) => audiencesAsked(definition, page, question).includes(audience))
        .flatMap(rulesOf),
    ),
  );
}

function rulesOf(question: Question): [string, Rule][] {
  const { id } = question;
  switch (question.type) {
    case 'statement':
      return [];
    case 'matrix':
      return question.rows.map((row) => [`${id}.${row.id}`, scaleRule(question)]);
    case 'single':
    case 'multiple': {
      const ids = new Set([...question.choices.map((choice) => choice.id), ...(question.other ? [OTHER] : [])]);
      const rule: [string, Rule] = [id, question.type === 'single' ? choiceRule(ids) : choicesRule(ids)];
      return question.other ? [rule, [`${id}.other`, textRule(TEXT_LIMIT)]] : [rule];
    }
    case 'ranking':
      return [[id, choicesRule(new Set(question.choices.map((choice) => choice.id)))]];
    case 'short':
    case 'long':
      return [[id, textRule(Math.min(question.maxLength ?? TEXT_LIMIT, TEXT_LIMIT))]];
    case 'number':
      return [[id, numberRule(question)]];
    case 'date':
      return [[id, dateRule(question)]];
    case 'consent':
      return [[id, (given) => (typeof given === 'boolean' ? undefined : 'has to be true or false')]];
    case 'email':
      return [[id, emailRule]];
    case 'contact':
      return question.fields.map((field) => [`${id}.${field}`, field === 'email' ? emailRule : textRule(TEXT_LIMIT)]);
    default:
      return [[id, scaleRule(question)]];
  }
}

function scaleRule(question: Question): Rule {
  const { min, max, step } = scaleOf(question)!;
  const orNull = 'notApplicable' in question && question.notApplicable === true;
  return (given) => {
    if (given === null && orNull) return undefined;
    if (typeof given === 'number' && given >= min && given <= max && onStep(given, min, step)) return undefined;
    const steps = step === 1 ? 'a whole number' : `a number in steps of ${step}`;
    return `has to be ${steps} from ${min} to ${max}${orNull ? ', or null where it does not apply' : ''}`;
  };
}

const list = (ids: ReadonlySet<string>) => `${[...ids].slice(0, 20).join(', ')}${ids.size > 20 ? ', …' : ''}`;

function choiceRule(ids: ReadonlySet<string>): Rule {
  return (given) =>
    typeof given === 'string' && ids.has(given) ? undefined : `has to be the id of one choice: ${list(ids)}`;
}

function choicesRule(ids: ReadonlySet<string>): Rule {
  return (given) => {
    const distinct = Array.isArray(given) && given.every((one) => ids.has(one)) && new Set(given).size === given.length;
    return distinct ? undefined : `has to be a list of ids of choices, each at most once: ${list(ids)}`;
  };
}

function textRule(limit: number): Rule {
  return (given) =>
    typeof given === 'string' && given.length <= limit ? undefined : `has to be text of at most ${limit} characters`;
}

function numberRule({ min, max, step }: { min?: number; max?: number; step?: number }): Rule {
  const steps = step === undefined ? 'a number' : `a number in steps of ${step}`;
  return (given) =>
    typeof given === 'number' &&
    Number.isFinite(given) &&
    given >= (min ?? -Infinity) &&
    given <= (max ?? Infinity) &&
    onStep(given, min ?? 0, step)
      ? undefined
      : `has to be ${steps}${bounds(min, max)}`;
}

function dateRule({ min, max }: { min?: string; max?: string }): Rule {
  return (given) =>
    typeof given === 'string' && isDate(given) && given >= (min ?? given) && given <= (max ?? given)
      ? undefined
      : `has to be a day as YYYY-MM-DD${bounds(min, max)}`;
}

const bounds = (min: number | string | undefined, max: number | string | undefined) =>
  `${min === undefined ? '' : ` from ${min}`}${max === undefined ? '' : ` up to ${max}`}`;

const emailRule: Rule = (given) =>
  typeof given === 'string' && isEmail(given) ? undefined : 'has to be an e-mail address';
