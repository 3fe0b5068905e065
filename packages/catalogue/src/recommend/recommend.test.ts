import { compilePolicy, decide, parsePolicy } from '@boomgate/engine';
import { engineFunctions } from '@boomgate/server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLASSES, type ToolClass } from '../classes/index.ts';
import { type Classified, recommend } from './index.ts';

function parsed(tools: readonly Classified[]) {
  const { policy, leftOut } = recommend(tools);
  const result = parsePolicy(JSON.stringify(policy), engineFunctions);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return { policy: result.policy, warnings: result.warnings, leftOut };
}

function outcome(tools: readonly Classified[], name: string): string {
  const compiled = compilePolicy(parsed(tools).policy, engineFunctions);
  const call = {
    tool: { name, annotations: {} },
    args: {},
    grant: { id: 'g', name: 'g', labels: {} },
    server: { id: 's', name: 's' },
    organization: 'default',
    session: 'g',
    client: {},
    nowMs: 0,
  };
  return decide(compiled, call).decision.outcome;
}

const ONE_OF_EACH = CLASSES.map((name) => ({ name: `do_${name}`, class: name }));

describe('the recommended policy', () => {
  it('counts tools apart whose names have nothing that a counter may have', () => {
    const { policy } = parsed(['検索', '追加', 'ns/x', 'ns_x'].map((name) => ({ name, class: 'Write' })));
    const counters = [...policy.tools.values()].map(({ limits }) => limits[0]?.counter);
    expect(new Set(counters).size).toBe(4);
  });

  it.each([
    ['long', ['create', 'update'].map((end) => `${'update_record_of_'.repeat(8)}${end}`)],
    [
      'in another script',
      ['作成', '更新'].map((end) => `データベースのテーブルにある一つの行を新しく${end}`),
    ],
  ])('counts tools apart whose names are %s and begin alike', (_, names) => {
    const { policy } = parsed(names.map((name) => ({ name, class: 'Write' })));
    const counters = [...policy.tools.values()].map(({ limits }) => limits[0]?.counter ?? '');
    expect(new Set(counters).size).toBe(2);
    for (const counter of counters) expect(counter).toMatch(/_rate$/);
  });

  it('for comfy_cancel_generation is exactly that of its page', () => {
    expect(recommend([{ name: 'comfy_cancel_generation', class: 'Execute' }]).policy).toEqual({
      version: '1',
      default: 'deny',
      tools: {
        comfy_cancel_generation: {
          limits: [{ counter: 'comfy_cancel_generation_rate', window: 'minute', max: 10, scope: 'grant' }],
        },
      },
    });
  });

  it('follows the table of classes', () => {
    expect(recommend(ONE_OF_EACH).policy).toEqual({
      version: '1',
      default: 'deny',
      hide: ['do_Destructive'],
      tools: {
        do_Read: {},
        do_Write: { limits: [{ counter: 'do_write_rate', window: 'minute', max: 30, scope: 'grant' }] },
        do_Execute: { limits: [{ counter: 'do_execute_rate', window: 'minute', max: 10, scope: 'grant' }] },
        do_Financial: { action: 'require_approval' },
      },
    });
  });

  it.each([
    ['Read', 'allow'],
    ['Write', 'allow'],
    ['Execute', 'allow'],
    ['Destructive', 'hide'],
    ['Financial', 'approve'],
  ] satisfies [ToolClass, string][])('decides a first call of a %s tool as %s', (toolClass, expected) => {
    expect(outcome(ONE_OF_EACH, `do_${toolClass}`)).toBe(expected);
  });

  it('refuses whatever is not in it', () => {
    expect(outcome(ONE_OF_EACH, 'other')).toBe('deny');
  });

  it('takes the worse class of two tools of one name', () => {
    const twice = [
      { name: 'a', class: 'Destructive' },
      { name: 'a', class: 'Read' },
    ] as const;
    expect(outcome(twice, 'a')).toBe('hide');
  });

  it('never names a pattern: a tool called * opens nothing', () => {
    const tools = [{ name: '*', class: 'Read' }] as const;
    expect(recommend(tools).leftOut).toEqual(['*']);
    expect(outcome(tools, 'other')).toBe('deny');
  });

  it('parses without warnings for any tools, but of odd names that servers have given to them', () => {
    const tool = fc.record({ name: fc.string({ unit: 'binary' }), class: fc.constantFrom(...CLASSES) });
    fc.assert(
      fc.property(fc.array(tool, { maxLength: 20 }), (tools) => {
        expect(parsed(tools).warnings.filter(({ code }) => code !== 'bad_name')).toEqual([]);
      }),
      { seed: Number(process.env['BOOMGATE_SEED'] ?? 20261126), numRuns: 200 },
    );
  });

  it('has room for as many tools as a policy, and names those that are left out', () => {
    const many = Array.from({ length: 2_001 }, (_, at) => ({ name: `t${at}`, class: 'Read' }) as const);
    expect(parsed(many).leftOut).toEqual(['t2000']);
  });
});
