import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernHttp,
} from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as LegacyStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as LegacyHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Body } from './comfy-client.ts';

/** The official clients of both eras. */
export const ERAS = ['modern', 'legacy'] as const;
export type Era = (typeof ERAS)[number];

export type Program = {
  readonly command: string;
  readonly args: string[];
  readonly env: Record<string, string>;
};

export type CallOptions = {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: Progress) => void;
};
export type Progress = { readonly progress: number; readonly total?: number; readonly message?: string };

/** A tool's answer as tests look at it. */
export type Answer = {
  readonly isError: boolean;
  /** The structured result. */
  readonly data: Body;
  readonly text: string;
  /** The body of a tool error. */
  readonly error: Body;
  readonly images: readonly { readonly data: string; readonly mimeType: string }[];
};

export type Agent = AsyncDisposable & {
  readonly call: (name: string, args?: object, options?: CallOptions) => Promise<Answer>;
  /** A call that leaves its arguments out altogether. */
  readonly callBare: (name: string) => Promise<Answer>;
  readonly tools: () => Promise<Body[]>;
};

const WHO = { name: 'agent', version: '1' };
const MODERN = { versionNegotiation: { mode: { pin: '2026-07-28' } } } as const;

export async function connectHttp(era: Era, url: string, token?: string): Promise<Agent> {
  const requestInit = token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } };
  if (era === 'modern') {
    const client = new ModernClient(WHO, MODERN);
    await client.connect(new ModernHttp(new URL(url), { requestInit }));
    return agentOf(client, (params, options) => client.callTool(params as never, options));
  }
  const client = new LegacyClient(WHO);
  // The SDK's own transport does not fit its own interface under exactOptionalPropertyTypes.
  await client.connect(new LegacyHttp(new URL(url), { requestInit }) as Parameters<typeof client.connect>[0]);
  return agentOf(client, (params, options) => client.callTool(params as never, undefined, options));
}

export async function connectStdio(era: Era, program: Program): Promise<Agent> {
  if (era === 'modern') {
    const client = new ModernClient(WHO, MODERN);
    await client.connect(new ModernStdio(program));
    return agentOf(client, (params, options) => client.callTool(params as never, options));
  }
  const client = new LegacyClient(WHO);
  await client.connect(new LegacyStdio(program));
  return agentOf(client, (params, options) => client.callTool(params as never, undefined, options));
}

function agentOf(
  client: { listTools(): Promise<{ tools: unknown[] }>; close(): Promise<void> },
  call: (params: object, options: object) => Promise<unknown>,
): Agent {
  return {
    call: async (name, args = {}, options = {}) => answerOf(await call({ name, arguments: args }, options)),
    callBare: async (name) => answerOf(await call({ name }, {})),
    tools: async () => (await client.listTools()).tools,
    [Symbol.asyncDispose]: () => client.close(),
  };
}

function answerOf(result: Body): Answer {
  const text: string = result.content[0]?.text ?? '';
  const isError = result.isError === true;
  return {
    isError,
    data: result.structuredContent,
    text,
    error: isError && text.startsWith('{') ? JSON.parse(text).error : undefined,
    images: result.content.filter(({ type }: Body) => type === 'image'),
  };
}
