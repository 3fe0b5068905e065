import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import { MODERN_VERSION } from '../../upstreams/index.ts';
import { isWrapped, unwrappedTool, wrappedTool } from './output-schema.ts';

/** Kinds of content blocks by the revision that brought them; the others are older than all that are served. */
const KINDS_SINCE: Readonly<Record<string, string>> = { audio: '2025-03-26', resource_link: '2025-06-18' };

/** A tool as agents of a revision are told of it. */
export function toolInRevision(tool: JsonObject, protocol: string): JsonObject {
  return protocol >= MODERN_VERSION ? unwrappedTool(tool) : wrappedTool(tool);
}

/** The result of a call or a prompt as agents of a revision understand it. `tool` is what was called, if anything. */
export function resultInRevision(result: JsonObject, protocol: string, tool?: JsonObject): JsonObject {
  if (protocol >= MODERN_VERSION) return result;
  return withKnownKinds(withWrappedOutput(result, tool), protocol);
}

/** Revisions with a handshake want an object as structured content (P §3.3). */
function withWrappedOutput(result: JsonObject, tool: JsonObject | undefined): JsonObject {
  const value = result['structuredContent'];
  if (value === undefined || (isJsonObject(value) && !(tool !== undefined && isWrapped(tool)))) return result;
  return { ...result, structuredContent: { result: value } };
}

function withKnownKinds(result: JsonObject, protocol: string): JsonObject {
  const { content, messages } = result;
  const known = content === undefined ? {} : { content: blocks(content, protocol) };
  if (!Array.isArray(messages)) return content === undefined ? result : { ...result, ...known };
  const spoken = messages.map((message: Json) =>
    isJsonObject(message) ? { ...message, content: block(message['content'] ?? null, protocol) } : message,
  );
  return { ...result, ...known, messages: spoken };
}

function blocks(content: Json, protocol: string): Json {
  return Array.isArray(content) ? content.map((one: Json) => block(one, protocol)) : content;
}

/** A block of a kind that the revision does not have becomes a text that says the same. */
function block(content: Json, protocol: string): Json {
  const type = isJsonObject(content) ? content['type'] : undefined;
  const since = typeof type === 'string' ? KINDS_SINCE[type] : undefined;
  if (!isJsonObject(content) || since === undefined || protocol >= since) return content;
  return { type: 'text', text: describe(content) };
}

function describe(content: JsonObject): string {
  const { mimeType, name, type, uri } = content;
  const parts = [name, mimeType, uri].filter((part) => typeof part === 'string');
  return `[${String(type)}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}]`;
}
