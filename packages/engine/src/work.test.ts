import { describe, expect, it } from 'vitest';
import { testFunctions } from '../cases/functions.ts';
import type { Call } from './decide/decision.ts';
import { compilePolicy, decide } from './decide/index.ts';
import type { Json, JsonObject } from './json/json.ts';
import { parsePolicyTree } from './parse/index.ts';

/** Milliseconds that no decision may take; about a quarter of it is what the longest takes on a machine that does nothing else. */
const LONGEST_MS = 1_000;

const RULES = 100;
const CONDITIONS = 50;
/** The longest text that a request may hold. */
const LENGTH = 2 ** 20;
const text = (words: string) => words.repeat(Math.ceil(LENGTH / words.length)).slice(0, LENGTH);
const many = <Item>(length: number, make: (index: number) => Item) =>
  Array.from({ length }, (_, index) => make(index));

/** Texts of 500 characters that repeat nothing, as long as all of a request. */
function texts(alphabet: string): readonly string[] {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return alphabet[(state >> 8) % alphabet.length] ?? '';
  };
  return many(LENGTH / 512, () => many(500, next).join(''));
}

type Hostile = { readonly op: string; readonly value: Json; readonly x: Json; readonly each?: true };

/** For each operator whose work grows with the arguments: what keeps it busy longest and comes to nothing in the end. */
const HOSTILE: Readonly<Record<string, Hostile>> = {
  'regex, one text': {
    op: 'regex',
    value: '[a-z]+@[a-z]+\\.[c]om',
    x: text('abc@def ghi. ').slice(0, 700_000),
  },
  'regex, many states': { op: 'regex', value: 'a.{50}[cd]', x: texts('ab'), each: true },
  'regex, long program': { op: 'regex', value: '(a|b)*a(a|b){200}[cd]', x: texts('ab'), each: true },
  'regex, either case': { op: 'regex', value: '(?i)a.{100}[cd]', x: texts('abAB'), each: true },
  'regex, beyond ASCII': { op: 'regex', value: '\\pL{1,200}[èé]', x: texts('abëü'), each: true },
  contains: { op: 'contains', value: 'a'.repeat(200), x: text(`${'a'.repeat(199)}b`) },
  'contains, elements': { op: 'contains', value: 'x', x: many(9_000, (index) => index) },
  'contains, arrays': { op: 'contains', value: many(200, () => 1), x: many(50, () => many(190, () => 1)) },
  'glob, folding case': { op: 'glob', value: '*ab*ba*c', x: text('αβΒΑ') },
  'ends_with, folding case': { op: 'ends_with', value: 'x', x: text('αβΒΑ') },
  'eq, folding case': { op: 'eq', value: 'x', x: text('αβΒΑ') },
  'in, arrays': {
    op: 'in',
    value: many(50, (index) => [1, index]),
    x: many(3_000, () => [1, -1]),
    each: true,
  },
  length: { op: 'length_lt', value: 5, x: text('😀') },
  'length of an object': {
    op: 'length_lt',
    value: 5,
    x: Object.fromEntries(many(9_000, (index) => [`key ${index}`, index])),
  },
  path_within: { op: 'path_within', value: '/srv', x: text('/a') },
  'path_within, many folders': {
    op: 'path_within',
    value: many(2_000, (index) => `/srv/${index}`),
    x: many(9_000, (index) => `/srv/a/${index}`),
    each: true,
  },
  host_in: { op: 'host_in', value: 'a.example', x: `http://b.example/${text('a')}`.slice(0, LENGTH) },
  'cidr_in, many ranges': {
    op: 'cidr_in',
    value: many(2_000, (index) => `10.${index % 256}.0.0/16`),
    x: many(9_000, (index) => `11.0.0.${index % 256}`),
    each: true,
  },
  elements: { op: 'gt', value: 5, x: many(9_000, () => 1), each: true },
};

function policyOf({ op, value, each }: Hostile, ignoreCase: boolean): JsonObject {
  const path = each ? 'args.x[*]' : 'args.x';
  const condition = { path, op, value, ...(ignoreCase ? { ignore_case: true } : {}) };
  const rule = { conditions: [{ any: many(CONDITIONS - 1, () => condition) }] };
  // A document has its own bound.
  const fitting = Math.floor(200_000 / CONDITIONS / JSON.stringify(condition).length) + 1;
  const rules = many(Math.min(RULES, fitting), () => rule);
  return { version: '1', default: 'deny', tools: { t: { deny_if: rules } } };
}

function callWith(x: Json): Call {
  return {
    tool: { name: 't', annotations: {} },
    args: { x },
    grant: { id: 'g', name: 'g', labels: {} },
    server: { id: 's', name: 's' },
    organization: 'o',
    session: 'g',
    client: {},
    nowMs: 0,
  };
}

describe('the longest decision', () => {
  it.each(Object.entries(HOSTILE))(`of %s ends within ${LONGEST_MS} ms`, (name, hostile) => {
    const parsed = parsePolicyTree(policyOf(hostile, name.endsWith('folding case')), testFunctions);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems.slice(0, 3)));
    const policy = compilePolicy(parsed.policy, testFunctions);
    const call = callWith(hostile.x);
    const startedAt = performance.now();
    const { outcome, message } = decide(policy, call).decision;
    const tookMs = performance.now() - startedAt;
    console.log(`${name}: ${Math.round(tookMs)} ms`);
    expect({ outcome, message }).toEqual({ outcome: 'deny', message: expect.stringContaining('more work') });
    expect(tookMs).toBeLessThan(LONGEST_MS);
  });
});

const KEYED = Object.fromEntries(many(9_800, (index) => [`key ${index}`, 1]));
const IGNORING_CASE = { ignore_case: true };

/** Comparisons of a call's arrays and objects, each of which costs little or is more than what is left. */
const LARGE: Readonly<Record<string, { readonly asked: JsonObject; readonly x: Json }>> = {
  'an object among objects': { asked: { op: 'in', value: many(80, (index) => ({ a: index })) }, x: KEYED },
  'elements that are objects': { asked: { op: 'contains', value: { a: 1 } }, x: [KEYED] },
  'elements that are many': { asked: { op: 'contains', value: [1] }, x: many(4_900, () => ({ b: 1 })) },
  'the keys of an object': { asked: { op: 'length_lt', value: 5 }, x: KEYED },
  'an object without case': { asked: { op: 'eq', value: { a: 1 }, ...IGNORING_CASE }, x: KEYED },
  'elements without case': {
    asked: { op: 'contains', value: [1], ...IGNORING_CASE },
    x: many(4_900, () => ({ b: 'x' })),
  },
};

describe('a decision that looks again and again', () => {
  it.each(Object.entries(LARGE))(`at %s ends within ${LONGEST_MS} ms`, (_, { asked, x }) => {
    const condition = { path: 'args.x', ...asked };
    // What is not known of it does not end the rule, so that all rules are looked at.
    const otherwise = { path: 'tool.name', op: 'eq', value: 't' };
    const rule = { conditions: [{ any: [...many(CONDITIONS - 1, () => condition), otherwise] }] };
    const fitting = Math.floor(250_000 / JSON.stringify(rule).length);
    const require = many(Math.min(RULES, fitting), () => rule);
    const parsed = parsePolicyTree(
      { version: '1', default: 'deny', tools: { t: { require } } },
      testFunctions,
    );
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems.slice(0, 3)));
    const policy = compilePolicy(parsed.policy, testFunctions);
    const startedAt = performance.now();
    expect(decide(policy, callWith(x)).decision.outcome).toBe('allow');
    expect(performance.now() - startedAt).toBeLessThan(LONGEST_MS);
  });
});
