import { bounds, type Json, type JsonObject, utf8Length } from '@boomgate/engine';
import { rateCounters } from './counters.ts';
import { type Classified, ruleFor, stricterOf, type ToolRule } from './rule.ts';

export type Recommendation = {
  /** A policy document under `default: deny`. */
  readonly policy: Json;
  /** Tools that no rule can name exactly, or for which there was no room: the default refuses them. */
  readonly leftOut: readonly string[];
};

type RuledTool = { readonly name: string; readonly rule: ToolRule };

const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__']);

/** The rules of some tools, usually all of a server, as one policy. Of two tools of one name the worse class counts. */
export function recommend(tools: readonly Classified[]): Recommendation {
  return asPolicy(tools.map((tool) => ({ name: tool.name, rule: ruleFor(tool) })));
}

/** Like `recommend`, for who wants to say what each rule does as well. */
export function asPolicy(ruled: readonly RuledTool[]): Recommendation {
  const { byName, leftOut } = named(ruled);
  const counters = rateCounters(byName.keys());
  const hidden: string[] = [];
  const entries: [string, JsonObject][] = [];
  let room = ROOM;
  for (const [name, { entry }] of byName) {
    const made = entry === 'hide' ? name : { [name]: entry(counters.get(name) ?? name) };
    room -= utf8Length(JSON.stringify({ tools: made }, null, 2));
    if (room < 0) leftOut.push(name);
    else if (typeof made === 'string') hidden.push(name);
    else entries.push(...Object.entries(made));
  }
  return {
    policy: {
      version: '1',
      default: 'deny',
      ...(hidden.length === 0 ? {} : { hide: hidden }),
      ...(entries.length === 0 ? {} : { tools: Object.fromEntries(entries) }),
    },
    leftOut,
  };
}

/** Bytes of all entries as a person reads them, so that the whole document stays within its bound. */
const ROOM = bounds.DOCUMENT_BYTES - 1_024;

type Named = { readonly byName: ReadonlyMap<string, ToolRule>; readonly leftOut: string[] };

function named(ruled: readonly RuledTool[]): Named {
  const byName = new Map<string, ToolRule>();
  const leftOut: string[] = [];
  for (const { name, rule } of ruled) {
    const before = byName.get(name);
    if (!canBeNamed(name) || (before === undefined && byName.size >= bounds.TOOLS)) leftOut.push(name);
    else byName.set(name, before === undefined ? rule : stricterOf(before, rule));
  }
  return { byName, leftOut };
}

/** A name with `*` would be a pattern and open, or hide, more than the tool. */
export function canBeNamed(name: string): boolean {
  return (
    name !== '' &&
    name.length <= bounds.PATTERN_LENGTH &&
    name.isWellFormed() &&
    !name.includes('*') &&
    !FORBIDDEN.has(name)
  );
}
