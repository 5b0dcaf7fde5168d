import type { Page, Question, SurveyDefinition } from '../survey/definition.ts';
import { cut, idFrom, languageOf, surveyOf, wordingOf } from './make.ts';
import { type Format, FormatError, type Loss, type ReadSurvey } from './neutral.ts';
import { fewerPages, requireQuestions, withSoundJumps } from './page-jumps.ts';
import { convertField, type TypeformField } from './typeform-fields.ts';
import { type Known, readJumps } from './typeform-logic.ts';
import { at, isMap, listAt, textAt } from './values.ts';

const MOST_FIELDS = 1_000;

/** A form as Typeform's own interface gives it (`GET /forms/{id}`). */
export const typeformForm: Format = {
  id: 'typeform-form',
  name: 'Typeform form (JSON)',
  detect: (file) => {
    const form = file.json();
    const own = ['thankyou_screens', 'welcome_screens', '_links', 'theme', 'workspace', 'settings'];
    return (
      isMap(form) &&
      typeof at(form, 'title') === 'string' &&
      textAt(form, 'fields', 0, 'type') !== '' &&
      own.some((name) => Object.hasOwn(form, name))
    );
  },
  readSurvey: (file) => readForm(file.json()),
};

function readForm(form: unknown): ReadSurvey {
  const losses: Loss[] = [];
  const language = languageOf(at(form, 'settings', 'language'));
  const known: Known = { fields: new Map(), hidden: hiddenNames(form, losses) };
  const reader = new FormReader(language, known, losses);
  const pages = [...reader.welcome(form), ...listAt(form, 'fields').flatMap((field) => reader.page(field))];
  if (reader.read > MOST_FIELDS) throw new FormatError('The form has more than 1,000 fields; it was not read.');
  const endings = endingsOf(form, reader, losses);
  const pageOf = new Map(pages.flatMap((page) => page.questions.map(({ id }): [string, string] => [id, page.id])));
  const jumps = readJumps(form, { ...known, pageOf, groups: reader.groups, endings: endings.ids }, losses);
  const jumping = pages.map((page) => {
    const own = jumps.get(page.id);
    return own ? { ...page, jumps: own } : page;
  });
  const name = cut(textAt(form, 'title'), 200) || 'Typeform';
  const parts = {
    title: name,
    language,
    pages: fewerPages(jumping, losses),
    endings: endings.list,
    hidden: known.hidden,
  };
  const made = surveyOf(parts, losses);
  const progress = at(form, 'settings', 'show_progress_bar') !== false;
  const definition = { ...made, settings: { ...made.settings, progress } };
  losses.push(...lossesOf(form));
  return { name, definition: requireQuestions(withSoundJumps(definition, losses)), losses };
}

const MOST_WELCOMES = 3;
const MOST_ENDINGS = 20;
const MOST_HIDDEN = 50;

/** What belongs to no field. */
function lossesOf(form: unknown): Loss[] {
  const screens = [...listAt(form, 'welcome_screens'), ...listAt(form, 'thankyou_screens')];
  const endings = listAt(form, 'thankyou_screens').length;
  const welcomes = listAt(form, 'welcome_screens').length;
  const found: [boolean, string][] = [
    [screens.some((screen) => isMap(at(screen, 'attachment'))), 'Pictures and videos of its screens are not shown.'],
    [welcomes > MOST_WELCOMES, `Of its ${welcomes} welcome screens the first ${MOST_WELCOMES} are kept.`],
    [endings > MOST_ENDINGS, `Of its ${endings} endings the first ${MOST_ENDINGS} are kept.`],
    [
      at(form, 'settings', 'notifications', 'respondent', 'enabled') === true,
      'Its mail to whoever has answered is not sent.',
    ],
    [at(form, 'settings', 'is_public') === false, 'It was closed over there; here it is open once it is published.'],
  ];
  return found.filter(([holds]) => holds).map(([, message]) => ({ question: null, message }));
}

function hiddenNames(form: unknown, losses: Loss[]): string[] {
  const names = listAt(form, 'hidden').filter((name) => typeof name === 'string');
  const kept = [...new Set(names)].filter(
    (name) => /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name) && !(name in Object.prototype),
  );
  if (kept.length < names.length)
    losses.push({ question: null, message: 'Some hidden fields have names that cannot be kept.' });
  if (kept.length > MOST_HIDDEN)
    losses.push({ question: null, message: `Of its ${kept.length} hidden fields the first ${MOST_HIDDEN} are kept.` });
  return kept.slice(0, MOST_HIDDEN);
}

/** The first screen that the form's author wrote is where the last page leads; Typeform's own one comes last. */
function endingsOf(form: unknown, reader: FormReader, losses: Loss[]) {
  const screens = listAt(form, 'thankyou_screens')
    .filter((screen) => textAt(screen, 'ref') !== 'default_tys')
    .slice(0, MOST_ENDINGS);
  const ids = new Map<string, string>();
  const list = screens.map((screen, i): SurveyDefinition['endings'][number] => {
    const id = `end_${i + 1}`;
    for (const name of ['ref', 'id']) if (textAt(screen, name)) ids.set(textAt(screen, name), id);
    const redirect = textAt(screen, 'properties', 'redirect_url');
    const safe = URL.canParse(redirect) && new URL(redirect).protocol === 'https:' && redirect.length <= 2_000;
    if (redirect && !safe)
      losses.push({ question: null, message: 'The address after an ending is no https address and is left out.' });
    const text = textAt(screen, 'properties', 'description');
    return {
      id,
      title: reader.wording(textAt(screen, 'title') || 'Thank you.', null),
      ...(text && { text: reader.wording(text, null) }),
      ...(safe && { redirect }),
    };
  });
  const first = list[0]?.id ?? 'end';
  ids.set('default_tys', first);
  if (list.length > 0) return { ids, list };
  // Without a screen of its own the form may lead to an address at once.
  const redirect = textAt(form, 'settings', 'redirect_after_submit_url');
  const safe = URL.canParse(redirect) && new URL(redirect).protocol === 'https:' && redirect.length <= 2_000;
  if (redirect && !safe)
    losses.push({ question: null, message: 'The address after the end is no https address and is left out.' });
  return { ids, list: [{ id: first, title: wordingOf('Thank you.', reader.language), ...(safe && { redirect }) }] };
}

/** Reads fields in their order, so that texts can only name what was asked before. */
class FormReader {
  readonly language: string;
  /** Ref of a group → its page. */
  readonly groups = new Map<string, string>();
  read = 0;
  private readonly known: Known;
  private readonly losses: Loss[];

  constructor(language: string, known: Known, losses: Loss[]) {
    this.language = language;
    this.known = known;
    this.losses = losses;
  }

  welcome(form: unknown): Page[] {
    return listAt(form, 'welcome_screens')
      .slice(0, MOST_WELCOMES)
      .flatMap((screen, i) => {
        const text = [textAt(screen, 'title'), textAt(screen, 'properties', 'description')]
          .filter(Boolean)
          .join('\n\n');
        const id = `welcome_${i + 1}`;
        return text
          ? [{ id, questions: [{ id: `${id}_text`, type: 'statement', text: this.wording(text, null) }] }]
          : [];
      });
  }

  /** One field is one page; a group is a page with all that is in it. */
  page(written: unknown): Page[] {
    const type = textAt(written, 'type');
    const ref = textAt(written, 'ref') || textAt(written, 'id');
    if (!GROUPS.has(type)) {
      const questions = this.questions(written);
      return questions.length > 0 ? [{ id: idFrom(`page_${questions[0]!.id}`), questions }] : [];
    }
    const inner = listAt(written, 'properties', 'fields').flatMap((field) => this.questions(field));
    if (inner.length === 0) return [];
    const id = idFrom(`page_${inner[0]!.id}`);
    this.groups.set(ref, id);
    const title = textAt(written, 'title');
    const text = textAt(written, 'properties', 'description');
    const intro: Question[] = text
      ? [{ id: idFrom(`${ref}_text`), type: 'statement', text: this.wording(text, title) }]
      : [];
    return [{ id, ...(title && { title: this.wording(title, title) }), questions: [...intro, ...inner] }];
  }

  private questions(written: unknown, depth = 0): Question[] {
    this.read += 1;
    const ref = textAt(written, 'ref') || textAt(written, 'id');
    const title = textAt(written, 'title');
    const name = title.slice(0, 80) || ref;
    if (!isMap(written) || ref === '' || this.read > MOST_FIELDS) return [];
    const type = textAt(written, 'type');
    if (GROUPS.has(type)) {
      if (depth > 3) {
        this.losses.push({ question: name, message: 'It nests deeper than groups do here and is left out.' });
        return [];
      }
      return listAt(written, 'properties', 'fields').flatMap((field) => this.questions(field, depth + 1));
    }
    const help = textAt(written, 'properties', 'description');
    const field: TypeformField = {
      written,
      type,
      language: this.language,
      base: {
        id: idFrom(ref),
        text: this.wording(title || ref, name),
        ...(help && { help: this.wording(help, name) }),
        ...(at(written, 'validations', 'required') === true && { required: 'yes' }),
      },
      lose: (message) => this.losses.push({ question: name, message }),
    };
    const questions = convertField(field);
    const first = questions[0];
    if (first && questions.length === 1) this.known.fields.set(ref, first);
    if (isMap(at(written, 'attachment'))) field.lose('Its picture or video is not shown.');
    return questions;
  }

  /** A text with Typeform's placeholders turned into ours; scores and what was not asked before are left out and told. */
  wording(text: string, question: string | null) {
    const filled = cut(text, 8_000).replace(
      /\{\{(field|hidden|var):([^{}|]{1,100})\}\}/g,
      (_, of: string, name: string) => {
        const asked = of === 'field' ? this.known.fields.get(name) : undefined;
        if (asked) return `{{answer:${asked.id}|}}`;
        if (of === 'hidden' && this.known.hidden.includes(name)) return `{{hidden:${name}|}}`;
        this.losses.push({ question, message: `A text names {{${of}:${name}}}, which is left out.` });
        return '';
      },
    );
    return wordingOf(filled, this.language);
  }
}

const GROUPS = new Set(['group', 'inline_group', 'contact_info', 'address']);
