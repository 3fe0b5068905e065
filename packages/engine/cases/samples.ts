/** Hand-made policies, paths and calls for unit tests that do not want the parser. */

import type { Call } from '../src/decide/decision.ts';
import type { Json, JsonObject } from '../src/json/json.ts';
import { toMicros } from '../src/limits/index.ts';
import type {
  Comparison,
  Condition,
  Entry,
  Operator,
  Path,
  Policy,
  Root,
  Rule,
  Segment,
  WindowLimit,
} from '../src/policy.ts';

export function path(text: string): Path {
  const [root, ...rest] = text.split(/[.]|(?=\[)/);
  const segments = rest.map((part): Segment => {
    if (part === '[*]') return { kind: 'each' };
    const index = /^\[(\d+)\]$/.exec(part)?.[1];
    return index === undefined ? { kind: 'name', name: part } : { kind: 'index', index: Number(index) };
  });
  // Tests write roots that exist.
  return { text, root: root as Root, segments };
}

export function compare(at: string, op: Operator, value: Json, ignoreCase = false): Comparison {
  return { kind: 'compare', path: path(at), op, value, ignoreCase };
}

export function rule(id: string, ...conditions: Condition[]): Rule {
  return { id, conditions };
}

export function micros(units: number) {
  const amount = toMicros(units);
  if (amount === undefined) throw new RangeError(`${units} is not an amount`);
  return amount;
}

export const NO_RULES = { denyIf: [], require: [], requireApprovalIf: [], limits: [] };

function entry(rest: Partial<Entry> = {}): Entry {
  return { action: 'allow', ...NO_RULES, ...rest };
}

export function policy(tools: Record<string, Partial<Entry>>, rest: Partial<Policy> = {}): Policy {
  const entries = Object.entries(tools).map(([tool, one]) => [tool, entry(one)] as const);
  return {
    version: '1',
    default: 'deny',
    timeZone: 'UTC',
    hide: [],
    allTools: NO_RULES,
    tools: new Map(entries),
    ...rest,
  };
}

export function limit(counter: string, rest: Partial<WindowLimit> = {}): WindowLimit {
  return {
    kind: 'window',
    id: `/tools/t/limits/${counter}`,
    counter,
    scope: ['grant'],
    when: [],
    onStoreError: 'deny',
    window: { text: 'minute', ms: 60_000, unit: 'minute' },
    reset: 'rolling',
    max: micros(10),
    increment: { kind: 'fixed', amount: micros(1) },
    ...rest,
  };
}

export function call(tool: string, args: JsonObject = {}, rest: Partial<Call> = {}): Call {
  return {
    tool: { name: tool, annotations: {} },
    args,
    grant: { id: 'g1', name: 'first', labels: {} },
    server: { id: 's1', name: 'server' },
    organization: 'o1',
    session: 'session-1',
    client: {},
    nowMs: Date.UTC(2026, 0, 5, 12),
    ...rest,
  };
}
