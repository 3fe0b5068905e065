import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testFunctions } from '../cases/functions.ts';
import { anyCall, picker, wantedBy } from '../test/arbitrary-call.ts';
import { arbitraryPolicy } from '../test/arbitrary-policy.ts';
import { seeded, times } from '../test/runs.ts';
import { type Call, compilePolicy, type Demand, decide, decideAccess, isVisible } from './decide/index.ts';
import type { Json } from './json/json.ts';
import { parsePolicyTree } from './parse/index.ts';
import type { Policy } from './policy.ts';
import { specAccess, specDecide, specIsVisible } from './spec.ts';

const POLICIES = times(1_500);
const CALLS_PER_POLICY = 80;
const TARGETS = [
  'docs://a',
  'docs://ab',
  'get_x',
  'docs:',
  '',
  'docs://a/../b',
  'docs:%2E.%5ca',
  '..',
  '.../x',
  'docs://a?..',
];

/** Two counters have one key where they have one name in the reference, and only there. */
const names = new Map<string, string>();
const keys = new Map<string, string>();
function nameOf(key: string, name: string): string {
  if (keys.size > 50_000) for (const map of [names, keys]) map.clear();
  if (!names.has(key) && !keys.has(name)) {
    names.set(key, name);
    keys.set(name, key);
  }
  return keys.get(name) === key ? (names.get(key) ?? '') : `${name} has two keys`;
}

/** A demand as the reference states it: own words of the engine are left out. */
function asStated(demand: Demand, stated: Json | undefined): unknown {
  // The reference states demands as objects.
  const { key = '', message } = (stated ?? {}) as { key?: string; message?: string };
  const { message: said, ...rest } = demand;
  return { ...rest, key: nameOf(demand.key, key), ...(message !== undefined && { message: said }) };
}

function verdicts(
  policy: Policy | undefined,
  compiled: ReturnType<typeof compilePolicy> | undefined,
  call: Call,
) {
  const stated = specDecide(policy, call, testFunctions);
  const { decision, demands } = decide(compiled, call);
  const found = demands.map((demand, at) => asStated(demand, stated.demands[at]));
  const isShort = decision.trace.some(({ conditions }) => conditions.some((one) => one.found === 'unread'));
  return { stated, found: { outcome: decision.outcome, rule: decision.rule, demands: found }, isShort };
}

function parsed(document: unknown): Policy {
  const result = parsePolicyTree(document, testFunctions);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.policy;
}

describe('the reference semantics', () => {
  it(`is what decide says of ${POLICIES * CALLS_PER_POLICY} calls`, { timeout: 600_000 }, () => {
    const seen: Record<string, number> = {};
    fc.assert(
      fc.property(arbitraryPolicy, fc.integer(), (document, seed) => {
        const policy = parsed(document);
        const compiled = compilePolicy(policy, testFunctions);
        const pick = picker(seed);
        const wanted = wantedBy(document);
        for (let count = 0; count < CALLS_PER_POLICY; count += 1) {
          const call = anyCall(pick, wanted);
          const { stated, found, isShort } = verdicts(policy, compiled, call);
          if (!isSame(stated, found)) expect({ call, ...found }).toEqual({ call, ...stated });
          const kind = stated.rule.replace(/^\/(all_tools|tools\/[^/]*)/, '').split('/')[1] ?? stated.rule;
          for (const what of [`${stated.outcome} ${kind}`, ...(isShort ? ['too much work'] : [])])
            seen[what] = (seen[what] ?? 0) + 1;
          const { name } = call.tool;
          if (isVisible(compiled, name) !== specIsVisible(policy, name)) expect(name).toBe('alike');
        }
        for (const target of TARGETS) {
          for (const kind of ['resources', 'prompts'] as const) {
            const { outcome, rule } = decideAccess(compiled, kind, target);
            expect({ outcome, rule }).toEqual(specAccess(policy, kind, target));
          }
        }
      }),
      seeded(POLICIES),
    );
    console.log(`calls by outcome: ${JSON.stringify(seen)}`);
  });
});

/** Much quicker than the test library's equality, and true only where that is. */
function isSame(one: unknown, other: unknown): boolean {
  return printed(one) === printed(other);
}

function printed(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
