import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../support/clients.ts';
import type { TestGateway } from '../support/gateway.ts';
import { bootOffice, expectOk } from '../support/people.ts';
import { npmServer, until } from '../support/programs.ts';
import { consented, dashboardFolder, openInBrowser } from '../support/signing-agent.ts';
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

describe('mcp-remote without a header', () => {
  it('signs in by itself, and works with the grant that a person chose', async () => {
    await using folder = await dashboardFolder();
    const everything = { command: process.execPath, args: [npmServer('everything'), 'stdio'] };
    await using office = await bootOffice({ dashboard: folder.path }, { mcpServers: { everything } });
    const body = { name: 'remote', server: 'everything', policy: 'all', keepToken: false };
    const grant = expectOk(await office.admin.client.grants.mint({ body }));
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: commandOf('mcp-remote', `${office.gateway.url}/mcp-oauth/everything/`),
      // No browser is to open where the test runs.
      env: { HOME: office.test.data, PATH: '' },
      stderr: 'pipe',
    });
    let said = '';
    transport.stderr?.on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8');
    });
    const client = new Client({ name: 'agent', version: '1' });
    const connected = client.connect(transport);
    const address = () => /http:\S+\/oauth\/authorize\?\S+/.exec(said)?.[0];
    await until(() => address() !== undefined);
    const sentTo = new URL(address() ?? '');
    const callback = sentTo.searchParams.get('redirect_uri') ?? '';
    const asked = await openInBrowser(office, sentTo);
    await fetch(await consented(asked, office.admin, { grant: grant.id, callback }));
    await connected;
    const result = await client.callTool({ name: 'echo', arguments: { message: 'signed in' } });
    expect(textOf(result as never)).toBe('Echo: signed in');
    await client.close();
  });
});
