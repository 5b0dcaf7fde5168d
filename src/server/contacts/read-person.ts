import { isAudience } from '../../core/perspective.ts';
import { beginning } from '../../core/storable-text.ts';
import type { ContactMapping, ContactRole, ShownRemark } from './import-schema.ts';
import { emailSchema, isTimeZone, languageSchema, type NewContact } from './schema.ts';

const MOST_CHARACTERS = 200;
const MOST_ATTRIBUTES = 100;

const NAMES: readonly [ContactRole, RegExp][] = [
  ['email', /^(e-?mail|mail)([ _-]?(address|adresse))?$|^correo|^courriel/i],
  [
    'key',
    /^(id|key|(customer|contact|client|person(nel)?|employee|staff|user|member|kunden?)[ _-]?(id|no|nr|number|key|nummer)|external[ _-]?id)$/i,
  ],
  ['name', /^(full[ _-]?|display[ _-]?|contact[ _-]?)?name$|^(nombre|nom|naam)( complet[oe]?)?$|^volledige naam$/i],
  ['language', /^(language|lang|locale|sprache|idioma|langue|taal)$/i],
  ['timeZone', /^(time[ _-]?zone|tz|zeitzone)$/i],
  ['audience', /^(audience|zielgruppe)$/i],
  ['consent', /^(consent|opt[ _-]?in|einwilligung|gdpr)$/i],
];
/** The halves of a name, as they are joined. */
const FIRST_NAME = /^(first|given|fore)[ _-]?names?$|^vorname$|^nombre$|^prénom$|^prenom$|^voornaam$/i;
const LAST_NAME =
  /^(last|family|sur)[ _-]?names?$|^(nach|familien)name$|^apellidos?$|^nom( de famille)?$|^achternaam$/i;

/** What the columns of a list of people probably are; whatever says nothing of itself becomes an attribute. */
export function guessContactMapping(columns: readonly string[]): ContactMapping {
  const taken = new Set<ContactRole>();
  const parts = [FIRST_NAME, LAST_NAME].map((pattern) => columns.findIndex((column) => pattern.test(column.trim())));
  const inParts = parts.every((place) => place >= 0);
  if (inParts) taken.add('name');
  const guessed = columns.map((column, i): { role: ContactRole } => {
    if (inParts && parts.includes(i)) return { role: 'name' };
    const role = NAMES.find(([one, pattern]) => !taken.has(one) && pattern.test(column.trim()))?.[0] ?? 'attribute';
    if (role !== 'attribute') taken.add(role);
    return { role };
  });
  // Nothing names a person: the first column is the best guess, and the person looks at it.
  if (!taken.has('key') && !taken.has('email') && !taken.has('name') && guessed[0]) guessed[0] = { role: 'key' };
  return { audience: 'customer', columns: guessed, consent: null, withoutId: 'reject' };
}

const YES = /^(1|y|yes|true|ja|j|oui|o|s[ií]|on|x)$/i;
const NO = /^(0|n|no|false|nein|non|nee|off)$/i;

export interface ReadRow {
  /** Undefined where the row is rejected. */
  readonly person: NewContact | undefined;
  readonly rejections: readonly ShownRemark[];
  /** What is left out of a row that is stored. */
  readonly notes: readonly ShownRemark[];
  /** Neither a key nor an address: nobody will know this person again. */
  readonly withoutId: boolean;
}

/** Wishes of a person that are left out where they can't be read: the person counts for more. */
const WISHES: ReadonlySet<ContactRole> = new Set(['language', 'timeZone']);

/** One row of a list as a person, or what is wrong with it. */
export function readPerson(
  cells: readonly string[],
  rowNumber: number,
  columns: readonly string[],
  mapping: ContactMapping,
): ReadRow {
  const rejections: ShownRemark[] = [];
  const notes: ShownRemark[] = [];
  const person: NewContact = {
    audience: mapping.audience,
    key: null,
    email: null,
    name: null,
    attributes: {},
    language: null,
    timeZone: null,
    consent: mapping.consent,
  };
  const refuse = (column: string, text: string, reason: string, among = rejections) =>
    among.push({ row: rowNumber, column, value: beginning(text, MOST_SHOWN), reason });
  for (const [i, { role, attribute }] of mapping.columns.entries()) {
    const column = columns[i] ?? '';
    const text = (cells[i] ?? '').trim();
    if (text === '' || role === 'none') continue;
    const reason =
      text.length > MOST_CHARACTERS && role !== 'email' ? TOO_LONG : put(person, role, attribute ?? column, text);
    if (reason) refuse(column, text, reason, WISHES.has(role) ? notes : rejections);
  }
  const beyond = cells.slice(columns.length).find((cell) => cell.trim() !== '');
  // One separator too many moves all that follows into wrong columns.
  if (beyond !== undefined)
    refuse('', beyond, `More cells than the ${columns.length} columns: is a separator inside one?`);
  const withoutId = rejections.length === 0 && !person.key && !person.email;
  if (withoutId && !person.name) refuse('', '', 'Neither a key nor an e-mail address nor a name.');
  else if (withoutId && mapping.withoutId === 'reject') refuse('', person.name ?? '', ANEW);
  const rejected = rejections.length > 0;
  return {
    person: rejected ? undefined : person,
    rejections,
    notes: rejected ? [] : notes,
    withoutId: withoutId && person.name !== null,
  };
}
const MOST_SHOWN = 80;
const ANEW = 'Neither a key nor an e-mail address: each import would add this person anew.';
const TOO_LONG = `Longer than ${MOST_CHARACTERS} characters.`;

function put(person: NewContact, role: ContactRole, attribute: string, text: string): string | undefined {
  switch (role) {
    case 'key':
      person.key = text;
      return undefined;
    case 'name': {
      // First and last name stand in two columns of most lists.
      const parts = FIRST_NAME.test(attribute.trim()) ? [text, person.name] : [person.name, text];
      const name = parts.filter((part) => part !== null).join(' ');
      if (name.length > MOST_CHARACTERS) return TOO_LONG;
      person.name = name;
      return undefined;
    }
    case 'email': {
      const email = emailSchema.safeParse(text);
      if (!email.success) return 'This is no e-mail address.';
      person.email = email.data;
      return undefined;
    }
    case 'language': {
      const language = languageSchema.safeParse(
        LANGUAGE_WORDS.get(text.toLowerCase()) ??
          text.replaceAll('_', '-').replace(/^[A-Za-z]+/, (tag) => tag.toLowerCase()),
      );
      if (!language.success) return 'This is no language such as en, de or pt-BR.';
      person.language = language.data;
      return undefined;
    }
    case 'timeZone':
      if (!isTimeZone(text)) return 'This is no time zone such as Europe/Berlin.';
      person.timeZone = text;
      return undefined;
    case 'audience': {
      const audience = AUDIENCE_WORDS.get(text.toLowerCase()) ?? text.toLowerCase();
      if (!isAudience(audience)) return 'This is no audience: customer, staff or leadership.';
      person.audience = audience;
      return undefined;
    }
    case 'consent':
      if (!YES.test(text) && !NO.test(text)) return 'This is neither yes nor no.';
      person.consent = { to: '', source: 'import', ...person.consent, given: YES.test(text) };
      return undefined;
    default:
      if (Object.keys(person.attributes).length >= MOST_ATTRIBUTES) return `More than ${MOST_ATTRIBUTES} attributes.`;
      person.attributes[beginning(attribute, MOST_CHARACTERS)] = text;
      return undefined;
  }
}
const AUDIENCE_WORDS = new Map([
  ['customers', 'customer'],
  ['leader', 'leadership'],
  ['leaders', 'leadership'],
  ['employee', 'staff'],
  ['employees', 'staff'],
]);

const LANGUAGES =
  'ar bg bn ca cs da de el en es et fa fi fr ga he hi hr hu id is it ja ko lb lt lv ms mt nb nl nn no pl pt ro ru sk sl sq sr sv th tr uk ur vi zh';
/** German, Deutsch, allemand …: each language by its name in itself and in those that mails have words for. */
const LANGUAGE_WORDS = new Map(
  LANGUAGES.split(' ').flatMap((tag) =>
    ['en', 'de', 'es', 'fr', 'nl', tag].map((reader): [string, string] => [
      (new Intl.DisplayNames(reader, { type: 'language' }).of(tag) ?? tag).toLowerCase(),
      tag,
    ]),
  ),
);
