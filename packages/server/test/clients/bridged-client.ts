import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { AgentClient } from '../support/clients.ts';

/** An official client that starts a program and speaks with it over stdio, as desktop clients do. */
export async function connectThrough(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<AgentClient & AsyncDisposable> {
  const client = new Client({ name: 'agent', version: '1' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...args],
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stderr: 'ignore',
  });
  await client.connect(transport);
  const disposable = Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
  // The same client; the tests look at less of its results than the SDK types.
  return disposable as AgentClient & AsyncDisposable;
}
