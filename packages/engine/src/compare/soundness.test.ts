/** What `widensAccess` may say, held against calls that nobody chose: it proves nothing that is not so, and shows what it says. */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { testFunctions } from '../../cases/functions.ts';
import { parsed } from '../../cases/parsing.ts';
import { anyCall, picker, wantedBy } from '../../test/arbitrary-call.ts';
import { arbitraryPolicy, comparison } from '../../test/arbitrary-policy.ts';
import { edited } from '../../test/edited-policy.ts';
import { seeded, times } from '../../test/runs.ts';
import {
  type Call,
  type CompiledPolicy,
  compilePolicy,
  type Decision,
  decide,
  decideAccess,
  decideAndReserve,
  isVisible,
} from '../decide/index.ts';
import { isJsonObject, type Json, type JsonObject } from '../json/json.ts';
import { type Ledgers, openLedgers, peekAll, reserveAll, settleAll } from '../limits/index.ts';
import { parsePolicyTree } from '../parse/index.ts';
import type { Policy } from '../policy.ts';
import { printPolicy } from '../print/index.ts';
import { type Widens, type Witness, widensAccess } from './index.ts';

const RUNS = times(60);
const RANKS = { allow: 2, approve: 1, deny: 0, hide: 0, limit: 0 };
/** Few rules about few arguments, so that two policies often differ in one of them alone. */
const fewRules = fc.array(fc.record({ conditions: fc.array(comparison, { minLength: 1, maxLength: 2 }) }), {
  maxLength: 2,
});
const fewLimits = fc.array(
  fc.record(
    {
      counter: fc.constant('c'),
      window: fc.constantFrom('minute', 'hour'),
      max: fc.integer({ min: 0, max: 4 }),
      scope: fc.constantFrom('grant', 'args.a'),
      reset: fc.constantFrom('rolling', 'calendar'),
      when: fc.array(comparison, { maxLength: 1 }),
    },
    { requiredKeys: ['counter', 'window', 'max'] },
  ),
  { maxLength: 2 },
);
const smallPolicy = fc
  .record({ deny_if: fewRules, require: fewRules, require_approval_if: fewRules, limits: fewLimits })
  .map(
    (entry): JsonObject => ({
      version: '1',
      default: 'deny',
      tools: { '*': onOneArgument(entry) as JsonObject },
    }),
  ); // an object stays one

function onOneArgument(value: Json): Json {
  if (Array.isArray(value)) return value.map(onOneArgument);
  if (!isJsonObject(value)) return value;
  if ('op' in value) return { ...value, path: 'args.a' };
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, onOneArgument(one)]));
}

const URIS = ['docs://', 'docs://a', 'docs://b', 'docs://a/../b', '..', 'get_x', 'ab', 'x', ''];

const ask = (before: Policy, after: Policy): Widens => widensAccess({ before, after }, testFunctions);

/** How often each verdict was given, so that a test which proves nothing is seen. */
const said: Record<string, number> = { no: 0, yes: 0, unknown: 0 };
afterAll(() => console.log(`verdicts: ${JSON.stringify(said)}`));

type Both = { readonly before: CompiledPolicy; readonly after: CompiledPolicy };

/** What the earlier policy could not read is left out of what is claimed (decisions/0006). */
const isUnread = ({ trace }: Decision): boolean =>
  trace.some(({ conditions }) => conditions.some(({ found }) => found === 'unread'));

/** Expects that the later policy lets through no more, of one call in one state of the counters, which the later one then moves on. */
function neverMore(call: Call, { before, after }: Both, ledgers: Ledgers): void {
  const [was, is] = [decide(before, call), decide(after, call)];
  if (isUnread(was.decision)) return;
  const [rankWas, rankIs] = [RANKS[was.decision.outcome], RANKS[is.decision.outcome]];
  if (rankIs > rankWas) expect({ call, ...is.decision }).toEqual(was.decision);
  if (rankIs === 0) return;
  const taken = peekAll(ledgers, is.demands, call.nowMs);
  if (!taken.ok) return;
  const refused = peekAll(ledgers, was.demands, call.nowMs);
  if (!refused.ok) expect({ call, refused: refused.refused }).toBe('let through, as by the later policy');
  reserveAll(ledgers, is.demands, call.nowMs);
}

function neverShowsMore({ before, after }: Both, tools: readonly string[]): void {
  for (const tool of tools) expect(isVisible(before, tool) || !isVisible(after, tool)).toBe(true);
  for (const kind of ['resources', 'prompts'] as const)
    for (const uri of URIS) {
      const is = decideAccess(after, kind, uri).outcome;
      if (is === 'allow') expect([uri, decideAccess(before, kind, uri).outcome]).toEqual([uri, is]);
    }
}

/** Expects that a witness is one: what it says is what `decide` says, and lets more through. */
function holdsTrue(witness: Witness, { before, after }: Both): void {
  if (witness.kind === 'access') {
    expect(decideAccess(before, witness.access, witness.target)).toEqual(witness.before);
    expect(decideAccess(after, witness.access, witness.target)).toEqual(witness.after);
    expect([witness.before.outcome, witness.after.outcome]).toEqual(['deny', 'allow']);
    return;
  }
  const { call, earlier } = witness;
  if (earlier === undefined) {
    expect(decide(before, call).decision).toEqual(witness.before);
    expect(decide(after, call).decision).toEqual(witness.after);
    return;
  }
  const own = openLedgers();
  const theirs = earlier.under === 'both' ? openLedgers() : own;
  for (const { atMs, times: count } of earlier.calls)
    for (let number = 0; number < Math.min(count, 500); number += 1) {
      const one = { ...earlier.call, nowMs: atMs };
      makeOne(before, one, { ledgers: own, isRunning: earlier.isRunning });
      if (earlier.under === 'both') makeOne(after, one, { ledgers: theirs, isRunning: earlier.isRunning });
    }
  if (earlier.calls.some((one) => one.times > 500)) return;
  expect(decideAndReserve(before, call, own).decision.outcome).toBe('limit');
  expect(['allow', 'approve']).toContain(decideAndReserve(after, call, theirs).decision.outcome);
}

type Making = { readonly ledgers: Ledgers; readonly isRunning: boolean };

/** Makes a call that has to be let through, or approved; when it has ended its windows keep what they counted. */
function makeOne(policy: CompiledPolicy, call: Call, { ledgers, isRunning }: Making): void {
  const { decision, demands } = decide(policy, call);
  expect(RANKS[decision.outcome]).toBeGreaterThan(0);
  const { result, taken } = reserveAll(ledgers, demands, call.nowMs);
  expect(result.ok).toBe(true);
  if (!isRunning) settleAll(ledgers, taken, 'kept');
}

function held(before: Policy, after: Policy, seed: number): void {
  const found = ask(before, after);
  said[found.verdict] = (said[found.verdict] ?? 0) + 1;
  const both = { before: compilePolicy(before, testFunctions), after: compilePolicy(after, testFunctions) };
  if (found.verdict === 'yes') {
    for (const { witness } of found.widened) if (witness !== undefined) holdsTrue(witness, both);
    expect(found.widened.some(({ witness }) => witness !== undefined)).toBe(true);
  }
  if (found.verdict !== 'no') return;
  const pick = picker(seed);
  // Both documents say what arguments are worth trying.
  const wanted = wantedBy([JSON.parse(printPolicy(before)), JSON.parse(printPolicy(after))]);
  const ledgers = openLedgers();
  let nowMs = Date.UTC(2026, 0, 1);
  const tools: string[] = [];
  for (let count = 0; count < 40; count += 1) {
    nowMs += pick.below(90_000);
    const call = { ...anyCall(pick, wanted), nowMs };
    tools.push(call.tool.name);
    // Some calls twice, so that limits bind.
    for (let again = pick.below(4); again >= 0; again -= 1) neverMore(call, both, ledgers);
  }
  neverShowsMore(both, tools);
}

const parse = (document: JsonObject): Policy | undefined => {
  const result = parsePolicyTree(document, testFunctions);
  return result.ok ? result.policy : undefined;
};

describe('the verdict on two policies', () => {
  it('no is true of calls, counters, lists, resources and prompts, and yes is what its witness shows', () => {
    fc.assert(
      fc.property(arbitraryPolicy, arbitraryPolicy, fc.integer(), (document, other, seed) => {
        const after = parse(edited(document, other, picker(seed)));
        if (after === undefined) return;
        held(parsed(document), after, seed);
        held(after, parsed(document), seed);
      }),
      // One in seven finds a wider one.
      seeded(RUNS * 3),
    );
    expect(said['no']).toBeGreaterThan(RUNS / 20);
    expect(said['yes']).toBeGreaterThan(RUNS / 20);
  });

  it('is so of small policies, where little stands between no and yes', () => {
    fc.assert(
      fc.property(smallPolicy, smallPolicy, fc.integer(), (document, other, seed) => {
        const [before, after] = [parse(document), parse(edited(document, other, picker(seed)))];
        if (before === undefined || after === undefined) return;
        held(before, after, seed);
        held(after, before, seed);
      }),
      seeded(RUNS * 2),
    );
  });

  it('is no for a policy and itself, printed and read again', () => {
    fc.assert(
      fc.property(arbitraryPolicy, (document) => {
        const policy = parsed(document);
        const again = parsed(JSON.parse(printPolicy(policy)));
        expect(ask(policy, again)).toMatchObject({ verdict: 'no', how: 'exact' });
        // Other words are another text, so that it has to be proven.
        expect(ask(policy, { ...again, description: 'again' })).toMatchObject({ verdict: 'no' });
      }),
      seeded(RUNS),
    );
  });

  it('is the same every time', () => {
    fc.assert(
      fc.property(arbitraryPolicy, arbitraryPolicy, (document, other) => {
        const [before, after] = [parsed(document), parsed(other)];
        expect(JSON.stringify(ask(before, after))).toBe(JSON.stringify(ask(before, after)));
      }),
      seeded(Math.max(1, Math.round(RUNS / 20))),
    );
  });
});

/** Edits that can only take away, of any policy. */
describe('is proven to be no wider', () => {
  const exact = (before: JsonObject, after: JsonObject): void =>
    expect(ask(parsed(before), parsed(after))).toMatchObject({ verdict: 'no', how: 'exact' });
  const member = (document: JsonObject, key: string): JsonObject => (document[key] ?? {}) as JsonObject; // objects, as generated
  const always = (property: (document: JsonObject, other: JsonObject) => void): void =>
    fc.assert(fc.property(arbitraryPolicy, arbitraryPolicy, property), seeded(RUNS));

  it('a policy with rules and limits of another one besides', () => {
    always((document, other) => {
      const own = member(document, 'all_tools');
      const theirs = member(other, 'all_tools');
      const joined = ['deny_if', 'require', 'require_approval_if', 'limits'].map((key) => {
        const lists = [own[key] ?? [], theirs[key] ?? []];
        return [key, lists.flat()] as const;
      });
      const after = { ...document, all_tools: Object.fromEntries(joined) };
      if (parse(after) !== undefined) exact(document, after);
    });
  });

  it('a policy that hides or denies a tool', () => {
    always((document) => {
      const tools = member(document, 'tools');
      const [tool = ''] = Object.keys(tools);
      exact(document, {
        ...document,
        hide: [tool],
        ...(document['hide'] !== undefined && { hide: [tool, ...(document['hide'] as string[])] }),
      });
      exact(document, {
        ...document,
        tools: { ...tools, [tool]: { ...member(tools, tool), action: 'deny' } },
      });
    });
  });

  it('a policy under default deny that has no tool any more', () => {
    always((document) => {
      const { tools: _tools, resources: _resources, prompts: _prompts, ...rest } = document;
      exact(document, { ...rest, default: 'deny' });
    });
  });

  it('a policy with lower limits', () => {
    always((document) => {
      const lower = (value: unknown): unknown => {
        if (Array.isArray(value)) return value.map(lower);
        if (typeof value !== 'object' || value === null) return value;
        return Object.fromEntries(
          Object.entries(value).map(([key, one]) => [
            key,
            key === 'max' && 'window' in value ? Math.floor(Number(one) / 2) : lower(one),
          ]),
        );
      };
      exact(document, lower(document) as JsonObject); // the same shape
    });
  });
});
