import { spawn } from 'node:child_process';
import { createServer, request as onwardRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as LegacyStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  ElicitRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { editConfig } from '../../server/test/cases/support/index.ts';
import { startFixture } from '../../server/test/conformance/fixture-process.ts';
import { bootGateway, type TestGateway } from '../../server/test/support/gateway.ts';
import { ENVELOPE } from '../../server/test/support/rpc.ts';
import { BOOMGATE, cleanEnvironment } from './command.ts';

const POLICY = { version: '1', default: 'allow', resources: { allow: ['*'] } };
const GRANT = 'token-of-another-grant-'.padEnd(48, 'x');
const WATCHED = 'test://watched-resource';
const PERSON = { action: 'accept', content: { username: 'ada', email: 'ada@example.com' } } as const;

let fixture: Awaited<ReturnType<typeof startFixture>>;
let gateway: TestGateway;
beforeAll(async () => {
  fixture = await startFixture('http-modern');
  gateway = await bootGateway({
    mcpServers: { s: fixture.entry },
    policies: { p: POLICY },
    grants: { other: { server: 's', policy: 'p', token: GRANT } },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await fixture[Symbol.asyncDispose]();
});

function command(
  token: string,
  url = gateway.gateway.url,
): {
  command: string;
  args: string[];
  env: Record<string, string>;
  stderr: 'pipe';
} {
  return {
    command: BOOMGATE,
    args: ['run', '--server', 's', '--url', url],
    env: cleanEnvironment({ BOOMGATE_GRANT: token }),
    stderr: 'pipe',
  };
}

const wait = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 15_000, interval: 20 });

/** An edit that changes what the grants see, then the policy as it was. */
async function editPolicy(): Promise<void> {
  await editConfig({ gateway }, ({ policies }) => {
    policies['p'] = { ...POLICY, hide: ['test_image_content'] };
  });
  await editConfig({ gateway }, ({ policies }) => {
    policies['p'] = POLICY;
  });
}

describe('a stdio client of the older generation', () => {
  it('hears of changes, is asked, and gets the log messages of its level through the bridge', async () => {
    const client = new LegacyClient({ name: 'c', version: '1' }, { capabilities: { elicitation: {} } });
    const heard: string[] = [];
    client.setRequestHandler(ElicitRequestSchema, () => PERSON);
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void heard.push('tools'));
    client.setNotificationHandler(
      ResourceUpdatedNotificationSchema,
      ({ params }) => void heard.push(params.uri),
    );
    client.setNotificationHandler(LoggingMessageNotificationSchema, () => void heard.push('log'));
    await client.connect(new LegacyStdio(command(gateway.token)));
    const asked = await client.callTool({ name: 'test_elicitation', arguments: { message: 'who?' } });
    expect(JSON.stringify(asked)).toContain('ada@example.com');
    await client.setLoggingLevel('debug');
    await client.callTool({ name: 'test_tool_with_logging', arguments: {} });
    expect(heard).toContain('log');
    await client.subscribeResource({ uri: WATCHED });
    await wait(async () => {
      await client.callTool({ name: 'test_trigger_resource_update', arguments: { uri: WATCHED } });
      expect(heard).toContain(WATCHED);
    });
    await editPolicy();
    await wait(() => expect(heard).toContain('tools'));
    await client.close();
  });
});

describe('a stdio client of the newest generation', () => {
  it('listens through the bridge, in its own era', async () => {
    const client = new Client(
      { name: 'c', version: '1' },
      { capabilities: { elicitation: {} }, versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    const heard: string[] = [];
    client.setRequestHandler('elicitation/create', () => PERSON);
    client.setNotificationHandler('notifications/tools/list_changed', () => void heard.push('tools'));
    client.setNotificationHandler(
      'notifications/resources/updated',
      ({ params }) => void heard.push(params.uri),
    );
    await client.connect(new StdioClientTransport(command(GRANT)));
    const asked = await client.callTool({ name: 'test_elicitation', arguments: { message: 'who?' } });
    expect(JSON.stringify(asked)).toContain('ada@example.com');
    const subscription = await client.listen({ toolsListChanged: true, resourceSubscriptions: [WATCHED] });
    expect(subscription.honoredFilter).toEqual({ toolsListChanged: true, resourceSubscriptions: [WATCHED] });
    await client.callTool({ name: 'test_trigger_resource_update', arguments: { uri: WATCHED } });
    await wait(() => expect(heard).toContain(WATCHED));
    await editPolicy();
    await wait(() => expect(heard).toContain('tools'));
    const other = await client.listen({ toolsListChanged: true });
    await other.close();
    await gateway.gateway.store.grants.setState('other', 'paused');
    expect(await subscription.closed).toBe('graceful');
    await gateway.gateway.store.grants.setState('other', 'active');
    await client.close();
  });

  it('is told by a result and a cancellation that the gateway ended the subscription', async () => {
    const { args, command: program, env } = command(GRANT);
    const child = spawn(program, args, { env });
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    const params = { notifications: { toolsListChanged: true }, _meta: ENVELOPE };
    child.stdin.write(
      `${JSON.stringify({ jsonrpc: '2.0', id: 5, method: 'subscriptions/listen', params })}\n`,
    );
    await wait(() => expect(lines).toHaveLength(1));
    await gateway.gateway.store.grants.setState('other', 'paused');
    await wait(() => expect(lines).toHaveLength(3));
    expect(lines.slice(1).map((line) => JSON.parse(line))).toMatchObject([
      { id: 5, result: { resultType: 'complete' } },
      { method: 'notifications/cancelled', params: { requestId: 5 } },
    ]);
    await gateway.gateway.store.grants.setState('other', 'active');
    child.stdin.end();
    await new Promise((resolve) => child.once('exit', resolve));
  });
});

describe('the stream of a stdio client', () => {
  it('is opened again when its grant was paused for a while', async () => {
    await using watched = await watchedGateway();
    const client = new LegacyClient({ name: 'c', version: '1' });
    const heard: string[] = [];
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void heard.push('tools'));
    await client.connect(new LegacyStdio(command(GRANT, watched.url)));
    await wait(() => expect(watched.gets).toEqual([200]));
    await gateway.gateway.store.grants.setState('other', 'paused');
    await wait(() => expect(watched.gets).toContain(401));
    await gateway.gateway.store.grants.setState('other', 'active');
    // A stream that comes again begins with what may have changed meanwhile.
    await wait(() => expect(heard).toContain('tools'));
    await client.close();
  });
});

/** An address that leads to the gateway, and the statuses of the streams that were asked for there. */
async function watchedGateway(): Promise<
  AsyncDisposable & { readonly url: string; readonly gets: number[] }
> {
  const gets: number[] = [];
  const server = createServer((request, response) => {
    const { headers, method, url } = request;
    const onward = onwardRequest(`${gateway.gateway.url}${url}`, { headers, method }, (answer) => {
      if (method === 'GET') gets.push(answer.statusCode ?? 0);
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    response.once('close', () => onward.destroy());
    onward.once('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    gets,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
