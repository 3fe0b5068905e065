import { compilePolicy, parsePolicy } from '@boomgate/engine';
import { expect, it } from 'vitest';
import { engineFunctions } from '../functions/index.ts';
import type { PolicyInForce, Registry } from '../proxy/index.ts';
import type { RegistryNews } from './asks.ts';
import { RegistryReader, RegistryTeller } from './registry-news.ts';

function policyOf(text: string, version = 1): PolicyInForce {
  const parsed = parsePolicy(text, engineFunctions);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { policy } = parsed;
  return { name: 'p', version, policy, compiled: compilePolicy(policy, engineFunctions) };
}

const registry = (policy: PolicyInForce): ReadonlyMap<string, Registry> =>
  new Map([['default', { servers: new Map(), policies: new Map([['p', policy]]), isStopped: false }]]);
// A cast: what comes out has the shape of what went in.
const sent = (news: readonly RegistryNews[]) => JSON.parse(JSON.stringify(news)) as readonly RegistryNews[];

it('tells the text of a policy once, as long as it is in force', () => {
  const teller = new RegistryTeller();
  const one = policyOf('{"version":"1","default":"deny","tools":{"t":{}}}');
  const other = policyOf('{"version":"1","default":"deny"}', 2);
  const hasText = [one, one, other, one].map((policy) => {
    const [news] = teller.newsOf(registry(policy));
    return news?.policies[0]?.text !== undefined;
  });
  expect(hasText).toEqual([true, false, true, true]);
});

it('is read as what was told, and compiled once', () => {
  const teller = new RegistryTeller();
  const reader = new RegistryReader();
  const text =
    '{"version":"1","default":"deny","tools":{"t":{"limits":[{"counter":"c","max":2,"window":"hour"}]}}}';
  const told = { ...policyOf(text, 7), server: 's' };
  const read = () =>
    reader
      .read(sent(teller.newsOf(registry(told))))
      .get('default')
      ?.policies.get('p');
  const [first, second] = [read(), read()];
  expect(first).toMatchObject({ name: 'p', version: 7, server: 's', policy: told.policy });
  expect(second).toBe(first);
});

it('does not go on with a policy that cannot be read', () => {
  const policies = [{ number: 1, name: 'p', version: 1, text: '{"version":"1"' }];
  const news = [{ organization: 'default', isStopped: false, servers: [], policies }];
  expect(() => new RegistryReader().read(news)).toThrow('cannot be read');
});
