import { type JsonObject, ownProperty } from '@boomgate/engine';
import type { NotificationMessage, RequestMessage } from './message.ts';
import type { ParameterHeaders } from './parameter-headers.ts';

export type Headers = Readonly<Record<string, string>>;

/** Where a method's `Mcp-Name` comes from (P §1.1). */
const NAME_SOURCE: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};

/** The headers that mirror a modern message (P §1.3). They are made from the body, so they always agree with it. */
export function modernHeaders(
  message: (RequestMessage | NotificationMessage) & { readonly claim: string },
  parameters: ParameterHeaders,
): Headers {
  const name = mirroredName(message.method, message.params);
  return {
    'MCP-Protocol-Version': encodeHeader(message.claim),
    'Mcp-Method': encodeHeader(message.method),
    ...(name === undefined ? {} : { 'Mcp-Name': encodeHeader(name) }),
    ...(message.method === 'tools/call' ? parameters.headersFor(message.params) : {}),
  };
}

/** Plain ASCII as it is, everything that a header could not carry faithfully in the base64 sentinel (P §1.3). */
export function encodeHeader(value: string): string {
  const plain = /^[\x20-\x7e](?:[\x20-\x7e\t]*[\x20-\x7e])?$/.test(value);
  if (plain && value.trim() === value && !/^=\?base64\?.*\?=$/i.test(value)) return value;
  return `=?base64?${Buffer.from(value, 'utf8').toString('base64')}?=`;
}

function mirroredName(method: string, params: JsonObject): string | undefined {
  const source = Object.hasOwn(NAME_SOURCE, method) ? NAME_SOURCE[method] : undefined;
  const name = source === undefined ? undefined : ownProperty(params, source);
  return typeof name === 'string' ? name : undefined;
}
