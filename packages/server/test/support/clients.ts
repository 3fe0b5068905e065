import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** What the tests use of the official clients; both generations have it. */
export type AgentClient = Pick<
  LegacyClient,
  'listTools' | 'listPrompts' | 'listResources' | 'readResource' | 'close'
> & {
  readonly callTool: (
    params: { name: string; arguments: object },
    options?: CallOptions,
  ) => Promise<ToolResult>;
};

export type CallOptions = {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: { progress: number }) => void;
};
export type ToolResult = {
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  readonly isError?: boolean;
  readonly _meta?: Readonly<Record<string, unknown>>;
};

export const AGENTS = ['client 2.x, default', 'client 2.x, auto', 'client 2.x, pinned', 'sdk 1.x'] as const;
export type AgentKind = (typeof AGENTS)[number];

const MODES = {
  'client 2.x, default': undefined,
  'client 2.x, auto': { mode: 'auto' },
  'client 2.x, pinned': { mode: { pin: '2026-07-28' } },
} as const;

/** Connects an official client to an endpoint of the gateway with a grant token. */
export async function connectAgent(kind: AgentKind, endpoint: string, token: string): Promise<AgentClient> {
  const url = new URL(endpoint);
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };
  if (kind === 'sdk 1.x') {
    const client = new LegacyClient({ name: 'agent', version: '1' });
    // The SDK's own transport does not fit its own interface under exactOptionalPropertyTypes.
    await client.connect(new LegacyTransport(url, { requestInit }) as Parameters<typeof client.connect>[0]);
    return adapted(client, (params, options) =>
      client.callTool(params as never, undefined, options as never),
    );
  }
  const versionNegotiation = MODES[kind];
  const client = new ModernClient(
    { name: 'agent', version: '1' },
    versionNegotiation === undefined ? {} : { versionNegotiation },
  );
  await client.connect(new ModernTransport(url, { requestInit }));
  return adapted(client, (params, options) => client.callTool(params as never, options as never));
}

/** The two generations differ in where a call's options stand; otherwise the tests need the same of both. */
function adapted(
  client: ModernClient | LegacyClient,
  call: (params: object, options: object | undefined) => Promise<unknown>,
): AgentClient {
  const methods = ['listTools', 'listPrompts', 'listResources', 'readResource', 'close'] as const;
  const bound = Object.fromEntries(
    methods.map((name) => [name, (client[name] as (...args: unknown[]) => unknown).bind(client)]),
  );
  return { ...bound, callTool: call } as AgentClient;
}

/** The text of a tool result's first block; empty when there is none. */
export function textOf(result: ToolResult): string {
  return result.content[0]?.text ?? '';
}
