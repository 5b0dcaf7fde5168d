import { contrast } from '../contrast.ts';
import { audiencesAsked } from './audiences-asked.ts';
import { type Appearance, isAnonymous, type Question, type SurveyDefinition } from './definition.ts';
import { error, type SurveyFinding, warning } from './finding.ts';
import { isQuotaOnAnonymousAnswers, testsIn } from './quotas.ts';
import { isAllowedRedirect, redirectHostOf } from './redirect.ts';
import { questionName } from './survey-texts.ts';

/** A survey stays readable, and a response fits into one request, within these. */
export const SURVEY_LIMITS = { questions: 200, choices: 100, rows: 100, answerKeys: 1000, scalePoints: 1001 } as const;
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** What a survey can't be published with: missing parts, ids that are taken twice or lead nowhere, unreadable colours. */
export function structureFindings(definition: SurveyDefinition, redirectHosts: readonly string[]): SurveyFinding[] {
  return [
    ...nothingThere(definition),
    ...badLanguages(definition.languages),
    ...badIds(definition),
    ...badJumps(definition),
    ...badQuotas(definition),
    ...unknownKeys(definition),
    ...badRedirects(definition, redirectHosts),
    ...definition.pages.flatMap((page) =>
      page.questions.flatMap((question) =>
        badQuestion(question, questionName(definition, question)).map((message) =>
          error('bad_question', message, { page: page.id, question: question.id }),
        ),
      ),
    ),
    ...askedOfNobody(definition),
    ...asksWhoTheyAre(definition),
    ...tooMuch(definition),
    ...lowContrast(definition.appearance),
  ];
}

function nothingThere(definition: SurveyDefinition): SurveyFinding[] {
  const found: SurveyFinding[] = [];
  if (definition.audiences.length === 0) found.push(error('no_audience', 'Nobody is asked. Choose whom it asks.'));
  if (definition.endings.length === 0) {
    found.push(error('no_ending', 'There is no thank-you page. Add one: it is where the last page leads.'));
  }
  const asked = (audience: SurveyDefinition['audiences'][number]) =>
    definition.pages.some((page) =>
      page.questions.some(
        (question) => question.type !== 'statement' && audiencesAsked(definition, page, question).includes(audience),
      ),
    );
  const without = definition.audiences.filter((audience) => !asked(audience));
  if (without.length === definition.audiences.length) {
    return [...found, error('no_question', 'The survey has no question. Add one.')];
  }
  const who = { leadership: 'Leaders', staff: 'Staff', customer: 'Customers' };
  const added = without.map((audience) =>
    error('no_question', `${who[audience]} are asked nothing. Add a question for them, or leave them out.`, {
      audience,
    }),
  );
  return [...found, ...added];
}

function askedOfNobody(definition: SurveyDefinition): SurveyFinding[] {
  return definition.pages.flatMap((page) =>
    page.questions
      .filter((question) => audiencesAsked(definition, page, question).length === 0)
      .map((question) => {
        const message = `${questionName(definition, question)} is asked of nobody that the survey asks. Change its audiences, or remove it.`;
        return warning('asked_of_nobody', message, { page: page.id, question: question.id });
      }),
  );
}

/** Who is promised not to be known should not be asked for a name or an address. */
function asksWhoTheyAre(definition: SurveyDefinition): SurveyFinding[] {
  return definition.pages.flatMap((page) =>
    page.questions
      .filter(({ type }) => type === 'email' || type === 'contact')
      .flatMap((question) =>
        audiencesAsked(definition, page, question)
          .filter((audience) => isAnonymous(definition, audience))
          .map((audience) => {
            const message = `${questionName(definition, question)} asks people who answer anonymously who they are. Ask it of nobody but named customers, or remove it.`;
            return warning('asks_who', message, { page: page.id, question: question.id, audience });
          }),
      ),
  );
}

function badLanguages(languages: readonly string[]): SurveyFinding[] {
  if (languages.length === 0) return [error('no_language', 'The survey has no language. Choose one.')];
  return languages.flatMap((language, i) => {
    if (!isLanguageTag(language)) {
      return [error('bad_language', `“${language}” is no language. Use a tag such as en, de or pt-BR.`, { language })];
    }
    if (languages.indexOf(language) !== i) {
      return [error('bad_language', `The language ${language} is there twice. Remove one of them.`, { language })];
    }
    return [];
  });
}

/** BCP 47 as the standard library understands it. */
function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

function badIds(definition: SurveyDefinition): SurveyFinding[] {
  const questions = definition.pages.flatMap((page) => page.questions);
  const parts = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
  const found = [
    ...wrongOf(parts([...definition.pages, ...definition.endings]), 'page or ending'),
    ...wrongOf(parts(questions), 'question'),
    ...wrongOf(parts(definition.quotas), 'quota'),
    ...wrongOf(definition.hidden, 'hidden field'),
  ].map((message) => error('bad_id', message));
  const inside = questions.flatMap((question) => [
    ...('choices' in question ? wrongOf(parts(question.choices), 'choice') : []).map((message) => ({
      question,
      message,
    })),
    ...('rows' in question ? wrongOf(parts(question.rows), 'row') : []).map((message) => ({ question, message })),
  ]);
  return [
    ...found,
    ...inside.map(({ question, message }) =>
      error('bad_id', `${questionName(definition, question)}: ${message}`, { question: question.id }),
    ),
  ];
}

function wrongOf(ids: readonly string[], what: string): string[] {
  const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
  const bad = ids.filter((id) => !ID.test(id));
  return [
    ...[...new Set(twice)].map((id) => `The id ${id} belongs to more than one ${what}. Give each one its own.`),
    ...bad.map((id) => `“${id}” can't be the id of a ${what}: use 1 to 64 letters, digits, dashes and underscores.`),
  ];
}

function badJumps(definition: SurveyDefinition): SurveyFinding[] {
  const endings = new Set(definition.endings.map(({ id }) => id));
  return definition.pages.flatMap((page, from) =>
    (page.jumps ?? []).flatMap(({ to }) => {
      if (endings.has(to)) return [];
      const at = definition.pages.findIndex(({ id }) => id === to);
      if (at === -1) {
        return [
          error('bad_jump', `A jump leads to ${to}, which is not there. Choose where it leads.`, { page: page.id }),
        ];
      }
      const message = 'A jump leads back. Let it lead to a later page or to an ending, or respondents go in circles.';
      return at > from ? [] : [error('bad_jump', message, { page: page.id })];
    }),
  );
}

function badQuotas(definition: SurveyDefinition): SurveyFinding[] {
  return definition.quotas.flatMap((quota) => {
    const { name, id, limit, ending } = quota;
    const called = name.trim() || id;
    const found: SurveyFinding[] = [];
    if (!definition.endings.some((other) => other.id === ending)) {
      found.push(error('bad_quota', `The quota ${called} leads to an ending that is not there. Choose one.`));
    }
    if (!Number.isInteger(limit) || limit < 1) {
      found.push(error('bad_quota', `The limit of the quota ${called} has to be a whole number from 1.`));
    }
    const reached = quota.audience ? [quota.audience] : definition.audiences;
    if (reached.some((audience) => isQuotaOnAnonymousAnswers(definition, quota, audience))) {
      found.push(
        error(
          'bad_quota',
          `The quota ${called} looks at answers of people who answer anonymously: that it is full would tell what one of them said. Choose an audience that is not anonymous, or take the answer out of its condition.`,
        ),
      );
    }
    return found;
  });
}

function unknownKeys(definition: SurveyDefinition): SurveyFinding[] {
  const ids = new Set(definition.pages.flatMap(({ questions }) => questions.map(({ id }) => id)));
  const conditions = [
    ...definition.pages.flatMap((page) => [
      { place: { page: page.id }, condition: page.showIf },
      ...(page.jumps ?? []).map((jump) => ({ place: { page: page.id }, condition: jump.if })),
      ...page.questions.map(({ id, showIf }) => ({ place: { page: page.id, question: id }, condition: showIf })),
    ]),
    ...definition.quotas.map((quota) => ({ place: {}, condition: quota.if })),
  ];
  return conditions.flatMap(({ place, condition }) =>
    testsIn(condition).flatMap(({ of, key }) => {
      if (of === 'answer' && !ids.has(key.split('.')[0] ?? '')) {
        return [
          error('unknown_key', `A condition asks for the answer ${key}, which no question gives. Change it.`, place),
        ];
      }
      if (of === 'hidden' && !definition.hidden.includes(key)) {
        const message = `A condition asks for the hidden field ${key}, which the survey doesn't have. Add it.`;
        return [error('unknown_key', message, place)];
      }
      return [];
    }),
  );
}

function badRedirects(definition: SurveyDefinition, hosts: readonly string[]): SurveyFinding[] {
  return definition.endings.flatMap(({ redirect }) => {
    if (redirect === undefined) return [];
    const host = redirectHostOf(redirect);
    if (host === undefined) {
      return [error('bad_redirect', 'The address after the thank-you page has to begin with https://. Change it.')];
    }
    const message = `${host} is not on the workspace's list of hosts. Add it there, or lead somewhere else.`;
    return isAllowedRedirect(redirect, hosts) ? [] : [error('bad_redirect', message)];
  });
}

function badQuestion(question: Question, name: string): string[] {
  switch (question.type) {
    case 'csat':
      return question.points >= 2 && question.points <= 11 && Number.isInteger(question.points)
        ? []
        : [`${name} needs 2 to 11 points. Change how many it has.`];
    case 'rating':
    case 'matrix':
      return [
        ...(Number.isInteger(question.min) &&
        Number.isInteger(question.max) &&
        inRange(question.max - question.min, 1, 20)
          ? []
          : [`${name} needs a scale of whole numbers with 2 to 21 points. Change its ends.`]),
        ...(question.type === 'matrix' && !inRange(question.rows.length, 1, SURVEY_LIMITS.rows)
          ? [`${name} has ${question.rows.length} rows. It needs 1 to ${SURVEY_LIMITS.rows}.`]
          : []),
      ];
    case 'slider':
      return question.step > 0 &&
        inRange((question.max - question.min) / question.step, 1, SURVEY_LIMITS.scalePoints - 1)
        ? []
        : [`${name} needs ends and steps that make 2 to ${SURVEY_LIMITS.scalePoints} points. Change them.`];
    case 'single':
    case 'multiple':
    case 'ranking':
      return inRange(question.choices.length, question.type === 'multiple' ? 1 : 2, SURVEY_LIMITS.choices)
        ? []
        : [`${name} has ${question.choices.length} choices. It needs 2 to ${SURVEY_LIMITS.choices}.`];
    case 'contact':
      return question.fields.length > 0 ? [] : [`${name} asks for no field. Choose at least one.`];
    case 'number':
    case 'date':
      return question.min !== undefined && question.max !== undefined && question.min > question.max
        ? [`The lowest value that ${name} takes is above the highest one. Change them.`]
        : [];
    default:
      return [];
  }
}

/** False for what is no number, too. */
function inRange(value: number, low: number, high: number): boolean {
  return value >= low && value <= high;
}

function tooMuch(definition: SurveyDefinition): SurveyFinding[] {
  const questions = definition.pages.flatMap((page) => page.questions);
  const keys = questions.reduce(
    (sum, question) =>
      sum +
      (question.type === 'matrix' ? question.rows.length : question.type === 'contact' ? question.fields.length : 1),
    0,
  );
  if (questions.length > SURVEY_LIMITS.questions) {
    const message = `The survey has ${questions.length} questions; ${SURVEY_LIMITS.questions} are the most. Remove some.`;
    return [error('too_many', message)];
  }
  const message = `The survey asks for ${keys} answers; ${SURVEY_LIMITS.answerKeys} are the most. Remove rows or questions.`;
  return keys > SURVEY_LIMITS.answerKeys ? [error('too_many', message)] : [];
}

/** As the renderer has them: an appearance without text colour gets the one of these that is read better. */
const INK = { dark: '#14181b', light: '#ffffff' } as const;
const TEXT_CONTRAST = 4.5;

function lowContrast(appearance: Appearance): SurveyFinding[] {
  const background = appearance.background ?? '#ffffff';
  const dark = (contrast(INK.dark, background) ?? 1) >= (contrast(INK.light, background) ?? 1);
  const text = appearance.text ?? (dark ? INK.dark : INK.light);
  const accent = appearance.accent ?? text;
  const pairs = [
    ['text', text],
    ['accent', accent],
  ] as const;
  return pairs.flatMap(([name, colour]) => {
    const ratio = contrast(colour, background);
    if (ratio === undefined) {
      return [error('bad_colour', `The colours ${colour} and ${background} have to be written as #rrggbb.`)];
    }
    const message = `The ${name} colour ${colour} is hard to read on ${background}: its contrast is ${ratio.toFixed(1)} and has to be ${TEXT_CONTRAST} or more. Choose a darker or lighter one.`;
    return ratio < TEXT_CONTRAST ? [error('low_contrast', message)] : [];
  });
}
