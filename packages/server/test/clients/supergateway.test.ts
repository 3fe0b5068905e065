import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { AGENTS, connectAgent, textOf } from '../support/clients.ts';
import { freePort, npmServer, until } from '../support/programs.ts';
import { connectThrough } from './bridged-client.ts';
import { bootBefore, commandOf, REFUSED } from './programs.ts';

describe('supergateway, before the gateway', () => {
  it.each([
    ['--streamableHttp', ''],
    // The transport of 2024-11-05.
    ['--sse', 'sse'],
  ])('takes a stdio client to it with %s', async (transport, path) => {
    const server = { command: process.execPath, args: [npmServer('everything'), 'stdio'] };
    await using gateway = await bootBefore(server);
    const endpoint = gateway.endpoint('everything') + path;
    const args = [transport, endpoint, '--oauth2Bearer', gateway.token];
    await using client = await connectThrough(commandOf('supergateway', ...args));
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('echo');
    expect(textOf(await client.callTool({ name: 'echo', arguments: { message: 'hi' } }))).toBe('Echo: hi');
    const refused = await client.callTool({ name: 'get-sum', arguments: { a: 20, b: 1 } });
    expect([refused.isError, textOf(refused)]).toEqual([true, REFUSED]);
  });
});

describe('supergateway, behind the gateway', () => {
  it.each([
    ['Streamable HTTP with sessions', 'streamableHttp', ['--stateful'], 'mcp'],
    // A process for every request: the gateway must not expect anything of an earlier one.
    ['Streamable HTTP without sessions', 'streamableHttp', [], 'mcp'],
    ['HTTP+SSE', 'sse', [], 'sse'],
  ] as const)('offers a stdio server over %s to every official client', async (_, transport, more, path) => {
    await using server = await startSupergateway(transport, more);
    await using gateway = await bootBefore({ url: `${server.url}/${path}` });
    for (const kind of AGENTS) {
      const client = await connectAgent(kind, gateway.endpoint('everything'), gateway.token);
      expect((await client.listTools()).tools.map(({ name }) => name)).toContain('echo');
      expect(textOf(await client.callTool({ name: 'echo', arguments: { message: kind } }))).toBe(
        `Echo: ${kind}`,
      );
      expect(textOf(await client.callTool({ name: 'get-sum', arguments: { a: 20, b: 1 } }))).toBe(REFUSED);
      await client.close();
    }
  });
});

async function startSupergateway(
  transport: 'streamableHttp' | 'sse',
  more: readonly string[],
): Promise<AsyncDisposable & { readonly url: string }> {
  const port = await freePort();
  const server = `"${process.execPath}" "${npmServer('everything')}" stdio`;
  const args = ['--stdio', server, '--outputTransport', transport, '--port', String(port)];
  const command = commandOf('supergateway', ...args, '--healthEndpoint', '/health', ...more);
  const child = spawn(process.execPath, command, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const url = `http://localhost:${port}`;
  await until(() =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      // Its own handler of this signal ends the servers that it started.
      child.kill('SIGTERM');
      await ended;
    },
  };
}
