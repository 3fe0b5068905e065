import { describe, expect, it } from 'vitest';
import { testFunctions } from '../../cases/functions.ts';
import { parsed } from '../../cases/parsing.ts';
import { isJsonObject, type Json, type JsonObject } from '../json/json.ts';
import { type Knowledge, widensAccess } from './index.ts';

const BASE: JsonObject = {
  version: '1',
  default: 'deny',
  hide: ['delete_*'],
  all_tools: { limits: [{ counter: 'calls', window: 'minute', max: 120, scope: 'grant' }] },
  tools: {
    list: {},
    'get_*': {},
    refund: {
      validate: { schema: true },
      deny_if: [{ conditions: [{ path: 'args.amount', op: 'gt', value: 100 }] }],
      require: [{ conditions: [{ path: 'args.reason', op: 'exists', value: true }] }],
      require_approval_if: [{ conditions: [{ path: 'args.amount', op: 'gt', value: 50 }] }],
      approval: { timeout: '10m', required: 2 },
      limits: [
        { counter: 'refunds', window: 'day', max: 20, scope: 'grant' },
        { counter: 'refunded', window: 'day', max: 1000, scope: 'grant', increment_from: 'args.amount' },
      ],
    },
  },
  resources: { allow: ['docs://*'], deny: ['docs://secret/*'] },
};

const compared = (before: unknown, after: unknown, knowledge?: Knowledge) =>
  widensAccess({ before: parsed(before), after: parsed(after) }, testFunctions, knowledge);

/** A document with another value at a place; undefined takes what is there away, `-` adds to a list. */
function put(inside: Json | undefined, place: readonly string[], value: Json | undefined): Json {
  const [key = '', ...rest] = place;
  if (Array.isArray(inside)) {
    const at = key === '-' ? inside.length : Number(key);
    const list: readonly Json[] = inside;
    return [
      ...list.slice(0, at),
      rest.length === 0 ? (value ?? null) : put(list[at], rest, value),
      ...list.slice(at + 1),
    ];
  }
  const object = isJsonObject(inside) ? inside : {};
  const { [key]: found, ...others } = object;
  if (rest.length > 0) return { ...others, [key]: put(found, rest, value) };
  return value === undefined ? others : { ...others, [key]: value };
}
type Edit = readonly [place: string, value: Json | undefined];
const edited = (...edits: readonly Edit[]) =>
  edits.reduce<Json>((document, [place, value]) => put(document, place.split('/'), value), BASE);

const when = (path: string, op: string, value: Json) => ({ conditions: [{ path, op, value }] });
const REFUND = 'tools/refund';
const CALLS = 'all_tools/limits/0';

describe('an edit of every day', () => {
  it.each<[string, ...Edit[]]>([
    ['nothing'],
    ['a time zone where nothing asks for the time', ['time_zone', 'Europe/Berlin']],
    ['a rule that refuses more', [`${REFUND}/deny_if/-`, when('args.to', 'eq', 'x')]],
    ['another requirement', [`${REFUND}/require/-`, when('args.to', 'eq', 'x')]],
    ['a lower bound', [`${REFUND}/deny_if/0`, when('args.amount', 'gt', 50)]],
    ['gte for gt', [`${REFUND}/deny_if/0`, when('args.amount', 'gte', 100)]],
    [
      'a requirement for a refusal',
      [`${REFUND}/deny_if`, undefined],
      [`${REFUND}/require/-`, when('args.amount', 'lte', 100)],
    ],
    ['a hidden tool', ['hide/-', 'list']],
    ['a lower limit', [`${CALLS}/max`, 60]],
    ['a longer window', [`${CALLS}/window`, 'hour']],
    ['one limit more', ['all_tools/limits/-', { counter: 'more', window: 'day', max: 1 }]],
    ['one tool less', ['tools/list', undefined]],
    ['a pattern less', ['tools/get_*', undefined]],
    ['a pattern in place of a wider one', ['tools/get_*', undefined], ['tools/get_x_*', {}]],
    ['an action deny', [`${REFUND}/action`, 'deny']],
    ['an approval', ['tools/list/action', 'require_approval']],
    ['a stricter approval', [`${REFUND}/approval/required`, 3]],
    ['approval of less', [`${REFUND}/require_approval_if/0`, when('args.amount', 'gt', 5)]],
    ['a resource less', ['resources/deny/-', 'docs://private/*']],
    ['a refusal of all', [`${REFUND}/deny_if`, [{ conditions: [] }]], [`${REFUND}/limits`, []]],
    ['words', ['description', 'x'], [`${REFUND}/reason`, 'y']],
  ])('does not widen access: %s', (_name, ...edits) => {
    expect(compared(BASE, edited(...edits))).toEqual({ verdict: 'no', how: 'exact', widened: [], tried: 0 });
  });

  it.each<[string, string, ...Edit[]]>([
    ['another tool', '/tools/send', ['tools/send', {}]],
    ['another pattern', '/tools/put_*', ['tools/put_*', {}]],
    ['a higher limit', `/${REFUND}/limits/refunds`, [`${REFUND}/limits/0/max`, 21]],
    ['a higher sum', `/${REFUND}/limits/refunded`, [`${REFUND}/limits/1/max`, 1001]],
    ['a limit less', '/all_tools/limits/calls', ['all_tools', undefined]],
    ['a shorter window', '/all_tools/limits/calls', [`${CALLS}/window`, 'second']],
    ['a calendar window', '/all_tools/limits/calls', [`${CALLS}/reset`, 'calendar']],
    ['a narrower scope', '/all_tools/limits/calls', [`${CALLS}/scope`, 'session']],
    ['a renamed counter', '/all_tools/limits/calls', [`${CALLS}/counter`, 'called']],
    ['more at once', '/all_tools/limits/calls', [CALLS, { counter: 'calls', concurrent: 2 }]],
    [
      'a limit on fewer calls',
      `/${REFUND}/limits/refunds`,
      [`${REFUND}/limits/0/when`, when('args.amount', 'gt', 1).conditions],
    ],
    ['a counter that may fail', `/${REFUND}/limits/refunds`, [`${REFUND}/limits/0/on_store_error`, 'allow']],
    ['a rule less', `/${REFUND}/deny_if/args.amount-gt`, [`${REFUND}/deny_if`, []]],
    [
      'a higher bound',
      `/${REFUND}/deny_if/args.amount-gt`,
      [`${REFUND}/deny_if/0`, when('args.amount', 'gt', 100.5)],
    ],
    ['a requirement less', `/${REFUND}/require/args.reason-exists`, [`${REFUND}/require`, []]],
    ['no validation', `/${REFUND}/validate/schema`, [`${REFUND}/validate`, undefined]],
    ['less approval', `/${REFUND}/require_approval_if/args.amount-gt`, [`${REFUND}/require_approval_if`, []]],
    ['fewer approvers needed', `/${REFUND}/approval/required`, [`${REFUND}/approval/required`, 1]],
    [
      'other approvers',
      `/${REFUND}/approval/approvers`,
      [`${REFUND}/approval/approvers`, ['ann@example.com', 'bob@example.com']],
    ],
    ['self approval', `/${REFUND}/approval/self`, [`${REFUND}/approval/self`, true]],
    ['more time', `/${REFUND}/approval/timeout`, [`${REFUND}/approval/timeout`, '1h']],
    ['a memory', `/${REFUND}/approval/remember`, [`${REFUND}/approval/remember`, '1h']],
    ['default allow', '/default', ['default', 'allow']],
    ['what was hidden', '/hide', ['hide', []]],
    ['a resource', '/resources/allow', ['resources/allow/-', 'mail://*']],
    ['a secret', '/resources/deny', ['resources/deny', []]],
    ['prompts', '/prompts/allow', ['prompts', { allow: ['*'] }]],
  ])('widens access, with a witness: %s', (_name, pointer, ...edits) => {
    const found = compared(BASE, edited(...edits));
    expect(found).toMatchObject({ verdict: 'yes', how: 'witness' });
    const own = found.widened.filter((one) => one.pointer === pointer);
    expect(own.map(({ witness }) => witness?.kind)).toContain(
      pointer.startsWith('/resources') || pointer.startsWith('/prompts') ? 'access' : 'call',
    );
  });
});

describe('patterns', () => {
  const tools = (some: Json, more: JsonObject = {}) => ({
    version: '1',
    default: 'deny',
    tools: { '*': { action: 'deny' }, 'get_*': some, ...more },
  });

  it('of which one is within the other are told apart', () => {
    const rule = { deny_if: [when('args.a', 'eq', 'x')] };
    expect(compared(tools(rule), tools({}))).toMatchObject({
      verdict: 'yes',
      widened: [{ pointer: '/tools/get_*/deny_if/args.a-eq', witness: { call: { args: { a: 'x' } } } }],
    });
    expect(compared(tools({}), tools(rule))).toMatchObject({ verdict: 'no' });
  });

  it('apply again to the names of an entry that is gone', () => {
    const own = { get_x: { action: 'deny' } };
    expect(compared(tools({}, own), tools({}))).toMatchObject({
      verdict: 'yes',
      widened: [{ pointer: '/tools/get_*', witness: { call: { tool: { name: 'get_x' } } } }],
    });
  });
});

describe('where the tools are known', () => {
  const tool = (name: string, inputSchema: JsonObject = { type: 'object' }) => ({
    name,
    annotations: {},
    inputSchema,
  });

  it('only they matter', () => {
    const more = edited(['tools/put_*', {}]);
    expect(compared(BASE, more, { tools: [tool('list'), tool('refund')] })).toMatchObject({ verdict: 'no' });
    expect(compared(BASE, more, { tools: [tool('list'), tool('put_x')] })).toMatchObject({
      verdict: 'yes',
      widened: [{ witness: { call: { tool: { name: 'put_x' } } } }],
    });
  });

  it('a witness has arguments that the schema of its tool takes', () => {
    const inputSchema = {
      type: 'object',
      properties: {
        amount: { type: 'integer' },
        reason: { enum: ['broken', 'late'] },
        to: { type: 'string', minLength: 3 },
      },
      required: ['to', 'amount'],
      additionalProperties: false,
    };
    const found = compared(BASE, edited([`${REFUND}/deny_if`, []]), { tools: [tool('refund', inputSchema)] });
    expect(found.widened[0]?.witness).toMatchObject({
      call: { args: { amount: 101, reason: 'broken', to: 'xxx' } },
      before: { outcome: 'deny' },
      after: { outcome: 'approve' },
    });
  });
});
