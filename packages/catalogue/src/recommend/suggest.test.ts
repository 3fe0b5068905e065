import { compilePolicy, decideWithLedgers, openLedgers, parsePolicy } from '@boomgate/engine';
import { engineFunctions } from '@boomgate/server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suggest, type Use } from './index.ts';

const tool = (name: string, atMs: number, grant = 'g'): Use => ({ kind: 'tool', name, grant, atMs });

function parsed(uses: readonly Use[]) {
  const { policy } = suggest(uses);
  const result = parsePolicy(JSON.stringify(policy), engineFunctions);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return compilePolicy(result.policy, engineFunctions);
}

/** How many of these calls the policy that is suggested for others lets through. */
function allowed(uses: readonly Use[], calls: readonly Use[]): number {
  const [policy, ledgers] = [parsed(uses), openLedgers()];
  return calls.filter(({ atMs, grant, name }) => {
    const call = {
      tool: { name, annotations: {} },
      args: {},
      grant: { id: grant, name: grant, labels: {} },
      server: { id: 's', name: 's' },
      organization: 'default',
      session: grant,
      client: {},
      nowMs: atMs,
    };
    return decideWithLedgers(policy, call, ledgers).outcome === 'allow';
  }).length;
}

describe('the suggested policy', () => {
  it('names what was used, and nothing else', () => {
    const uses: Use[] = [
      tool('read', 0),
      { kind: 'prompt', name: 'greet', grant: 'g', atMs: 1 },
      { kind: 'resource', name: 'file:///a', grant: 'g', atMs: 2 },
    ];
    expect(suggest(uses).policy).toEqual({
      version: '1',
      default: 'deny',
      tools: { read: { limits: [{ counter: 'read_rate', window: 'minute', max: 1, scope: 'grant' }] } },
      resources: { allow: ['file:///a'] },
      prompts: { allow: ['greet'] },
    });
    expect(allowed(uses, [tool('write', 0)])).toBe(0);
  });

  it('allows a rate that 99 of 100 calls kept to, whatever grant made them', () => {
    const steady = Array.from({ length: 3_000 }, (_, at) => tool('read', at * 20_000));
    const burst = Array.from({ length: 20 }, (_, at) => tool('read', 90_000_000 + at));
    const { tools } = suggest([...steady, ...burst]);
    expect(tools).toEqual([{ tool: 'read', calls: 3_020, perMinute: 4 }]);
    expect(allowed(steady, steady)).toBe(3_000);
    const two = ['g', 'h'].flatMap((grant) => Array.from({ length: 5 }, (_, at) => tool('read', at, grant)));
    expect(suggest(two).tools[0]?.perMinute).toBe(5);
  });

  it.each([
    [1, 1],
    [3, 5],
    [10, 10],
    [11, 20],
    [210, 500],
  ])('rounds %i in a minute up to %i', (count, max) => {
    const uses = Array.from({ length: count }, (_, at) => tool('t', at));
    expect(JSON.stringify(suggest(uses).policy)).toContain(`"max":${max},`);
  });

  it('leaves out what would open more than was used', () => {
    const { leftOut, policy } = suggest([tool('get*', 0), tool('__proto__', 1), tool('ok', 2)]);
    expect(leftOut).toEqual(['get*', '__proto__']);
    expect(Object.keys((policy as { tools: object }).tools)).toEqual(['ok']);
  });

  it('asks a person for a tool of which one approved a use', () => {
    const uses = [tool('pay', 0), { ...tool('pay', 1), approved: true }, tool('read', 2)];
    expect(suggest(uses).policy).toMatchObject({
      tools: { pay: { action: 'require_approval', limits: [{ max: 2 }] }, read: { limits: [{ max: 1 }] } },
    });
    expect(allowed(uses, uses)).toBe(1);
  });

  it('is a policy of whatever was used', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.constantFrom('tool', 'resource', 'prompt'))), (all) => {
        parsed(all.map(([name, kind], atMs) => ({ name, kind, atMs, grant: 'g', approved: atMs % 2 === 1 })));
      }),
    );
  });
});
