import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import { isOneOf, isText, listOf } from './as-json.ts';
import { isAccess } from './entry.ts';

/** What is said once in a document; what has a form of its own elsewhere is in none of these. */
type Whole = {
  readonly description?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly default?: string | undefined;
  /** Everything that no form shows, `version` and `$schema` among it. */
  readonly rest: readonly (readonly [key: string, value: Json])[];
};

const SHOWN: Readonly<Record<string, (value: Json) => boolean>> = {
  description: isText,
  time_zone: isText,
  default: isOneOf('deny', 'allow'),
  hide: listOf(isText),
  all_tools: isJsonObject,
  tools: (value) => isJsonObject(value) && Object.values(value).every(isJsonObject),
  resources: isAccess,
  prompts: isAccess,
};

export function readPolicy(document: JsonObject): Whole {
  const entries = Object.entries(document);
  const shown = new Map(entries.filter(([key, value]) => Object.hasOwn(SHOWN, key) && SHOWN[key]?.(value)));
  // Casts: `SHOWN` looked at each of them.
  return {
    description: shown.get('description') as string | undefined,
    timeZone: shown.get('time_zone') as string | undefined,
    default: shown.get('default') as string | undefined,
    rest: entries.filter(([key]) => !shown.has(key)),
  };
}
