import { isJsonObject, type JsonObject } from '@boomgate/engine';
import { ITEM_KEY_CHARACTERS, TOOL_NAME_CHARACTERS } from '../bounds.ts';
import type { ListKind } from '../contract.ts';
import { scanParamHeaders } from '../param-headers.ts';

/** How one kind of item is listed and what makes an item usable. */
export type KindRules = {
  readonly method: string;
  /** The key of the items in a result. */
  readonly resultKey: string;
  /** The capability under which a server declares that it has such items. */
  readonly capability: string;
  /** The key of an item that names it. */
  readonly itemKey: string;
  /** What is wrong with an item that has a good name, or undefined. */
  readonly problem: (item: JsonObject, name: string) => string | undefined;
};

const usable = () => undefined;

export const LIST_KINDS = {
  tools: {
    method: 'tools/list',
    resultKey: 'tools',
    capability: 'tools',
    itemKey: 'name',
    problem: toolProblem,
  },
  prompts: {
    method: 'prompts/list',
    resultKey: 'prompts',
    capability: 'prompts',
    itemKey: 'name',
    problem: usable,
  },
  resources: {
    method: 'resources/list',
    resultKey: 'resources',
    capability: 'resources',
    itemKey: 'uri',
    problem: usable,
  },
  resourceTemplates: {
    method: 'resources/templates/list',
    resultKey: 'resourceTemplates',
    capability: 'resources',
    itemKey: 'uriTemplate',
    problem: usable,
  },
} as const satisfies Record<ListKind, KindRules>;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this finds.
const controlCharacters = /[\u0000-\u001f\u007f-\u009f]/;
/** The characters of P §1.5 and the slash, which deployed servers use. */
const toolName = /^[A-Za-z0-9_./-]+$/;

/** What is wrong with the name or URI of an item of any kind. */
export function keyProblem(key: unknown, itemKey: string): string | undefined {
  if (typeof key !== 'string') return `"${itemKey}" is not a string`;
  if (key === '') return `"${itemKey}" is empty`;
  if (key.length > ITEM_KEY_CHARACTERS)
    return `"${itemKey}" is longer than ${ITEM_KEY_CHARACTERS} characters`;
  return controlCharacters.test(key) ? `"${itemKey}" holds control characters` : undefined;
}

function toolProblem(item: JsonObject, name: string): string | undefined {
  if (name.length > TOOL_NAME_CHARACTERS) return `"name" is longer than ${TOOL_NAME_CHARACTERS} characters`;
  if (!toolName.test(name)) return '"name" holds characters other than letters, digits and _ . - /';
  const schema = item['inputSchema'];
  if (!isJsonObject(schema)) return '"inputSchema" is not an object';
  if (schema['type'] !== 'object') return '"inputSchema" does not have "type": "object"';
  const execution = item['execution'];
  if (isJsonObject(execution) && execution['taskSupport'] === 'required')
    return '"execution.taskSupport" is "required": it can only be called as a task, which the gateway does not offer';
  const annotations = scanParamHeaders(schema);
  return annotations.ok ? undefined : annotations.problem;
}
