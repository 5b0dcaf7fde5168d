import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { ENDINGS } from './hostile-plant.ts';
import type { Planted } from './hostile-world.ts';

/** Each view of the dashboard with how many of the texts can be read there at least. */
export function allViews(workspace: string, planted: Planted): Record<string, number> {
  const home = `/w/${workspace}`;
  const survey = `${home}/surveys/${planted.survey}`;
  return {
    [home]: 300,
    [`${home}/touchpoints/${planted.touchpoint}`]: 3,
    [`${home}/journeys`]: 300,
    [`${home}/journeys/touchpoints/${planted.touchpoint}`]: 10,
    [`${home}/journeys/teams`]: 300,
    [`${home}/surveys`]: 300,
    [survey]: 200,
    [`${survey}?question=q2`]: 30,
    [`${survey}?question=q4&device=desktop`]: 20,
    [`${survey}?part=logic`]: 20,
    ...Object.fromEntries(Array.from({ length: ENDINGS }, (_, i) => [`${survey}?ending=e${i}&device=widget`, 55])),
    [`${survey}?audience=staff&device=mail`]: 1,
    [`${survey}/ask`]: 300,
    [`${survey}/answers`]: 20,
    [`${survey}/waves`]: 300,
    [`${survey}/waves/${planted.wave}`]: 20,
    [`${survey}/moments`]: 5,
    [`${home}/asking`]: 300,
    [`${home}/asking/log`]: 1,
    [`${home}/contacts`]: 50,
    [`${home}/contacts/${planted.contact}`]: 300,
    [`${home}/contacts/segments`]: 300,
    [`${home}/contacts/quarantine`]: 300,
    [`${home}/contacts/import/${planted.contactImport}`]: 300,
    [`${home}/imports`]: 1,
    [`${home}/imports/${planted.import}`]: 300,
    [`${home}/members`]: 0,
    [`${home}/members/api-keys`]: 300,
    [`${home}/members/audit`]: 1,
    [`${home}/settings`]: 1,
    [`${home}/settings/mail`]: 0,
    [`${home}/settings/webhooks`]: 10,
    [`${home}/settings/webhooks/${planted.webhook}`]: 1,
    [`${home}/methods`]: 0,
    '/account': 0,
    '/workspaces': 0,
  };
}

/** Views of people without an account: `addresses of ours, made by others` opens them. */
const PUBLIC = ['/', '/sign-in', '/setup', '/invite', '/unsubscribe'];

/** Views that the router has and these addresses do not open. */
export function viewsBeside(addresses: readonly string[]): string[] {
  const source = readFileSync(path.resolve(import.meta.dirname, '../../src/web/router.tsx'), 'utf8');
  const made = [
    ...source.matchAll(/const (\w+) = createRoute\(\{\s*getParentRoute: \(\) => (\w+),\s*(?:path|id): '([^']+)'/g),
  ];
  expect(made).toHaveLength(source.split('createRoute({').length - 1);
  const parents = new Map(made.map(([, name = '', parent = '', own = '']) => [name, { parent, own }]));
  const whole = (name: string): string => {
    const route = parents.get(name);
    return route ? `${whole(route.parent)}/${route.own.startsWith('/') ? route.own : ''}` : '';
  };
  const tidy = (address: string) => `/${address.split('/').filter(Boolean).join('/')}`;
  const looked = addresses.map((address) => tidy(address.replace(/\?.*/, '')));
  return [...parents.keys()]
    .map((name) => tidy(whole(name)))
    .filter((route) => !PUBLIC.includes(route))
    .filter((route) => {
      const pattern = new RegExp(`^${route.replace(/\$\w+/g, '[^/]+')}$`);
      return !looked.some((address) => pattern.test(address));
    });
}
