import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { testFunctions } from '../../cases/functions.ts';
import { parsePolicyTree } from '../parse/index.ts';
import { importIntercept } from './intercept.ts';

function imported(yaml: string) {
  const result = importIntercept(parseYaml(yaml));
  if (!result.ok)
    throw new Error(result.problems.map(({ pointer, message }) => `${pointer}: ${message}`).join('\n'));
  expect(parsePolicyTree(result.document, testFunctions)).toMatchObject({ ok: true });
  return result;
}

const rules = (yaml: string) =>
  imported(`version: "1"\ntools:\n  t:\n    rules:\n${yaml.replaceAll(/^/gm, '      ')}`);
const entryOf = (yaml: string) => (rules(yaml).document['tools'] as Record<string, unknown>)['t'];
const messages = (yaml: string) =>
  rules(yaml)
    .notes.map((note) => note.message)
    .join('\n');
const COUNTED = { window: 'hour', max: 5, scope: 'server', reset: 'calendar' };

describe('an Intercept policy', () => {
  it('allows what it does not list, as there', () => {
    expect(imported('version: "1"').document).toEqual({ version: '1', default: 'allow' });
    expect(
      imported('version: 1\ndescription: d\ndefault: deny\nhide: [a, b]\ntools: { t: { rules: [] } }')
        .document,
    ).toEqual({
      version: '1',
      description: 'd',
      default: 'deny',
      hide: ['a', 'b'],
      tools: { t: {} },
    });
  });

  it('requires the conditions of a rule', () => {
    expect(
      entryOf(
        '- name: small\n  conditions: [{ path: args.amount, op: lte, value: 100 }]\n  on_deny: Too much',
      ),
    ).toEqual({
      require: [
        { name: 'small', conditions: [{ path: 'args.amount', op: 'lte', value: 100 }], on_deny: 'Too much' },
      ],
    });
  });

  it('denies and asks', () => {
    expect(entryOf('- { name: n, action: deny, on_deny: Never }')).toEqual({
      action: 'deny',
      reason: 'Never',
    });
    expect(entryOf('- { action: require_approval, on_deny: Ask, approval_timeout: 1h30m }')).toEqual({
      action: 'require_approval',
      reason: 'Ask',
      approval: { timeout: 5400 },
    });
    expect(entryOf('- { action: require_approval }\n- { action: deny, on_deny: Never }')).toEqual({
      action: 'deny',
      reason: 'Never',
    });
    expect(entryOf('- { action: deny, conditions: [{ path: args.a, op: gt, value: 1 }] }')).toEqual({
      deny_if: [{ conditions: [{ path: 'args.a', op: 'gt', value: 1 }] }],
    });
    expect(
      entryOf(
        '- { action: require_approval, approval_timeout: 10m, conditions: [{ path: args.a, op: gt, value: 1 }] }',
      ),
    ).toEqual({
      require_approval_if: [{ conditions: [{ path: 'args.a', op: 'gt', value: 1 }] }],
      approval: { timeout: '10m' },
    });
  });

  it('denies whatever the order of its rules', () => {
    const deny = { action: 'deny', reason: 'Never' };
    expect(
      entryOf('- { action: deny, on_deny: Never }\n- { action: require_approval, on_deny: Ask }'),
    ).toEqual(deny);
    expect(entryOf('- { action: deny, on_deny: Never }\n- { action: deny, on_deny: Again }')).toEqual(deny);
  });

  it('limits by short forms, in calendar windows for all agents together', () => {
    expect(entryOf('- { rate_limit: 5/hour, on_deny: Slow }\n- { rate_limit: 9/day }')).toEqual({
      limits: [
        { counter: 't._rate_hour', ...COUNTED, on_deny: 'Slow' },
        { counter: 't._rate_day', ...COUNTED, window: 'day', max: 9 },
      ],
    });
    expect(entryOf('- { spend_limit: $500/day }')).toEqual({
      limits: [
        {
          counter: 't._spend_day',
          window: 'day',
          max: 500,
          scope: 'server',
          reset: 'calendar',
          increment_from: 'args.amount',
        },
      ],
    });
    expect(messages('- { rate_limit: 5/hour }')).toMatch(/all agents together/);
    expect(messages('- { spend_limit: $500/day }')).toMatch(/args\.amount was taken/);
  });

  it('limits by state, to the lowest ceiling', () => {
    const state = (conditions: string, rest = '') =>
      `- name: s\n  conditions: [${conditions}]\n  state: { counter: spent, window: hour${rest} }`;
    const at = (op: string, value: number) => `{ path: state.t.spent, op: ${op}, value: ${value} }`;
    expect(entryOf(state(at('lte', 5)))).toEqual({ limits: [{ counter: 't.spent', ...COUNTED }] });
    expect(entryOf(state(at('lt', 6)))).toEqual({ limits: [{ counter: 't.spent', ...COUNTED }] });
    expect(entryOf(state(`${at('lt', 9)}, ${at('lte', 5)}`))).toEqual({
      limits: [{ counter: 't.spent', ...COUNTED }],
    });
    expect(entryOf(state(at('lte', 5), ', increment: 2'))).toEqual({
      limits: [{ counter: 't.spent', ...COUNTED, increment: 2 }],
    });
    expect(
      entryOf(
        state(`${at('lte', 5)}, { path: args.a, op: exists, value: true }`, ', increment_from: args.cost'),
      ),
    ).toEqual({
      require: [{ name: 's', conditions: [{ path: 'args.a', op: 'exists', value: true }] }],
      limits: [{ counter: 't.spent', ...COUNTED, increment_from: 'args.cost' }],
    });
    expect(messages(state('{ path: args.a, op: exists, value: true }'))).toMatch(/without a ceiling/);
    expect(messages(state(at('lte', 5), ', increment_from: args.cost'))).toMatch(/cut the decimals/);
  });

  it('turns the rules for every tool into all_tools', () => {
    const { document } = imported(
      'version: "1"\ntools:\n  "*":\n    rules:\n      - { rate_limit: 5/hour }\n      - { action: deny, on_deny: No }\n      - { action: require_approval }',
    );
    expect(document).toEqual({
      version: '1',
      default: 'allow',
      all_tools: {
        deny_if: [{ conditions: [], on_deny: 'No' }],
        require_approval_if: [{ conditions: [] }],
        limits: [{ counter: '_global._rate_hour', ...COUNTED }],
      },
    });
  });

  it('keeps a name with brackets as one name, and null as absence', () => {
    expect(
      entryOf(
        '- conditions: [{ path: "args.a[0].b c", op: in, value: [x, null] }, { path: args.d, op: neq, value: null }]',
      ),
    ).toEqual({
      require: [
        {
          conditions: [
            { path: 'args["a[0]"]["b c"]', op: 'in', value: ['x'] },
            { path: 'args.d', op: 'exists', value: true },
          ],
        },
      ],
    });
  });

  it('refuses null where a list of refused values had it', () => {
    const any = [
      { path: 'args.a', op: 'in', value: ['x'] },
      { path: 'args.a', op: 'type', value: 'null' },
    ];
    const written = 'conditions: [{ path: args.a, op: in, value: [x, null] }] }';
    expect(entryOf(`- { action: deny, ${written}`)).toEqual({ deny_if: [{ conditions: [{ any }] }] });
    expect(entryOf(`- { action: require_approval, ${written}`)).toEqual({
      require_approval_if: [{ conditions: [{ any }] }],
    });
    expect(messages('- conditions: [{ path: args.a, op: in, value: [x, null] }]')).toMatch(/null was taken/);
  });

  it.each([
    ['compared texts', '- conditions: [{ path: args.a, op: eq, value: 1 }]', /by how they print/],
    [
      'a missing argument',
      '- { action: deny, conditions: [{ path: args.a, op: neq, value: 1 }] }',
      /missing argument made neq and not_in false/,
    ],
    ['a rule without effect', '- { name: n }', /has no effect/],
    ['a timeout beyond its bounds', '- { action: require_approval, approval_timeout: 1s }', /nearer bound/],
  ])('is noted to differ in %s', (_name, yaml, message) => {
    expect(messages(yaml)).toMatch(message);
  });

  it('is noted to have let resources through', () => {
    expect(imported('version: "1"\ndefault: deny').notes).toMatchObject([
      { message: expect.stringContaining('resources and prompts'), pointers: [''] },
    ]);
  });

  it.each([
    [
      'a condition on another counter',
      '- conditions: [{ path: state.other.n, op: lt, value: 1 }]',
      'bad_path',
      /conditions\/0/,
    ],
    [
      'a floor of its own counter',
      '- { conditions: [{ path: state.t.n, op: gt, value: 1 }], state: { counter: n, window: day } }',
      'bad_path',
      /conditions\/0/,
    ],
    ['eq with null', '- conditions: [{ path: args.a, op: eq, value: null }]', 'null_operand', /value/],
    ['an unknown operator', '- conditions: [{ path: args.a, op: like, value: x }]', 'bad_value', /op/],
    [
      'a short form with conditions',
      '- { rate_limit: 5/hour, conditions: [] }',
      'contradiction',
      /rate_limit/,
    ],
    ['a short form as a block', '- { rate_limit: { max: 1, window: 60 } }', 'bad_value', /rate_limit/],
    ['a misspelt key', '- { conditon: [] }', 'unknown_key', /conditon/],
    [
      'an operand of a wrong type',
      '- conditions: [{ path: args.a, op: gt, value: x }]',
      'bad_operand',
      /require/,
    ],
  ])('is not translated with %s', (_name, yaml, code, pointer) => {
    const result = importIntercept(
      parseYaml(`version: "1"\ntools:\n  t:\n    rules:\n${yaml.replaceAll(/^/gm, '      ')}`),
    );
    expect(result).toMatchObject({
      ok: false,
      problems: [{ code, pointer: expect.stringMatching(pointer) }],
    });
  });

  it.each([
    [null],
    ['x'],
    [[]],
    [{}],
    [{ version: '1', tools: { 'a*': { rules: [] } } }],
    [{ version: '1', tools: { t: [] } }],
  ])('is not translated from %j', (tree) => {
    expect(importIntercept(tree)).toMatchObject({ ok: false });
  });
});
