import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryDocument } from '../../cases/arbitrary-document.ts';
import { testFunctions } from '../../cases/functions.ts';
import type { JsonObject } from '../json/json.ts';
import { OPERATORS } from '../policy.ts';
import { parsePolicyTree } from './index.ts';

const file = new URL('../../schema/boomgate-policy-1.schema.json', import.meta.url);
const schema = JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false });
const validate = ajv.compile(schema);

const entry = (body: object) => ({ version: '1', default: 'deny', tools: { t: body } });
const condition = (body: object) => entry({ deny_if: [{ conditions: [body] }] });
const limit = (body: object) => entry({ limits: [{ counter: 'c', window: 'minute', max: 1, ...body }] });

/** Documents that both must refuse. What spans places, and patterns that do not compile, only the parser can see. */
const REFUSED: Readonly<Record<string, unknown>> = {
  'a list': [],
  'no version': { default: 'deny' },
  'a version that is a number': { version: 1, default: 'deny' },
  'no default': { version: '1' },
  'another default': { version: '1', default: 'ask' },
  'an unknown key': { version: '1', default: 'deny', defualt: 1 },
  'an unknown key of an entry': entry({ deny_fi: [] }),
  'an unknown key of all_tools': { version: '1', default: 'deny', all_tools: { rate_limit: '1/minute' } },
  'a name under tools that is empty': { version: '1', default: 'deny', tools: { '': {} } },
  'hide that is a text': { version: '1', default: 'deny', hide: '*' },
  'an action of no kind': entry({ action: 'log' }),
  'rules beside deny_if': entry({ rules: [], deny_if: [] }),
  'an unknown key of a listed rule': entry({ rules: [{ conditions: [] }] }),
  'a rule without conditions': entry({ deny_if: [{ on_deny: 'x' }] }),
  'an unknown key of a rule': entry({ deny_if: [{ conditions: [], reason: 'x' }] }),
  'a condition without a value': condition({ path: 'args.a', op: 'eq' }),
  'an unknown operator': condition({ path: 'args.a', op: 'equals', value: 1 }),
  'a path without a root': condition({ path: 'amount', op: 'eq', value: 1 }),
  'a path with a slip after its root': condition({ path: 'args.items[x]', op: 'eq', value: 1 }),
  'a path of 33 segments': condition({ path: `args${'.a'.repeat(33)}`, op: 'eq', value: 1 }),
  'an amount of every element': limit({ increment_from: 'args.items[*].price' }),
  'any and all at once': condition({ any: [{ path: 'args.a', op: 'eq', value: 1 }], all: [] }),
  'any of nothing': condition({ any: [] }),
  'not of a list': condition({ not: [] }),
  'eq with null': condition({ path: 'args.a', op: 'eq', value: null }),
  'in with null': condition({ path: 'args.a', op: 'in', value: [1, null] }),
  'in with a text': condition({ path: 'args.a', op: 'in', value: 'a' }),
  'gt with a text': condition({ path: 'args.a', op: 'gt', value: '1' }),
  'exists with a text': condition({ path: 'args.a', op: 'exists', value: 'true' }),
  'a type of no kind': condition({ path: 'args.a', op: 'type', value: 'text' }),
  'a length below zero': condition({ path: 'args.a', op: 'length_gt', value: -1 }),
  'no folder at all': condition({ path: 'args.a', op: 'path_within', value: [] }),
  'a relative folder': condition({ path: 'args.a', op: 'path_within', value: 'srv/data' }),
  'a network folder': condition({ path: 'args.a', op: 'path_within', value: ['/srv', '\\\\server\\share'] }),
  'ignore_case with a number': condition({ path: 'args.a', op: 'gt', value: 1, ignore_case: true }),
  'a window of no kind': limit({ window: 'minutes' }),
  'a window of no length': limit({ window: 0 }),
  'max below zero': limit({ max: -1 }),
  'max with decimals': limit({ max: 1.5 }),
  'two increments': limit({ increment: 1, increment_from: 'args.a' }),
  'an increment of zero': limit({ increment: 0 }),
  'a calendar window without a name': limit({ window: 60, reset: 'calendar' }),
  'a counter with odd characters': limit({ counter: 'a/b' }),
  'a scope of no kind': limit({ scope: 'user' }),
  'a scope twice': limit({ scope: ['grant', 'grant'] }),
  'concurrent with a window': limit({ concurrent: 2 }),
  'a rate of no kind': entry({ rate_limit: '10 per minute' }),
  'a spend limit without from': entry({ spend_limit: { max: 1, window: 'day' } }),
  'too many approvals': entry({ approval: { required: 6 } }),
  'no approvers at all': entry({ approval: { approvers: [] } }),
  'an approver of no kind': entry({ approval: { approvers: ['boss'] } }),
  'an unknown key of resources': { version: '1', default: 'deny', resources: { permit: [] } },
};

describe('the published schema', () => {
  it('takes every document that parses', () => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => {
        expect(parsePolicyTree(document, testFunctions)).toMatchObject({ ok: true });
        expect(validate(document) || validate.errors).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it.each(Object.keys(REFUSED))('refuses, as the parser does, %s', (name) => {
    expect(parsePolicyTree(REFUSED[name], testFunctions).ok).toBe(false);
    expect(validate(REFUSED[name])).toBe(false);
  });

  it('knows every operator', () => {
    for (const op of OPERATORS) expect(JSON.stringify(schema)).toContain(`"${op}"`);
  });

  it('takes its own examples', () => {
    const definitions = schema['$defs'] as Record<string, { examples?: unknown[] }>;
    for (const [name, { examples = [] }] of Object.entries(definitions)) {
      const check = ajv.getSchema(`${String(schema['$id'])}#/$defs/${name}`);
      for (const example of examples)
        expect([name, example, check?.(example)]).toEqual([name, example, true]);
    }
  });
});
