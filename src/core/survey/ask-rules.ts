import type { Condition } from './definition.ts';
import { holds } from './flow.ts';
import type { Device, Moments, Repeat } from './moments.ts';

/**
 * Whether a person is asked now. The rules are gates in a fixed order, the first that closes decides (RULES, and
 * docs/methods/asking.md). Two clocks: days since this person was asked for any survey, over all channels, and days
 * since the last ask for this survey. Both count from the person's own last ask in spans of 24 hours; never in calendar
 * windows, in which two asks of one person can fall on both sides of a border.
 */

export const RULES = [
  'opted_out',
  'quarantined',
  'off',
  'not_published',
  'not_started',
  'ended',
  'enough_answers',
  'device',
  'language',
  'attributes',
  'segment',
  'answered',
  'this_survey',
  'any_survey',
  'share',
  'site_cap',
  'asked',
  // Of waves alone: who is not in the sample, mail that does not reach somebody, and whom their own answers would give away.
  'not_drawn',
  'no_address',
  'bounced',
  'alone',
] as const;
export type AskRule = (typeof RULES)[number];

export interface AskFacts {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** IANA name; days are days there. */
  readonly timeZone: string;
  /** Least days between two asks of one person for any survey; 0: no such rule. */
  readonly anySurveyDays: number;
  readonly survey: {
    readonly repeat: Repeat;
    /** Nobody knows who has answered: "until answered" becomes "once". */
    readonly anonymous: boolean;
  };
  readonly person: PersonFacts;
  /**
   * This is part of an ask that was granted before, such as a reminder: only what the person wants still counts, and
   * whether they are in quarantine.
   */
  readonly granted?: boolean;
  /** Of somebody on a website; left out where a wave decided itself whom it asks. */
  readonly visit?: VisitFacts;
}

export interface PersonFacts {
  readonly optedOut: boolean;
  /** The last day of it; null: for good. */
  readonly quarantine?: { readonly until: string | null };
  /** The last ask for any survey, this one included. */
  readonly lastAny?: LastAsk;
  readonly lastThis?: LastAsk;
  /** Has answered this survey, as far as that is known. */
  readonly answered: boolean;
  readonly attributes: Readonly<Record<string, string>>;
}
export interface LastAsk {
  readonly at: number;
  readonly survey: string;
  readonly channel: string;
}

export interface VisitFacts {
  readonly moments: Moments;
  readonly published: boolean;
  /** Responses of customers so far. */
  readonly answers: number;
  /** Null: not known, as in a preview; such a gate stays open. */
  readonly device: Device | null;
  readonly language: string | null;
  /** The segments of the target; one that is gone is left out, and nobody is in it. */
  readonly segments: readonly { readonly name: string; readonly if: Condition }[];
  /** From 0 up to 1, always the same for one person, survey and `samplePeriod`. */
  readonly draw: number;
  readonly site: { readonly dailyCap: number | null; readonly askedToday: number };
}

export interface AskDecision {
  readonly ask: boolean;
  readonly rule: AskRule;
  /** With the numbers and dates that it rests on. */
  readonly because: string;
  /** Where it is a matter of time: from then on this rule is open. Milliseconds since 1970. */
  readonly notBefore?: number;
}

const DAY = 86_400_000;

/** Decides by the first gate that closes. Asking more seldom, of fewer or later never turns a no into a yes. */
export function decideAsk(facts: AskFacts): AskDecision {
  const byPerson = personGate(facts);
  if (facts.granted)
    return byPerson ?? { ask: true, rule: 'asked', because: 'Part of an ask that was granted before.' };
  const closed = byPerson ?? (facts.visit && surveyGate(facts, facts.visit)) ?? clockGate(facts) ?? lastGate(facts);
  return closed ?? { ask: true, rule: 'asked', because: askedBecause(facts) };
}

const no = (rule: AskRule, because: string, notBefore?: number): AskDecision => ({
  ask: false,
  rule,
  because,
  ...(notBefore !== undefined && { notBefore }),
});

function personGate({ person, now, timeZone }: AskFacts): AskDecision | undefined {
  if (person.optedOut) return no('opted_out', 'Does not want to be asked any more.');
  const { quarantine } = person;
  if (quarantine?.until === null) return no('quarantined', 'In quarantine for good.');
  if (quarantine?.until && dayIn(now, timeZone) <= quarantine.until) {
    // The day after, when it has begun everywhere on Earth.
    return no('quarantined', `In quarantine until ${quarantine.until}.`, Date.parse(quarantine.until) + 1.5 * DAY);
  }
  return undefined;
}

function surveyGate({ person, now, timeZone }: AskFacts, visit: VisitFacts): AskDecision | undefined {
  const { moments, answers, device, language } = visit;
  const { target, from, until, cap } = moments;
  if (!moments.on) return no('off', 'Asking is switched off.');
  if (!visit.published) return no('not_published', 'The survey is not published, or not for customers.');
  const today = dayIn(now, timeZone);
  if (from && today < from) return no('not_started', `Asking begins on ${from}.`);
  if (until && today > until) return no('ended', `Asking ended on ${until}.`);
  if (cap !== null && answers >= cap) {
    return no('enough_answers', `There are ${answers} responses; ${cap} are enough.`);
  }
  if (device && target.devices.length > 0 && !target.devices.includes(device)) {
    return no('device', `The device is ${device}; asked is on ${listed(target.devices)}.`);
  }
  if (language !== null && target.languages.length > 0 && !speaks(language, target.languages)) {
    return no('language', `The language is ${language || 'not known'}; asked is in ${listed(target.languages)}.`);
  }
  const state = { answers: {}, hidden: {}, attributes: person.attributes };
  if (target.if && !holds(target.if, state)) return no('attributes', 'The attributes do not meet the condition.');
  if (target.segments.length > 0 && !visit.segments.some((segment) => holds(segment.if, state))) {
    const names = visit.segments.map(({ name }) => `“${name}”`);
    return no('segment', names.length > 0 ? `Not in ${listed(names)}.` : 'The segment does not exist any more.');
  }
  return undefined;
}

function clockGate({ person, survey, anySurveyDays, now, timeZone }: AskFacts): AskDecision | undefined {
  const { lastAny, lastThis } = person;
  const repeat: Repeat = survey.anonymous && survey.repeat.kind === 'until_answered' ? { kind: 'once' } : survey.repeat;
  if (repeat.kind === 'until_answered' && person.answered) return no('answered', 'Has answered this survey.');
  if (lastThis && repeat.kind === 'once') {
    return no('this_survey', `${asked(lastThis, now, timeZone)} for this survey; it asks each person once.`);
  }
  if (lastThis && 'days' in repeat && now - lastThis.at < repeat.days * DAY) {
    const rule = `at least ${days(repeat.days)} between two asks for this survey`;
    return no(
      'this_survey',
      `${asked(lastThis, now, timeZone)}; ${rule}, ${notBefore(lastThis, repeat.days, timeZone)}`,
      lastThis.at + repeat.days * DAY,
    );
  }
  if (lastAny && now - lastAny.at < anySurveyDays * DAY) {
    const rule = `at least ${days(anySurveyDays)} between any two surveys`;
    const before = `${asked(lastAny, now, timeZone)} in “${lastAny.survey}” ${channelInWords(lastAny.channel)}`;
    const because = `${before}; ${rule}, ${notBefore(lastAny, anySurveyDays, timeZone)}`;
    return no('any_survey', because, lastAny.at + anySurveyDays * DAY);
  }
  return undefined;
}

function lastGate({ visit }: AskFacts): AskDecision | undefined {
  if (!visit) return undefined;
  const { moments, draw, site } = visit;
  if (draw * 100 >= moments.share) {
    return no('share', `Not drawn: ${moments.share} % of persons are asked, this one's number is ${percent(draw)}.`);
  }
  if (site.dailyCap !== null && site.askedToday >= site.dailyCap) {
    return no('site_cap', `${site.askedToday} were asked on this site today; ${site.dailyCap} a day are the most.`);
  }
  return undefined;
}

function askedBecause({ person, visit, now, timeZone, anySurveyDays }: AskFacts): string {
  const { lastAny } = person;
  const rule = anySurveyDays > 0 ? `, at least ${days(anySurveyDays)} between any two surveys` : '';
  const before = lastAny ? `${asked(lastAny, now, timeZone)} in “${lastAny.survey}”${rule}` : 'Not asked before';
  const share = visit && visit.moments.share < 100 ? `; drawn among ${visit.moments.share} %` : '';
  return `${before}${share}.`;
}

/**
 * The period for which one draw of a person holds: for good where a survey asks once, otherwise one span of the
 * repetition, counted from 1970, so that whoever was not drawn gets another chance in the next.
 */
export function samplePeriod(repeat: Repeat, now: number): number {
  if (repeat.kind === 'once') return 0;
  return Math.floor(now / DAY / ('days' in repeat ? Math.max(1, repeat.days) : 1));
}

/** How often a survey asks where its moments say nothing: `askAgainAfterDays` of its settings. */
export function repeatOf(askAgainAfterDays: number | null): Repeat {
  return askAgainAfterDays === null ? { kind: 'once' } : { kind: 'every', days: askAgainAfterDays };
}

/**
 * How often a wave asks that repeats by itself: in place of "once" and "until answered" of the survey, yet never more
 * often than the survey allows.
 *
 * @param days from a person's last ask for the survey to the next
 */
export function repeatOfWave(survey: Repeat, days: number): Repeat {
  return { kind: 'every', days: 'days' in survey ? Math.max(days, survey.days) : days };
}

/** The day, YYYY-MM-DD, that it is in a time zone. */
export function dayIn(at: number, timeZone: string): string {
  const known = formats.get(timeZone);
  const format =
    known ??
    new Intl.DateTimeFormat('en-CA', {
      timeZone,
      calendar: 'gregory',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
  if (!known) formats.set(timeZone, format);
  return format.format(at);
}
// Making one takes longer than deciding; there are a few hundred zones at most.
const formats = new Map<string, Intl.DateTimeFormat>();

function asked(last: LastAsk, now: number, timeZone: string): string {
  const ago = Math.floor((now - last.at) / DAY);
  const day = dayIn(last.at, timeZone);
  if (ago < 1) return `Asked less than a day ago (${day})`;
  return `Asked ${days(ago)} ago (${day})`;
}

const notBefore = (last: LastAsk, span: number, timeZone: string) =>
  `so not before ${dayIn(last.at + span * DAY, timeZone)}.`;
const days = (n: number) => (n === 1 ? '1 day' : `${n} days`);
const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
const listed = (names: readonly string[]) => names.join(' or ');
const speaks = (language: string, wanted: readonly string[]) =>
  wanted.some((one) => `${language.toLowerCase()}-`.startsWith(`${one.toLowerCase()}-`));

function channelInWords(channel: string): string {
  const words: Record<string, string> = {
    mail: 'by e-mail',
    web: 'on a website',
    app: 'in an app',
    sms: 'by text message',
  };
  return Object.hasOwn(words, channel) ? (words[channel] ?? '') : `by ${channel}`;
}

/** Rules about the survey itself: they hold for everybody, so that no number of people belongs before their words. */
const OF_THE_SURVEY: readonly AskRule[] = ['off', 'not_published', 'not_started', 'ended', 'enough_answers'];
export const isOfSurvey = (rule: AskRule): boolean => OF_THE_SURVEY.includes(rule);

/** What a rule means for a survey and `n` people whom it decides about: the lines of a preview. */
export function ruleInWords(
  rule: AskRule,
  n: number,
  { moments, repeat, anySurveyDays }: { moments: Moments; repeat: Repeat; anySurveyDays: number },
): string {
  const [are, have, were, doNot] = n === 1 ? ['is', 'has', 'was', 'does not'] : ['are', 'have', 'were', 'do not'];
  switch (rule) {
    case 'opted_out':
      return `${doNot} want to be asked any more`;
    case 'quarantined':
      return `${are} in quarantine`;
    case 'off':
      return 'asking is switched off';
    case 'not_published':
      return 'the survey is not published, or not for customers';
    case 'not_started':
      return `asking begins on ${moments.from}`;
    case 'ended':
      return `asking ended on ${moments.until}`;
    case 'enough_answers':
      return moments.cap === 1 ? '1 response is there' : `${moments.cap} responses are there`;
    case 'device':
      return `${are} not on ${listed(moments.target.devices)}`;
    case 'language':
      return `${doNot} read ${listed(moments.target.languages)}`;
    case 'attributes':
      return `${doNot} meet the condition on attributes`;
    case 'segment':
      return `${are} in none of the segments`;
    case 'answered':
      return `${have} answered this survey`;
    case 'this_survey':
      return 'days' in repeat
        ? `${were} asked for this survey in the last ${days(repeat.days)}`
        : `${were} asked for this survey before`;
    case 'any_survey':
      return `${were} asked for some survey in the last ${days(anySurveyDays)}`;
    case 'share':
      return `${are} not among the ${moments.share} % who are drawn`;
    case 'site_cap':
      return 'came when the site had reached its most asks of a day';
    case 'asked':
      return 'would be asked';
    case 'no_address':
      return `${have} no e-mail address`;
    case 'bounced':
      return `${have} an address that does not work`;
    case 'not_drawn':
      return `${are} not in the sample of the wave`;
    case 'alone':
      return 'would be alone with what the answers keep';
  }
}
