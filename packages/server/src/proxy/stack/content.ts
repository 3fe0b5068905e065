import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import { stackUri } from './names.ts';

/** A result with the addresses of the stack in place of a server's own, wherever the protocol has the agent use one. */
export function withStackUris(result: JsonObject, slug: string): JsonObject {
  const { content, contents, messages } = result;
  return {
    ...result,
    ...(content === undefined ? {} : { content: each(content, (one) => block(one, slug)) }),
    ...(contents === undefined ? {} : { contents: each(contents, (one) => addressed(one, slug)) }),
    ...(messages === undefined ? {} : { messages: each(messages, (one) => message(one, slug)) }),
  };
}

/** The resource of a tool's user interface moves with its server. */
export function withStackUi(tool: JsonObject, slug: string): JsonObject {
  const meta = tool['_meta'];
  const ui = isJsonObject(meta) ? meta['ui'] : undefined;
  if (!isJsonObject(meta) || !isJsonObject(ui)) return tool;
  const { resourceUri } = ui;
  if (typeof resourceUri !== 'string') return tool;
  return { ...tool, _meta: { ...meta, ui: { ...ui, resourceUri: stackUri(slug, resourceUri) } } };
}

function each(list: Json, change: (one: JsonObject) => JsonObject): Json {
  if (!Array.isArray(list)) return list;
  return list.map((one: Json) => (isJsonObject(one) ? change(one) : one));
}

function message(one: JsonObject, slug: string): JsonObject {
  const { content } = one;
  return isJsonObject(content) ? { ...one, content: block(content, slug) } : one;
}

function block(one: JsonObject, slug: string): JsonObject {
  if (one['type'] === 'resource_link') return addressed(one, slug);
  const { resource, type } = one;
  return type === 'resource' && isJsonObject(resource)
    ? { ...one, resource: addressed(resource, slug) }
    : one;
}

function addressed(one: JsonObject, slug: string): JsonObject {
  const { uri } = one;
  return typeof uri === 'string' ? { ...one, uri: stackUri(slug, uri) } : one;
}
