import type { SurveyDefinition } from '../survey/definition.ts';
import { wordingOf } from './make.ts';
import { plainText } from './markup.ts';
import { at, entriesAt, isMap, listAt, numberAt, textAt } from './values.ts';

/** What a question of a QSF file has besides its type, and a question here has not: one sentence each. */
export function lossesOfQuestion(payload: unknown): string[] {
  const choices = [...entriesAt(payload, 'Choices'), ...entriesAt(payload, 'Answers')].map(([, choice]) => choice);
  const settings = at(payload, 'Validation', 'Settings');
  const order = textAt(payload, 'Randomization', 'Type');
  const isChoice = ['MC', 'RO'].includes(textAt(payload, 'QuestionType'));
  const found: [boolean, string][] = [
    [entriesAt(payload, 'Language').length > 0, 'Its translations are not read; add them here.'],
    [/<(img|video|audio|iframe|object)\b/i.test(markupOf(payload, choices)), 'Its pictures or videos are not shown.'],
    [textAt(payload, 'QuestionJS') !== '', 'Its JavaScript is not run.'],
    [isMap(at(payload, 'DynamicChoices')), 'Choices carried forward from another question are not; write them here.'],
    [
      choices.some((choice) => isMap(at(choice, 'DisplayLogic'))),
      'Conditions of single choices or rows are not kept: all are shown.',
    ],
    [
      choices.some((choice) => isOn(at(choice, 'ExclusiveAnswer'))) && textAt(payload, 'QuestionType') === 'MC',
      'A choice that excludes all others does not do that.',
    ],
    [
      textAt(payload, 'QuestionType') === 'Matrix' && choices.some((choice) => isOn(at(choice, 'TextEntry'))),
      'Text boxes beside its rows are not kept.',
    ],
    [order !== '' && order !== 'None' && !(isChoice && order === 'All'), 'Its random order is not kept.'],
    [rulesIn(settings), 'Its rules for valid answers are not checked, but for being required.'],
    [listAt(payload, 'GradingData').length > 0, 'Its scores are not kept.'],
    [entriesAt(payload, 'DefaultChoices').length > 0, 'What it had chosen beforehand is not.'],
    [isOn(at(payload, 'Configuration', 'NotApplicable')), '“Not applicable” beside its sliders is not kept.'],
  ];
  return found.filter(([holds]) => holds).map(([, message]) => message);
}

const isOn = (value: unknown) => ['on', 'true', '1'].includes(String(value ?? '').toLowerCase());

function markupOf(payload: unknown, choices: readonly unknown[]): string {
  return [textAt(payload, 'QuestionText'), ...choices.map((choice) => textAt(choice, 'Display'))].join(' ');
}

/** Kinds of contents that become a question of their own, and so are checked. */
const CHECKED = new Set(['', 'None', 'ValidNumber', 'ValidEmail', 'ValidDate']);

function rulesIn(settings: unknown): boolean {
  const content = textAt(settings, 'ContentType');
  const type = textAt(settings, 'Type');
  return (
    (!CHECKED.has(content) && content !== 'null') ||
    ['MinChoices', 'MaxChoices', 'MinChars', 'ChoicesTotal', 'EndDate', 'StartDate'].some(
      (name) => textAt(settings, name) !== '',
    ) ||
    ['MinChar', 'CharRange', 'CustomValidation', 'MinChoices', 'MaxChoices', 'ChoiceRange'].includes(type) ||
    isMap(at(settings, 'CustomValidation'))
  );
}

/** Least and most of a number, where the question says them. */
export function numberRange(payload: unknown): { min?: number; max?: number } {
  const min = numberAt(payload, 'Validation', 'Settings', 'ValidNumber', 'Min');
  const max = numberAt(payload, 'Validation', 'Settings', 'ValidNumber', 'Max');
  const within = (value: number | undefined) => value !== undefined && Math.abs(value) <= 1_000_000_000;
  if (min !== undefined && max !== undefined && min >= max) return {};
  return { ...(min !== undefined && within(min) && { min }), ...(max !== undefined && within(max) && { max }) };
}

/** Elements of a QSF file beside its questions, blocks and flow that say something to respondents or count them. */
export function lossesOfSurvey(elements: readonly unknown[]): string[] {
  const of = (name: string) => elements.filter((element) => textAt(element, 'Element') === name);
  const quotas = of('QO').length;
  const scores = of('SCO').flatMap((element) => listAt(element, 'Payload', 'ScoringCategories')).length;
  const options = at(of('SO')[0], 'Payload');
  const said = ['Header', 'Footer', 'headerMid', 'footerMid'].some((name) => plainText(textAt(options, name)) !== '');
  const languages = entriesAt(options, 'AvailableLanguages').length;
  const found: [boolean, string][] = [
    [quotas > 0, `Its quotas (${quotas}) are not read; set them here.`],
    [scores > 0, 'Its scoring is not read.'],
    [said, 'Its header and footer are not shown.'],
    [languages > 1, `It has ${languages} languages; only the first is read.`],
    [STORED_MESSAGE.test(textAt(options, 'EOSMessage')), 'Its message at the end is not in the file; write it here.'],
    [textAt(options, 'SurveyExpiration') !== '' && !isNone(options), 'When it opens and closes is not kept.'],
    [/^(yes|true|on)$/i.test(textAt(options, 'PasswordProtection')), 'Its password is not asked for.'],
  ];
  return found.filter(([holds]) => holds).map(([, message]) => message);
}

/** A message of a library, of which a file holds the name alone. */
const STORED_MESSAGE = /^MS_[A-Za-z0-9]+$/;
const isNone = (options: unknown) => /^(none|null)$/i.test(textAt(options, 'SurveyExpiration'));

/** What respondents see at the end, and how they move: from the survey's options. */
export function optionsOf(
  elements: readonly unknown[],
  language: string,
  lose: (message: string) => void,
): { endings: SurveyDefinition['endings']; settings: Partial<SurveyDefinition['settings']> } {
  const options = at(
    elements.find((element) => textAt(element, 'Element') === 'SO'),
    'Payload',
  );
  const address = textAt(options, 'SurveyTermination') === 'Redirect' ? textAt(options, 'EOSRedirectURL') : '';
  const safe = URL.canParse(address) && new URL(address).protocol === 'https:' && address.length <= 2_000;
  if (address && !safe) lose('The address after the end is no https address and is left out.');
  const message = textAt(options, 'EOSMessage');
  const text = STORED_MESSAGE.test(message) ? '' : plainText(message);
  return {
    endings: [
      {
        id: 'end',
        title: wordingOf('Thank you.', language),
        ...(text ? { text: wordingOf(text, language) } : {}),
        ...(safe ? { redirect: address } : {}),
      },
    ],
    settings: {
      ...(textAt(options, 'BackButton') === '' ? {} : { back: isOn(at(options, 'BackButton')) }),
      ...(textAt(options, 'ProgressBarDisplay') === ''
        ? {}
        : { progress: textAt(options, 'ProgressBarDisplay') !== 'None' }),
    },
  };
}
