import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testFunctions } from '../../cases/functions.ts';
import { parsed } from '../../cases/parsing.ts';
import { anyCall, picker, wantedBy } from '../../test/arbitrary-call.ts';
import { arbitraryPolicy } from '../../test/arbitrary-policy.ts';
import { seeded, times } from '../../test/runs.ts';
import { type Call, compilePolicy, type Decision, decideWithLedgers } from '../decide/index.ts';
import type { JsonObject } from '../json/json.ts';
import { openLedgers } from '../limits/index.ts';
import { parsePolicyTree } from '../parse/index.ts';
import type { Policy, Rules } from '../policy.ts';
import { openReplay, type RecordedCall } from './index.ts';

const CALLS = 12;

function recordOf({ args, ...rest }: Call): RecordedCall {
  return { ...rest, argKeys: Object.keys(args) };
}

/** As replays take it: no limits on calls in flight. */
function withoutRunning(policy: Policy): Policy {
  const left = <Of extends Rules>(rules: Of): Of => ({
    ...rules,
    limits: rules.limits.filter(({ kind }) => kind === 'window'),
  });
  const tools = new Map([...policy.tools].map(([name, entry]) => [name, left(entry)]));
  return { ...policy, allTools: left(policy.allTools), tools };
}

/** As replays take them: no argument is null. */
function withoutNull(call: Call): Call {
  return {
    ...call,
    args: Object.fromEntries(Object.entries(call.args).filter(([, value]) => value !== null)),
  };
}

function ranOut({ trace }: Decision): boolean {
  return trace.some(({ conditions }) => conditions.some(({ found }) => found === 'unread'));
}

describe('a replayed call', () => {
  it('is decided as the call would be, whatever its arguments were, or not at all', () => {
    const seen = { known: 0, unknown: 0 };
    fc.assert(
      fc.property(arbitraryPolicy, fc.integer(), (document, seed) => {
        const read = parsePolicyTree(document, testFunctions);
        if (!read.ok) return;
        const policy = withoutRunning(read.policy);
        const [compiled, ledgers] = [compilePolicy(policy, testFunctions), openLedgers()];
        const replay = openReplay(policy, testFunctions);
        const pick = picker(seed);
        const wanted = wantedBy(document);
        let nowMs = Date.UTC(2026, 0, 1);
        for (let at = 0; at < CALLS; at += 1) {
          nowMs += pick.of([0, 1_000, 40_000, 3_600_000]);
          const call = withoutNull({ ...anyCall(pick, wanted), nowMs });
          const real = decideWithLedgers(compiled, call, ledgers);
          if (ranOut(real)) return;
          const { outcome } = replay(recordOf(call));
          seen[outcome === 'unknown' ? 'unknown' : 'known'] += 1;
          if (outcome !== 'unknown') expect(outcome).toBe(real.outcome);
        }
      }),
      seeded(times(400)),
    );
    expect(seen.known).toBeGreaterThan(0);
    expect(seen.unknown).toBeGreaterThan(0);
  });
});

const BASE = {
  tool: {
    name: 't',
    annotations: {},
    class: 'Write',
    inputSchema: { required: ['a'], properties: { a: { type: 'string' } } },
  },
  grant: { id: 'g', name: 'agent', labels: {} },
  server: { id: 's', name: 's' },
  organization: 'o',
  session: 'g',
  client: {},
};

/** What is said of calls of `t` with these arguments, a second after another. */
function replayed(entry: JsonObject, calls: readonly (readonly string[])[]): readonly string[] {
  const policy = parsed({ version: '1', default: 'deny', tools: { t: entry } });
  const replay = openReplay(policy, testFunctions);
  return calls.map((argKeys, at) => {
    const said = replay({ ...BASE, argKeys, nowMs: at * 1_000 });
    return said.outcome === 'unknown' ? said.outcome : `${said.outcome} ${said.rule}`.trim();
  });
}

const rule = (path: string, op: string, value: JsonObject[string]) => ({ conditions: [{ path, op, value }] });

describe('a replay', () => {
  it('knows what depends on the tool, the time and the arguments that there are', () => {
    const entry = { deny_if: [rule('args.force', 'exists', true), rule('tool.class', 'eq', 'Destructive')] };
    expect(replayed(entry, [['path'], ['path', 'force']])).toEqual([
      'allow',
      'deny /tools/t/deny_if/args.force-exists',
    ]);
  });

  it('does not know what depends on a value, and knows that a rule about an absent one does not fire', () => {
    const entry = { deny_if: [rule('args.amount', 'gt', 100)] };
    expect(replayed(entry, [['amount'], ['path']])).toEqual(['unknown', 'allow']);
  });

  it('does not know what a requirement, a negation or a schema makes of a value', () => {
    expect(replayed({ require: [rule('args.a', 'eq', 1)] }, [['a'], []])[0]).toBe('unknown');
    const not = { not: { path: 'args.a', op: 'eq', value: 1 } };
    expect(replayed({ deny_if: [{ conditions: [not] }] }, [['a'], []])).toEqual([
      'unknown',
      'deny /tools/t/deny_if/0',
    ]);
    expect(replayed({ validate: { schema: true } }, [['a']])).toEqual(['unknown']);
    const validate = { schema: true, required_args: true };
    expect(replayed({ validate }, [['a'], []])).toEqual(['unknown', 'deny /tools/t/validate']);
  });

  it('does not know whether a limit counted a call that it counts for a value', () => {
    const when = [{ path: 'args.a', op: 'eq', value: 1 }];
    const limits = [{ counter: 'c', window: 'minute', max: 1, when }];
    expect(replayed({ limits }, [['a'], ['a'], []])).toEqual(['allow', 'unknown', 'allow']);
  });

  it('takes what may be let through, by a negation too, for what may be counted', () => {
    const limits = [{ counter: 'c', window: 'minute', max: 1 }];
    const conditions = [
      { path: 'args.a', op: 'exists', value: true },
      { not: { path: 'args.a', op: 'eq', value: 1 } },
    ];
    expect(replayed({ deny_if: [{ conditions }], limits }, [['a'], []])).toEqual(['unknown', 'unknown']);
  });

  it('costs no pattern a second time, however many kinds of calls there are', () => {
    const names = ['a', 'b', 'c', 'd'];
    const conditions = names.map((name) => ({ path: `args.${name}`, op: 'regex', value: `x${name}+` }));
    const policy = parsed({ version: '1', default: 'allow', all_tools: { deny_if: [{ conditions }] } });
    let compiled = 0;
    const regex: typeof testFunctions.regex = (...of) => {
      compiled += 1;
      return testFunctions.regex(...of);
    };
    const replay = openReplay(policy, { ...testFunctions, regex });
    for (let kind = 0; kind < 2 ** names.length; kind += 1)
      replay({ ...BASE, argKeys: names.filter((_, at) => (kind >> at) % 2 === 1), nowMs: kind });
    expect(compiled).toBe(names.length);
  });

  it('knows what is hidden', () => {
    const policy = parsed({ version: '1', default: 'allow', hide: ['t'] });
    const said = openReplay(policy, testFunctions)({ ...BASE, argKeys: ['a'], nowMs: 0 });
    expect(said).toMatchObject({ outcome: 'hide', rule: '(hidden)' });
  });

  it('knows a refusal whose other rules it does not know', () => {
    const entry = { deny_if: [rule('args.amount', 'gt', 100), rule('args.force', 'exists', true)] };
    expect(replayed(entry, [['amount', 'force']])).toEqual(['deny /tools/t/deny_if/args.force-exists']);
  });

  it('says that a person would have been asked, or that this is not known', () => {
    expect(replayed({ action: 'require_approval' }, [['a']])).toEqual(['approve /tools/t/approval']);
    expect(replayed({ require_approval_if: [rule('args.a', 'eq', 1)] }, [['a'], []])).toEqual([
      'unknown',
      'allow',
    ]);
  });

  it('counts calls that are let through in any case, and says so where others may have been counted', () => {
    const limits = [{ counter: 'c', window: 'minute', max: 2 }];
    expect(replayed({ limits }, [[], [], []])).toEqual(['allow', 'allow', 'limit /tools/t/limits/c']);
    const entry = { limits, deny_if: [rule('args.a', 'eq', 1)] };
    expect(replayed(entry, [['a'], [], [], []])).toEqual(['unknown', 'allow', 'unknown', 'unknown']);
  });

  it('does not know what a limit makes of values that it counts by', () => {
    const limits = [{ counter: 'c', window: 'minute', max: 2, increment_from: 'args.amount' }];
    expect(replayed({ limits }, [['amount'], ['other']])[0]).toBe('unknown');
    expect(replayed({ limits }, [['other']])[0]).toMatch(/^deny/);
  });

  it('leaves out limits on calls in flight', () => {
    expect(replayed({ limits: [{ counter: 'c', concurrent: 1 }] }, [[], []])).toEqual(['allow', 'allow']);
  });
});
