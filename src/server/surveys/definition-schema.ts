import { z } from 'zod';
import { AUDIENCES } from '../../core/perspective.ts';
import { CONTACT_FIELDS, type Condition, MOST_KEPT, type SurveyDefinition } from '../../core/survey/definition.ts';
import { fieldSentence } from '../http/field-sentence.ts';

/**
 * What a survey may be made of, as it comes from outside: every size has an end, every id is a plain word, and no text
 * holds control characters. Whether a survey makes sense (does a jump lead anywhere?) is asked by `checkSurvey`.
 */
const MAX_QUESTIONS = 200;
const MAX_PAGES = 60;
const MAX_CHOICES = 100;
const MAX_TEXT = 4000;
const MAX_CONDITION_DEPTH = 5;
const MAX_CONDITION_PARTS = 50;
export const MAX_DEFINITION_BYTES = 512 * 1024;

const audienceSchema = z.enum(AUDIENCES);
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const PRINTABLE = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/;
const printable = (most: number) => z.string().max(most).regex(PRINTABLE, 'must not hold control characters');
/** Names of what answers and texts are filed under; those that every object has already would be found where nothing is. */
const word = (pattern: RegExp, what: string) =>
  z
    .string()
    .regex(pattern, what)
    .refine((name) => !(name in Object.prototype), 'is a reserved word');
const idSchema = word(
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
  'must be letters, digits, dashes or underscores (at most 64)',
);
const hiddenSchema = word(
  /^[A-Za-z][A-Za-z0-9_-]{0,63}$/,
  'must be a letter, then letters, digits, dashes or underscores',
);
const attributeSchema = word(
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  /^(?! )[^\u0000-\u001f\u007f\u2028\u2029]{1,200}(?<! )$/,
  'must be the name of an attribute: one line of at most 200 characters',
);
const itemKeySchema = z.string().min(1).max(100).regex(PRINTABLE, 'must not hold control characters');
const languageSchema = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'must be a language such as en, de or pt-BR');
const colourSchema = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as #0072b2');
const redirectSchema = z.string().max(2000).refine(isHttps, 'must be an address that begins with https://');
const finite = z.number().min(-1_000_000_000).max(1_000_000_000);
const point = z.int().min(-1000).max(1000);

const textSchema = z.record(languageSchema, printable(MAX_TEXT));
const wordingSchema = z.strictObject({
  leadership: textSchema.exactOptional(),
  staff: textSchema.exactOptional(),
  customer: textSchema.exactOptional(),
});

const testSchema = z.strictObject({
  of: z.enum(['answer', 'attribute', 'hidden']),
  key: printable(200).min(1),
  is: z.enum(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'in', 'has', 'answered', 'empty']),
  value: z
    .union([printable(MAX_TEXT), finite, z.boolean(), z.array(z.union([printable(MAX_TEXT), finite])).max(MAX_CHOICES)])
    .exactOptional(),
});
type WritableCondition = DeepWritable<Condition>;
const anyCondition: z.ZodType<WritableCondition, WritableCondition> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(anyCondition).max(MAX_CONDITION_PARTS) }),
    z.strictObject({ any: z.array(anyCondition).max(MAX_CONDITION_PARTS) }),
    z.strictObject({ not: anyCondition }),
    testSchema,
  ]),
);
const conditionSchema = anyCondition.superRefine((condition, context) => {
  if (depthOf(condition) > MAX_CONDITION_DEPTH) {
    context.addIssue({ code: 'custom', message: `may be nested ${MAX_CONDITION_DEPTH} deep at most` });
  }
  if (partsOf(condition) > MAX_CONDITION_PARTS) {
    context.addIssue({ code: 'custom', message: `may have ${MAX_CONDITION_PARTS} parts at most` });
  }
});

const asked = {
  id: idSchema,
  text: wordingSchema,
  help: wordingSchema.exactOptional(),
  audiences: z.array(audienceSchema).max(3).exactOptional(),
  required: z.enum(['no', 'soft', 'yes']).exactOptional(),
  showIf: conditionSchema.exactOptional(),
};
const judged = {
  lens: z.enum(['experience', 'expectation', 'importance', 'walk']).exactOptional(),
  notApplicable: z.boolean().exactOptional(),
};
const bound = { item: itemKeySchema.exactOptional(), ...judged };
const ends = { low: wordingSchema.exactOptional(), high: wordingSchema.exactOptional() };
const choices = {
  choices: z.array(z.strictObject({ id: idSchema, text: wordingSchema })).max(MAX_CHOICES),
  shuffle: z.boolean().exactOptional(),
};
function rising({ min, max }: { min?: number | string; max?: number | string }): boolean {
  return min === undefined || max === undefined || min < max;
}
const isRising = { path: ['max'], message: 'must be greater than min' };

const questionSchema = z.discriminatedUnion('type', [
  z.strictObject({ ...asked, type: z.literal('nps'), ...bound, ...ends }),
  z.strictObject({
    ...asked,
    type: z.literal('csat'),
    look: z.enum(['stars', 'smileys', 'numbers']),
    points: z.int().min(2).max(11),
    ...bound,
    ...ends,
  }),
  z.strictObject({ ...asked, type: z.literal('ces'), ...bound, ...ends }),
  z
    .strictObject({ ...asked, type: z.literal('rating'), min: point, max: point, ...bound, ...ends })
    .refine(rising, isRising)
    .refine(({ min, max }) => max - min <= 20, { path: ['max'], message: 'a rating has 21 points at most' }),
  z
    .strictObject({
      ...asked,
      type: z.literal('slider'),
      min: finite,
      max: finite,
      step: z.number().positive().max(1_000_000),
      ...bound,
      ...ends,
    })
    .refine(rising, isRising)
    .refine(({ min, max, step }) => (max - min) / step <= 10_000, {
      path: ['step'],
      message: 'a slider has 10,000 steps at most',
    }),
  z.strictObject({ ...asked, type: z.literal('yesno'), ...bound }),
  z
    .strictObject({
      ...asked,
      type: z.literal('matrix'),
      min: point,
      max: point,
      rows: z
        .array(z.strictObject({ id: idSchema, text: wordingSchema, item: itemKeySchema.exactOptional() }))
        .max(MAX_CHOICES),
      ...judged,
      ...ends,
    })
    .refine(rising, isRising)
    .refine(({ min, max }) => max - min <= 10, { path: ['max'], message: 'a matrix has 11 points at most' }),
  z.strictObject({
    ...asked,
    type: z.enum(['single', 'multiple']),
    other: z.boolean().exactOptional(),
    ...choices,
  }),
  z.strictObject({ ...asked, type: z.literal('ranking'), ...choices }),
  z.strictObject({ ...asked, type: z.enum(['short', 'long']), maxLength: z.int().min(1).max(10_000).exactOptional() }),
  z
    .strictObject({
      ...asked,
      type: z.literal('number'),
      min: finite.exactOptional(),
      max: finite.exactOptional(),
      step: z.number().positive().max(1_000_000).exactOptional(),
    })
    .refine(rising, isRising),
  z
    .strictObject({
      ...asked,
      type: z.literal('date'),
      min: z.iso.date().exactOptional(),
      max: z.iso.date().exactOptional(),
    })
    .refine(rising, isRising),
  z.strictObject({ ...asked, type: z.enum(['consent', 'statement', 'email']) }),
  z.strictObject({ ...asked, type: z.literal('contact'), fields: z.array(z.enum(CONTACT_FIELDS)).min(1).max(4) }),
]);

const pageSchema = z.strictObject({
  id: idSchema,
  title: wordingSchema.exactOptional(),
  audiences: z.array(audienceSchema).max(3).exactOptional(),
  showIf: conditionSchema.exactOptional(),
  shuffle: z.boolean().exactOptional(),
  questions: z.array(questionSchema).max(MAX_QUESTIONS),
  jumps: z
    .array(z.strictObject({ if: conditionSchema, to: idSchema }))
    .max(20)
    .exactOptional(),
});

const plainSchema = z.strictObject({
  format: z.literal('parallax-survey/1'),
  title: wordingSchema,
  languages: z.array(languageSchema).min(1).max(40),
  audiences: z.array(audienceSchema).min(1).max(3),
  pages: z.array(pageSchema).max(MAX_PAGES),
  endings: z
    .array(
      z.strictObject({
        id: idSchema,
        title: wordingSchema,
        text: wordingSchema.exactOptional(),
        redirect: redirectSchema.exactOptional(),
      }),
    )
    .min(1)
    .max(20),
  hidden: z.array(hiddenSchema).max(50),
  quotas: z
    .array(
      z.strictObject({
        id: idSchema,
        name: printable(200),
        limit: z.int().min(1).max(1_000_000_000),
        audience: audienceSchema.exactOptional(),
        if: conditionSchema.exactOptional(),
        ending: idSchema,
      }),
    )
    .max(50),
  appearance: z.strictObject({
    accent: colourSchema.exactOptional(),
    background: colourSchema.exactOptional(),
    text: colourSchema.exactOptional(),
    radius: z.int().min(0).max(40).exactOptional(),
  }),
  settings: z.strictObject({
    progress: z.boolean(),
    back: z.boolean(),
    anonymousCustomers: z.boolean(),
    askAgainAfterDays: z.int().min(1).max(3650).nullable(),
    keptAttributes: z.array(attributeSchema).max(MOST_KEPT).exactOptional(),
  }),
});

/** A whole survey: strict at every depth, ids used once, bounded in number and size. */
export const definitionSchema = plainSchema.superRefine((definition, context) => {
  for (const { path, message } of structuralProblems(definition)) {
    context.addIssue({ code: 'custom', path: [...path], message });
  }
});

/** The same for bodies of requests, which the API documents as one object with a published schema of its own. */
export const definitionInBody = z
  .record(z.string(), z.unknown())
  .transform((value, context): SurveyDefinition => {
    const result = definitionSchema.safeParse(value, { error: fieldSentence });
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues) context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  })
  .meta({ description: 'A survey: see GET /api/v1/survey-file.schema.json.' });
/** On its way out; it was checked on its way in. */
export const definitionInAnswer = z
  .custom<SurveyDefinition>()
  .meta({ description: 'A survey: see GET /api/v1/survey-file.schema.json.' });

type Found = { readonly path: readonly (string | number)[]; readonly message: string };

function structuralProblems(definition: z.infer<typeof plainSchema>): Found[] {
  const { pages, endings, quotas, hidden, languages, settings } = definition;
  const questions = pages.flatMap((page, i) =>
    page.questions.map((question, j) => ({ question, path: ['pages', i, 'questions', j] as const })),
  );
  const found: Found[] = [
    // Pages and endings are both where a jump may lead.
    ...twice([
      ...pages.map((page, i) => at(page.id, 'pages', i, 'id')),
      ...endings.map((ending, i) => at(ending.id, 'endings', i, 'id')),
    ]),
    ...twice(questions.map(({ question, path }) => at(question.id, ...path, 'id'))),
    ...twice(quotas.map((quota, i) => at(quota.id, 'quotas', i, 'id'))),
    ...twice(hidden.map((name, i) => at(name, 'hidden', i))),
    ...twice((settings.keptAttributes ?? []).map((name, i) => at(name, 'settings', 'keptAttributes', i))),
    ...(settings.keptAttributes ?? []).flatMap((name, i) =>
      hidden.includes(name)
        ? [
            {
              path: ['settings', 'keptAttributes', i],
              message: `${name} is a hidden field, too: anonymous answers keep none`,
            },
          ]
        : [],
    ),
    ...twice(languages.map((language, i) => at(language, 'languages', i))),
    ...questions.flatMap(({ question, path }) => {
      if ('choices' in question) return twice(question.choices.map(({ id }, i) => at(id, ...path, 'choices', i, 'id')));
      if ('rows' in question) return twice(question.rows.map(({ id }, i) => at(id, ...path, 'rows', i, 'id')));
      return [];
    }),
  ];
  if (questions.length > MAX_QUESTIONS) {
    found.push({ path: ['pages'], message: `hold ${questions.length} questions; ${MAX_QUESTIONS} is the most` });
  }
  if (Buffer.byteLength(JSON.stringify(definition)) > MAX_DEFINITION_BYTES) {
    found.push({ path: [], message: `is larger than ${MAX_DEFINITION_BYTES / 1024} KiB` });
  }
  return found;
}

const at = (id: string, ...path: (string | number)[]) => ({ id, path });

function twice(used: readonly { id: string; path: readonly (string | number)[] }[]): Found[] {
  const seen = new Set<string>();
  return used.flatMap(({ id, path }) => {
    if (seen.has(id)) return [{ path, message: `${id} is used twice` }];
    seen.add(id);
    return [];
  });
}

function childrenOf(condition: WritableCondition): WritableCondition[] {
  if ('all' in condition) return condition.all;
  if ('any' in condition) return condition.any;
  return 'not' in condition ? [condition.not] : [];
}

function depthOf(condition: WritableCondition): number {
  return 1 + Math.max(0, ...childrenOf(condition).map(depthOf));
}

function partsOf(condition: WritableCondition): number {
  return 1 + childrenOf(condition).reduce((sum, child) => sum + partsOf(child), 0);
}

function isHttps(address: string): boolean {
  return URL.canParse(address) && new URL(address).protocol === 'https:';
}

type DeepWritable<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer E)[]
    ? DeepWritable<E>[]
    : { -readonly [K in keyof T]: DeepWritable<T[K]> };
/** Every field there, so that one which only one side knows makes the two differ. */
type DeepRequired<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer E)[]
    ? DeepRequired<E>[]
    : { -readonly [K in keyof T]-?: DeepRequired<T[K]> };
type Fits<A extends B, B> = A;
type Checked = z.output<typeof plainSchema>;
/** Does not compile once the schema and the type drift apart, whichever of the two changes. */
export type NoDrift = [
  Fits<Checked, SurveyDefinition>,
  Fits<DeepWritable<SurveyDefinition>, Checked>,
  Fits<DeepRequired<Checked>, DeepRequired<SurveyDefinition>>,
  Fits<DeepRequired<SurveyDefinition>, DeepRequired<Checked>>,
];
