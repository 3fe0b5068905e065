import type { Path, Scope } from '../policy.ts';
import { readPath } from './conditions.ts';
import { elements, type Place, report, text } from './place.ts';
import { similarWord } from './similar.ts';
import { found, quoted } from './words.ts';

const NAMED = ['grant', 'session', 'server', 'organization'] as const;
/** More parts than this would name no counter that a person can follow. */
const SCOPE_PARTS = 8;

/**
 * What a counter counts for (§5): one scope or a list. The order has no meaning, so the result has a fixed one and
 * two spellings of the same scope share their counter. Absent is `grant`, as in the short forms.
 */
export function readScope(place: Place | undefined): readonly Scope[] | undefined {
  if (place === undefined) return ['grant'];
  if (Array.isArray(place.value) && place.value.length === 0) {
    return report(place, 'bad_value', `expected at least one scope, found an empty list; ${choices()}`);
  }
  const places = Array.isArray(place.value) ? elements(place, '"scope"', SCOPE_PARTS) : [place];
  const scopes = places.flatMap((item) => readPart(item) ?? []);
  if (new Set(scopes.map(scopeText)).size < scopes.length) {
    report(place, 'bad_value', 'expected every scope once, found one twice; remove the second');
  }
  if (scopes.length === 0 || scopes.length < places.length) return undefined;
  return scopes.toSorted((one, other) => compareText(orderOf(one), orderOf(other)));
}

export function scopeText(scope: Scope): string {
  return typeof scope === 'string' ? scope : scope.text;
}

function readPart(place: Place): Scope | undefined {
  const written = text(place, 'a scope');
  if (written === undefined) return undefined;
  const named = NAMED.find((name) => name === written);
  if (named !== undefined) return named;
  if (/^args\b/.test(written)) return readArgument(place, 'a scope');
  const meant = similarWord(written, NAMED);
  const hint = meant === undefined ? choices() : `did you mean ${quoted(meant)}?`;
  return report(place, 'bad_value', `unknown scope ${quoted(written)}; ${hint}`);
}

/** A path to one argument: counters and amounts take neither `[*]` nor other roots. */
export function readArgument(place: Place | undefined, what: string): Path | undefined {
  const path = readPath(place);
  if (path === undefined || place === undefined) return undefined;
  if (path.root !== 'args') {
    return report(
      place,
      'bad_path',
      `expected a path that starts with args for ${what}, found ${found(place.value)}`,
    );
  }
  if (path.segments.some((segment) => segment.kind === 'each')) {
    return report(
      place,
      'bad_path',
      `expected a path to one argument for ${what}, found ${found(place.value)}; name one element, such as [0]`,
    );
  }
  return path;
}

function choices(): string {
  return `choose ${NAMED.join(', ')} or an argument such as args.channel`;
}

function orderOf(scope: Scope): string {
  return typeof scope === 'string' ? String(NAMED.indexOf(scope)) : `${NAMED.length}${scope.text}`;
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
