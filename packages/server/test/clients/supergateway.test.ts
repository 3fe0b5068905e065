import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { AGENTS, connectAgent, textOf } from '../support/clients.ts';
import { freePort, npmServer, until } from '../support/programs.ts';
import { connectThrough } from './bridged-client.ts';
import { bootBefore, commandOf, REFUSED } from './programs.ts';

describe('supergateway, before the gateway', () => {
  it('takes a stdio client to it', async () => {
    const server = { command: process.execPath, args: [npmServer('everything'), 'stdio'] };
    await using gateway = await bootBefore(server);
    const args = ['--streamableHttp', gateway.endpoint('everything'), '--oauth2Bearer', gateway.token];
    await using client = await connectThrough(commandOf('supergateway', ...args));
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('echo');
    expect(textOf(await client.callTool({ name: 'echo', arguments: { message: 'hi' } }))).toBe('Echo: hi');
    const refused = await client.callTool({ name: 'get-sum', arguments: { a: 20, b: 1 } });
    expect([refused.isError, textOf(refused)]).toEqual([true, REFUSED]);
  });
});

describe('supergateway, behind the gateway', () => {
  it.each([
    ['with sessions', ['--stateful']],
    // A process for every request: the gateway must not expect anything of an earlier one.
    ['without sessions', []],
  ])('offers a stdio server over Streamable HTTP %s to every official client', async (_, more) => {
    await using server = await startSupergateway('streamableHttp', more);
    await using gateway = await bootBefore({ url: `${server.url}/mcp` });
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

  it('is unavailable over HTTP+SSE, the transport of 2024-11-05 that the gateway does not speak', async () => {
    await using server = await startSupergateway('sse', []);
    await using gateway = await bootBefore({ url: `${server.url}/sse` });
    const connected = connectAgent('sdk 1.x', gateway.endpoint('everything'), gateway.token);
    await expect(connected).rejects.toThrow('[UPSTREAM UNAVAILABLE]');
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
