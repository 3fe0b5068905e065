import { canonicalJson, isJsonObject, type JsonObject } from '@boomgate/engine';
import type { DecisionRow } from '../../../src/index.ts';

/** Methods whose requests are passed on one to one; all others the gateway answers itself. */
const FORWARDED = new Set(['tools/call', 'prompts/get', 'resources/read', 'completion/complete']);

type Request = { readonly method?: unknown; readonly params?: unknown };

/**
 * What a forwarded request is known by in all three ledgers: server, method, what it names, and the keyed digest of
 * the arguments. Undefined for requests that are not passed on one to one.
 */
export function keyOfRequest(
  server: string,
  { method, params }: Request,
  digest: (canonical: string) => string,
): string | undefined {
  if (typeof method !== 'string' || !FORWARDED.has(method) || !isJsonObject(params)) return undefined;
  const args = isJsonObject(params['arguments']) ? params['arguments'] : {};
  const hash = method === 'tools/call' ? digest(canonicalJson(args)) : '';
  return [server, method, targetOf(params), hash].join(' ');
}

/** A request to a stack as the server has it that its name leads to. */
export function behindStack({ method, params }: Request): { server: string; request: Request } {
  const given = isJsonObject(params) ? params : {};
  const led = /^(?<server>.*?)__(?<inner>.*)$/s.exec(String(given['name'])) ?? undefined;
  const { inner = '', server = '' } = led?.groups ?? {};
  return { server, request: { method, params: { ...given, name: inner } } };
}

export function keyOfRow({ argsHash, method, server, target }: DecisionRow): string {
  return [server, method, target, argsHash].join(' ');
}

function targetOf(params: JsonObject): string {
  const ref = isJsonObject(params['ref']) ? params['ref'] : {};
  const target = params['name'] ?? params['uri'] ?? ref['name'] ?? ref['uri'];
  return typeof target === 'string' ? target : '';
}

/** All strings of a value that are long enough not to be found by chance. */
export function longTexts(value: unknown): string[] {
  if (typeof value === 'string') return value.length >= 8 ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(longTexts);
}

/** How often each key occurs. */
export function tally(keys: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** The keys of which `some` has more than `others`. */
export function surplus(some: ReadonlyMap<string, number>, others: ReadonlyMap<string, number>): string[] {
  return [...some].flatMap(([key, count]) => {
    const more = count - (others.get(key) ?? 0);
    return more > 0 ? [`${more} × ${key}`] : [];
  });
}
