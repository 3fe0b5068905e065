import { type EventReader, openEvents, type SeenEvent } from './events.ts';
import type { TestGateway } from './gateway.ts';
import { until } from './programs.ts';
import { ENVELOPE, MODERN, post } from './rpc.ts';

export function isAcknowledged({ message }: SeenEvent): boolean {
  return message.method === 'notifications/subscriptions/acknowledged';
}

type ListenOptions = {
  readonly id?: number | string;
  readonly token?: string;
  readonly accept?: string;
  /** `s` unless the test says otherwise; empty for a stack. */
  readonly server?: string;
};

/** A `subscriptions/listen`, whatever its filter. */
export function openListen(
  gateway: TestGateway,
  notifications: unknown,
  { accept, id = 7, server = 's', token = gateway.token }: ListenOptions = {},
): Promise<EventReader> {
  const method = 'subscriptions/listen';
  return openEvents(server === '' ? `${gateway.gateway.url}/mcp/` : gateway.endpoint(server), {
    method: 'POST',
    token,
    headers: {
      'mcp-protocol-version': MODERN,
      'mcp-method': method,
      ...(accept === undefined ? {} : { accept }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params: { notifications, _meta: ENVELOPE } }),
  });
}

/** Calls a tool of the fixture that makes it announce something. */
export async function trigger(gateway: TestGateway, name: string, args: object = {}): Promise<void> {
  const method = 'tools/call';
  const answer = await post(gateway.endpoint('s'), gateway.token, {
    headers: { 'mcp-protocol-version': MODERN, 'mcp-method': method, 'mcp-name': name },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method,
      params: { name, arguments: args, _meta: ENVELOPE },
    }),
  });
  await until(() => answer.body.result?.isError !== true && answer.body.result !== undefined);
}
