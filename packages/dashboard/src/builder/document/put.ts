import { isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';

/** Keys and indices from the top of a tree to one of its places. */
type At = readonly (string | number)[];

/** The order in which people read keys (policy language §1); a new key takes its place among those that are there. */
const ORDER: readonly string[] = [
  ...['$schema', 'version', 'description', 'time_zone', 'default', 'hide', 'all_tools', 'tools'],
  ...['resources', 'prompts', 'name', 'action', 'reason', 'validate', 'deny_if', 'require'],
  ...['require_approval_if', 'approval', 'limits', 'rate_limit', 'spend_limit', 'conditions'],
  ...['path', 'op', 'value', 'ignore_case', 'counter', 'concurrent', 'window', 'max', 'scope', 'from'],
  ...['reset', 'increment', 'increment_from', 'when', 'on_store_error', 'on_deny', 'timeout', 'approvers'],
  ...['required', 'self', 'remember', 'required_args', 'schema', 'unknown_args', 'allow', 'deny'],
];

/** What stands at a place; undefined where there is no such place. */
export function valueAt(json: Json | undefined, at: At): Json | undefined {
  const [step, ...rest] = at;
  if (step === undefined || json === undefined) return json;
  if (typeof step === 'number') return Array.isArray(json) ? valueAt(json[step], rest) : undefined;
  return isJsonObject(json) ? valueAt(ownProperty(json, step), rest) : undefined;
}

/**
 * The tree with another value at one place, all others as they were; undefined takes the place away. Objects on the way
 * to it are made where they are not there. Names of tools are appended, other keys take their place in the usual order.
 */
export function put(document: JsonObject, at: At, value: Json | undefined): JsonObject {
  const [key, ...rest] = at;
  if (typeof key !== 'string') throw new TypeError('expected a key of the document');
  const inner =
    rest.length === 0 ? value : within(ownProperty(document, key), rest, { value, isNames: key === 'tools' });
  return withKey(document, key, inner);
}

type Put = { readonly value: Json | undefined; readonly isNames: boolean };

function within(json: Json | undefined, at: At, { isNames, value }: Put): Json | undefined {
  const [step, ...rest] = at;
  if (step === undefined) return value;
  const next = (inner: Json | undefined) => within(inner, rest, { value, isNames: false });
  if (typeof step === 'number') {
    const list: readonly Json[] = Array.isArray(json) ? json : [];
    const item = next(list[step]);
    return [...list.slice(0, step), ...(item === undefined ? [] : [item]), ...list.slice(step + 1)];
  }
  const object = isJsonObject(json) ? json : {};
  const item = next(ownProperty(object, step));
  if (isNames && item !== undefined && !Object.hasOwn(object, step))
    return Object.fromEntries([...Object.entries(object), [step, item]]);
  return withKey(object, step, item);
}

/** An object with one key set, in its place, or taken away. */
function withKey(object: JsonObject, key: string, value: Json | undefined): JsonObject {
  const entries = Object.entries(object);
  if (value === undefined) return Object.fromEntries(entries.filter(([name]) => name !== key));
  if (Object.hasOwn(object, key))
    return Object.fromEntries(entries.map(([name, old]) => [name, name === key ? value : old]));
  const rank = ORDER.indexOf(key);
  const before = rank < 0 ? -1 : entries.findIndex(([name]) => ORDER.indexOf(name) > rank);
  const at = before < 0 ? entries.length : before;
  return Object.fromEntries([...entries.slice(0, at), [key, value], ...entries.slice(at)]);
}
