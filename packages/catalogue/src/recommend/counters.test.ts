import { expect, it } from 'vitest';
import { rateCounters } from './counters.ts';
import { recommend, suggest } from './index.ts';

const countersOf = (policy: unknown): readonly string[] =>
  [...JSON.stringify(policy).matchAll(/"counter":"([^"]+)"/g)].map((match) => match[1] ?? '');

it('tools whose names differ by the case of letters alone are counted apart', () => {
  const names = ['setUser', 'setuser', 'set_user'];
  const tools = names.map((name) => ({ name, class: 'Write' }) as const);
  const uses = names.map((name, atMs) => ({ kind: 'tool', name, grant: 'g', atMs }) as const);
  for (const { policy } of [recommend(tools), suggest(uses)]) {
    const counters = countersOf(policy);
    expect(new Set(counters).size).toBe(3);
    expect(counters.at(-1)).toBe('set_user_rate');
    for (const counter of counters) expect(counter).toMatch(/^[a-z0-9_-]+_rate$/);
  }
});

it('of one name there is one counter, whatever stands around it', () => {
  const alone = rateCounters(['setUser', 'x']).get('setUser');
  expect(alone).toBe('setuser_rate');
  const both = rateCounters(['setuser', 'setUser']);
  expect(both.get('setUser')).toBe(rateCounters(['setUser', 'a', 'setuser']).get('setUser'));
});

it('a policy for as many tools as there may be fits into a document', () => {
  const many = Array.from(
    { length: 2_000 },
    (_, at) => ({ name: `run_thing_${at}`, class: 'Execute' }) as const,
  );
  const { leftOut, policy } = recommend(many);
  const text = JSON.stringify(policy, null, 2);
  expect(text.length).toBeLessThanOrEqual(262_144);
  expect(leftOut.length + countersOf(policy).length).toBe(2_000);
});
