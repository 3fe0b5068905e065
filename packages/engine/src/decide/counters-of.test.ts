import { describe, expect, it } from 'vitest';
import { testFunctions } from '../../cases/functions.ts';
import { call, limit, path, policy } from '../../cases/samples.ts';
import type { Limit } from '../policy.ts';
import { type Call, compilePolicy, countersOf, decide } from './index.ts';

const KNOWN = { organization: 'o1', serverId: 's1', grantId: 'g1' };

/** The counter that a call takes of a limit, or undefined when it has none of the counters that the limit is said to have. */
function counterOf(scope: Limit['scope'], rest: Partial<Call> = {}): string | undefined {
  const limited = limit('rate', { scope });
  const compiled = compilePolicy(policy({ t: { limits: [limited] } }), testFunctions);
  const { demands } = decide(compiled, call('t', { to: 'x', n: 1 }, rest));
  const key = demands[0]?.key;
  if (key === undefined) throw new Error('expected a demand, found none');
  const counters = countersOf(limited, KNOWN);
  if (counters.kind === 'one') return counters.key === key ? key : undefined;
  return key.startsWith(counters.prefix) && counters.matches(key) ? key : undefined;
}

const GRANT_2: Partial<Call> = { grant: { id: 'g2', name: 'other', labels: {} } };
const SERVER_2: Partial<Call> = { server: { id: 's2', name: 'other' } };

describe('the counters of a limit', () => {
  it('are one where all that it is counted by is known', () => {
    for (const scope of [['grant'], ['server'], ['organization'], ['server', 'grant']] as const) {
      expect(countersOf(limit('rate', { scope }), KNOWN).kind, scope.join()).toBe('one');
      expect(counterOf(scope), scope.join()).toBeDefined();
    }
  });

  it('are many where it is counted by what only a call has', () => {
    for (const scope of [['session'], [path('args.to')], ['grant', path('args.to')]] as const) {
      expect(countersOf(limit('rate', { scope }), KNOWN).kind).toBe('many');
      expect(counterOf(scope)).toBeDefined();
      expect(counterOf(scope, { args: { to: 'another' }, session: 'another' })).toBeDefined();
    }
  });

  it('are not those of another grant, server or organisation', () => {
    for (const scope of [['grant'], ['grant', path('args.to')]] as const) {
      for (const other of [GRANT_2, SERVER_2, { organization: 'o2' }])
        expect(counterOf(scope, other), JSON.stringify(other)).toBeUndefined();
    }
    expect(counterOf(['server'], GRANT_2)).toBeDefined();
  });

  it('are not those of another limit, however alike their names are', () => {
    const keys = new Set<string>();
    for (const [counter, scope] of [
      ['rate', [path('args.to')]],
      ['rate2', [path('args.to')]],
      ['rate', [path('args.n')]],
      ['rate', ['session']],
    ] as const) {
      const limited = limit(counter, { scope });
      const compiled = compilePolicy(policy({ t: { limits: [limited] } }), testFunctions);
      keys.add(decide(compiled, call('t', { to: 'x', n: 1 })).demands[0]?.key ?? '');
    }
    const counters = countersOf(limit('rate', { scope: [path('args.to')] }), KNOWN);
    if (counters.kind === 'one') throw new Error('expected many counters, found one');
    expect([...keys].filter(counters.matches)).toHaveLength(1);
  });

  it('are none whose keys have no such form', () => {
    const counters = countersOf(limit('rate', { scope: ['session'] }), KNOWN);
    if (counters.kind === 'one') throw new Error('expected many counters, found one');
    const key = '2:o12:s17:session1:x6:window4:rate';
    expect(counters.matches(key)).toBe(true);
    for (const odd of [
      '',
      '12',
      '-2:',
      'x:y',
      ':',
      `${key}:`,
      `${key}2:`,
      key.slice(0, -1),
      `0:${key}`,
      `${key}0:`,
    ])
      expect(counters.matches(odd), odd).toBe(false);
  });
});
