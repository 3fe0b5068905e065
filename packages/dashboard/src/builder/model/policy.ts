import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import { isOneOf, isText, listOf, present } from './as-json.ts';
import { type Entry, isAccess, readEntry, writeEntry } from './entry.ts';

/** A whole document in parts. */
export type Whole = {
  readonly description?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly default?: string | undefined;
  readonly hide?: readonly string[] | undefined;
  readonly allTools?: Entry | undefined;
  readonly tools?: ReadonlyMap<string, Entry> | undefined;
  readonly resources?: Json | undefined;
  readonly prompts?: Json | undefined;
  /** Everything else, `version` and `$schema` among it. */
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
  const allTools = shown.get('all_tools');
  const tools = shown.get('tools');
  // Casts: `SHOWN` looked at each of them.
  return {
    description: shown.get('description') as string | undefined,
    timeZone: shown.get('time_zone') as string | undefined,
    default: shown.get('default') as string | undefined,
    hide: shown.get('hide') as readonly string[] | undefined,
    allTools: allTools === undefined ? undefined : readEntry(allTools),
    tools: isJsonObject(tools)
      ? new Map(Object.entries(tools).map(([name, entry]) => [name, readEntry(entry) as Entry]))
      : undefined,
    resources: shown.get('resources'),
    prompts: shown.get('prompts'),
    rest: entries.filter(([key]) => !shown.has(key)),
  };
}

export function writePolicy(whole: Whole): JsonObject {
  const { allTools, tools } = whole;
  return {
    ...present({
      description: whole.description,
      time_zone: whole.timeZone,
      default: whole.default,
      hide: whole.hide,
      all_tools: allTools && writeEntry(allTools),
      tools: tools && Object.fromEntries([...tools].map(([name, entry]) => [name, writeEntry(entry)])),
      resources: whole.resources,
      prompts: whole.prompts,
    }),
    ...Object.fromEntries(whole.rest),
  };
}
