import type { AskRule } from '../../core/survey/ask-rules.ts';

/** How each rule of asking is called on screen; in the API and the methods stands its code. */
const RULE_NAMES: Readonly<Record<AskRule, string>> = {
  opted_out: 'does not want to be asked',
  quarantined: 'in quarantine',
  off: 'asking is switched off',
  not_published: 'survey not published',
  not_started: 'before the first day',
  ended: 'after the last day',
  enough_answers: 'enough responses',
  device: 'device',
  language: 'language',
  attributes: 'condition on attributes',
  segment: 'segments',
  answered: 'answered already',
  this_survey: 'days between two asks for this survey',
  any_survey: 'days between two asks for any survey',
  share: 'share of persons',
  site_cap: 'most asks a day of the site',
  asked: 'no rule against it',
  not_drawn: 'not drawn into the sample',
  no_address: 'no e-mail address',
  bounced: 'mail does not arrive',
  alone: 'nobody else shares what the answers keep',
};

/** The code itself where an older log has a rule that is none any more. */
export function ruleName(rule: string): string {
  return Object.hasOwn(RULE_NAMES, rule) ? RULE_NAMES[rule as AskRule] : rule.replaceAll('_', ' ');
}
