import { triggerInWords } from '../../core/survey/moments.ts';
import { KINDS } from './address-rules.tsx';
import { TEST_NAMES } from './attribute-tests.tsx';
import { POSITIONS } from './look-fields.tsx';
import type { Part } from './merge.ts';
import { COMPARISONS } from './property-tests.tsx';
import type { Moments, Trigger } from './queries.ts';
import { DEVICE_NAMES } from './target-fields.tsx';

/** Names of segments and sites by id. */
export type Names = ReadonlyMap<string, string>;

/** What a part says, in lines, so that two people's can be told apart. */
export function partInWords(part: Part, moments: Moments, names: Names): string[] {
  const { target } = moments;
  const named = (ids: readonly string[]) => ids.map((id) => names.get(id) ?? 'one that was deleted');
  switch (part) {
    case 'on':
      return [moments.on ? 'asks' : 'asks nobody'];
    case 'triggers':
      return moments.triggers.length === 0 ? ['none'] : moments.triggers.map(wholeTrigger);
    case 'attributes':
      return target.if === null ? ['none'] : conditionInWords(target.if);
    case 'segments':
      return target.segments.length === 0 ? ['everybody'] : named(target.segments);
    case 'devices':
      return target.devices.length === 0 ? ['all'] : target.devices.map((device) => DEVICE_NAMES[device]);
    case 'languages':
      return [target.languages.join(', ') || 'all'];
    case 'sites':
      return moments.sites === null ? ['all sites'] : named(moments.sites);
    case 'look':
      return lookInWords(moments.look);
    case 'days':
      return [`${moments.from ?? 'from now on'} – ${moments.until ?? 'no end'}`];
    case 'repeat':
      return [repeatInWords(moments.repeat)];
    case 'share':
      return [`${moments.share} %`];
    case 'cap':
      return [moments.cap === null ? 'no end' : String(moments.cap)];
    case 'priority':
      return [String(moments.priority)];
  }
}

function wholeTrigger(trigger: Trigger): string {
  const pages = trigger.pages.map(({ is, value }) => `${KINDS[is]} ${value}`).join(' or ');
  const where = trigger.kind === 'event' ? trigger.where : [];
  const tests = where.map(({ property, is, value }) => `${property} ${COMPARISONS[is]} ${value}`).join(' and ');
  return [
    triggerInWords(trigger),
    ...(tests ? [`where ${tests}`] : []),
    ...(trigger.kind === 'abandonment' && trigger.seconds !== null ? [`within ${trigger.seconds} s`] : []),
    ...(trigger.kind === 'abandonment' && trigger.leaving ? ['or about to leave before that'] : []),
    ...(pages ? [`on pages whose address ${pages}`] : []),
  ].join(', ');
}

type Condition = NonNullable<Moments['target']['if']>;

function conditionInWords(condition: Condition): string[] {
  if ('all' in condition) return condition.all.flatMap(conditionInWords);
  if ('any' in condition) return [condition.any.flatMap(conditionInWords).join(' or ')];
  if ('not' in condition) return [`not (${conditionInWords(condition.not).join(' and ')})`];
  const { key, is, value } = condition;
  return [[key, TEST_NAMES[is], ...(value === undefined ? [] : [[value].flat().join(', ')])].join(' ')];
}

function lookInWords({ style, position, into, delay }: Moments['look']): string[] {
  const where = { embed: `in the element ${into}`, popup: 'a window', slide: 'a card that slides in' }[style];
  return [style === 'embed' ? where : `${where}, ${POSITIONS[position]}`, `${delay} s after the trigger`];
}

function repeatInWords(repeat: Moments['repeat']): string {
  switch (repeat?.kind) {
    case undefined:
      return 'as the survey says';
    case 'once':
      return 'once';
    case 'always':
      return 'whenever they may be asked at all';
    case 'every':
      return `again after ${repeat?.days} days`;
    case 'until_answered':
      return `again after ${repeat?.days} days, until they answer`;
  }
}
