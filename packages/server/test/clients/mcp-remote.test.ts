import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../support/clients.ts';
import type { TestGateway } from '../support/gateway.ts';
import { npmServer } from '../support/programs.ts';
import { connectThrough } from './bridged-client.ts';
import { bootBefore, commandOf, REFUSED } from './programs.ts';

describe('mcp-remote, which takes stdio clients to the gateway', () => {
  let gateway: TestGateway;
  let client: Awaited<ReturnType<typeof connectThrough>>;

  beforeAll(async () => {
    gateway = await bootBefore({ command: process.execPath, args: [npmServer('everything'), 'stdio'] });
    const args = [gateway.endpoint('everything'), '--header', `Authorization: Bearer ${gateway.token}`];
    // It keeps files about every server under the home folder.
    client = await connectThrough(commandOf('mcp-remote', ...args), { HOME: gateway.data });
  });
  afterAll(async () => {
    await client.close();
    await gateway[Symbol.asyncDispose]();
  });

  it('lists the tools', async () => {
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('echo');
  });

  it('calls a tool', async () => {
    const result = await client.callTool({ name: 'echo', arguments: { message: 'größer' } });
    expect(textOf(result)).toBe('Echo: größer');
  });

  it('hands the text of a refusal to its client', async () => {
    const result = await client.callTool({ name: 'get-sum', arguments: { a: 20, b: 1 } });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toBe(REFUSED);
  });
});
