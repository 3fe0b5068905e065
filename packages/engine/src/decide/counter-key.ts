import { type Facts, type Found, integerText, type Places, typeOfFound } from '../conditions/index.ts';
import type { Limit, Path, Scope } from '../policy.ts';
import type { Call } from './decision.ts';
import { describeFound, name } from './words.ts';

/** A longer value is not counted by: it would become part of a key that is stored. In UTF-16 code units. */
const SCOPE_VALUE_MAX = 1_024;
/** Characters that `scalarText` puts in front. */
const TYPE_LETTER = 1;

/** Something read from a call, or why it refuses the call. */
export type Readable<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string };

type NamedScope = Exclude<Scope, Path>;

const SCOPE_VALUES = {
  grant: (call) => call.grant.id,
  session: (call) => call.session,
  server: (call) => call.server.id,
  organization: (call) => call.organization,
} satisfies Record<NamedScope, (call: Call) => string>;

export const SCOPE_WORDS = {
  grant: 'for this grant',
  session: 'in this session',
  server: 'on this server',
  organization: 'in this organisation',
} satisfies Record<NamedScope, string>;

/**
 * The key of a limit's counter: organisation, server, kinds and values of its scopes, counter name, each with its length in
 * front, so that no two different counters share a key (policy language §5). The order of scopes does not matter.
 */
export function compileKey(limit: Limit, places: Places): (call: Call, facts: Facts) => Readable<string> {
  const parts = [...limit.scope]
    .sort((one, other) => compareTexts(scopeName(one), scopeName(other)))
    .map((scope) => ({ label: field(scopeName(scope)), read: compileScope(scope, limit.counter, places) }));
  const end = field(limit.kind) + field(limit.counter);
  return (call, facts) => {
    let key = field(call.organization) + field(call.server.id);
    for (const { label, read } of parts) {
      const value = read(call, facts);
      if (!value.ok) return value;
      key += label + field(value.value);
    }
    return { ok: true, value: key + end };
  };
}

function compileScope(
  scope: Scope,
  counter: string,
  places: Places,
): (call: Call, facts: Facts) => Readable<string> {
  if (typeof scope === 'string') {
    const read = SCOPE_VALUES[scope];
    return (call) => ({ ok: true, value: read(call) });
  }
  const place = places.at(scope);
  return (_call, facts) => {
    const found = place.find(facts);
    const value = scalarText(found);
    if (value !== undefined && value.length - TYPE_LETTER <= SCOPE_VALUE_MAX) return { ok: true, value };
    const what = value === undefined ? describeFound(typeOfFound(found)) : 'is too long';
    return { ok: false, message: `limit ${name(counter)} counts per ${scope.text}, which ${what}` };
  };
}

/** A scalar with its type in front: `"1"` and `1` are different counters. */
function scalarText(found: Found): string | undefined {
  if (typeof found === 'string') return `s${found}`;
  if (typeof found === 'boolean') return `b${found}`;
  // Printed, -0 is the 0 that it equals.
  if (typeof found === 'number' && Number.isFinite(found)) return `n${found}`;
  const integer = integerText(found);
  return integer === undefined ? undefined : `n${integer}`;
}

/** As the policy writes it. */
export function scopeName(scope: Scope): string {
  return typeof scope === 'string' ? scope : scope.text;
}

/** The order of scopes in a key. */
export function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** A text of a key, with its length in UTF-16 code units in front. */
export function field(text: string): string {
  return `${text.length}:${text}`;
}
