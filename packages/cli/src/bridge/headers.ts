import { type JsonObject, ownProperty } from '@boomgate/engine';
import { encodeHeader, type Headers } from './header-value.ts';
import type { NotificationMessage, RequestMessage } from './message.ts';
import type { ParameterHeaders } from './parameter-headers.ts';

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

function mirroredName(method: string, params: JsonObject): string | undefined {
  const source = Object.hasOwn(NAME_SOURCE, method) ? NAME_SOURCE[method] : undefined;
  const name = source === undefined ? undefined : ownProperty(params, source);
  return typeof name === 'string' ? name : undefined;
}
