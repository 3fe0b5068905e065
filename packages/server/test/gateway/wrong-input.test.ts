import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway } from '../../src/index.ts';
import { ALLOW_ALL, bootGateway, type TestGateway } from '../support/gateway.ts';
import { ENVELOPE, MODERN, modernCall, post, type RawAnswer } from '../support/rpc.ts';
import { openSession } from '../support/session.ts';
import { type Stub, startStub } from '../support/stub.ts';

describe('a request that is not right', () => {
  let stub: Stub;
  let gateway: TestGateway;

  beforeAll(async () => {
    stub = await startStub({ era: 'modern', tools: [{ name: 'work' }] });
    gateway = await bootGateway({ mcpServers: { stub: { url: stub.url } }, policies: { all: ALLOW_ALL } });
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await stub[Symbol.asyncDispose]();
  });

  const send = (
    body: string | Buffer,
    headers: Record<string, string> = modernCall('work').headers,
  ): Promise<RawAnswer> => post(gateway.endpoint('stub'), gateway.token, { body, headers });
  const call = modernCall('work').body;

  it.each<[string, string | Buffer, number, number]>([
    ['broken JSON', '{"jsonrpc":', 400, -32700],
    ['an empty body', '', 400, -32700],
    ['a byte-order mark', `\ufeff${call}`, 400, -32700],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 400, -32700],
    ['a duplicate key', call.replace('"name":"work"', '"name":"work","n\\u0061me":"other"'), 400, -32600],
    [
      '__proto__ in the arguments',
      call.replace('"arguments":{}', '"arguments":{"__proto__":{"a":1}}'),
      400,
      -32600,
    ],
    [
      'an integer beyond 2^53',
      call.replace('"arguments":{}', '"arguments":{"n":9007199254740993}'),
      400,
      -32600,
    ],
    ['a number that overflows', call.replace('"arguments":{}', '"arguments":{"n":1e400}'), 400, -32600],
    [
      'nesting of 100',
      call.replace('"arguments":{}', `"arguments":{"n":${'['.repeat(100)}${']'.repeat(100)}}`),
      400,
      -32600,
    ],
    ['a batch', `[${call}]`, 400, -32600],
    ['arguments that are a list', call.replace('"arguments":{}', '"arguments":[1]'), 200, -32602],
    ['arguments that are a text', call.replace('"arguments":{}', '"arguments":"x"'), 200, -32602],
  ])('%s is answered with its error and forwards nothing', async (_what, body, status, code) => {
    const before = stub.received.length;
    const answer = await send(body);
    expect([answer.status, answer.body.error?.code]).toEqual([status, code]);
    expect(answer.body.error?.message).not.toMatch(/\bat .*\.(?:ts|js)|node:/);
    expect(stub.received.length).toBe(before);
    const [entry] = await gateway.gateway.store.decisions.query({ limit: 1 });
    expect(entry?.row).toMatchObject({ outcome: 'malformed', forwarded: false });
  });

  // As mcp 1.x for Python writes it, which takes any other status than 200 for the end of the session and of its program. LangChain,
  // LlamaIndex and OpenAI's agents on top of it end their run at an error of the protocol, or keep its words from the model.
  it.each([
    ['an integer beyond 2^53', '{"n":1152921504606846976}'],
    ['a number that overflows', '{"n":1e400}'],
    ['__proto__', '{"__proto__":1}'],
    ['nesting of 100', `{"n":${'['.repeat(100)}${']'.repeat(100)}}`],
    ['a text of more than a megabyte', `{"s":"${'x'.repeat(1_100_000)}"}`],
    ['more than 10,000 elements', `{"l":[${'1,'.repeat(11_000)}1]}`],
  ])('is answered by a result that its model reads in a session of before 2026: %s', async (_what, args) => {
    const session = await openSession({ endpoint: gateway.endpoint('stub'), token: gateway.token });
    const before = stub.received.length;
    const body = `{"method":"tools/call","params":{"name":"work","arguments":${args}},"jsonrpc":"2.0","id":7}`;
    const answer = await send(body, session.headers);
    expect([answer.status, answer.body.id, answer.body.result?.isError]).toEqual([200, 7, true]);
    expect(answer.body.result?.content?.[0]?.text).toMatch(/^\[REQUEST REFUSED\] /);
    expect(stub.received.length).toBe(before);
    const notification = await send(body.replace(',"id":7', ''), session.headers);
    expect([notification.status, notification.body.id]).toEqual([400, null]);
    const unknown = await send(body, { ...session.headers, 'mcp-session-id': 'x' });
    expect(unknown.status).toBe(400);
    const read = await send(body.replace('tools/call', 'prompts/get'), session.headers);
    expect([read.status, read.body.id, read.body.error?.code]).toEqual([200, 7, -32600]);
  });

  it('is answered by an error under its id where a key that is there twice leaves in doubt whether it is a call', async () => {
    const session = await openSession({ endpoint: gateway.endpoint('stub'), token: gateway.token });
    const body = '{"method":"tools/call","params":{"name":"work"},"method":"ping","jsonrpc":"2.0","id":7}';
    const answer = await send(body, session.headers);
    expect([answer.status, answer.body.id, answer.body.error?.code]).toEqual([200, 7, -32600]);
  });

  it('of an unknown method is refused and recorded', async () => {
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tasks/get',
      params: { taskId: 't', _meta: ENVELOPE },
    });
    const answer = await send(body, { 'mcp-protocol-version': MODERN, 'mcp-method': 'tasks/get' });
    expect([answer.status, answer.body.error?.code]).toEqual([404, -32601]);
    const [entry] = await gateway.gateway.store.decisions.query({ limit: 1 });
    expect(entry?.row).toMatchObject({ outcome: 'deny', rule: '(unknown method)', method: 'tasks/get' });
  });

  it.each([
    ['another media type', { 'content-type': 'text/plain' }, 415],
    ['a media type that only begins right', { 'content-type': 'application/jsonx' }, 415],
    ['an encoded body', { 'content-encoding': 'gzip' }, 415],
    ['a page of another origin', { origin: 'http://evil.example' }, 403],
  ])('with %s is refused before its body is read', async (_what, headers, status) => {
    expect((await send(call, { ...modernCall('work').headers, ...headers })).status).toBe(status);
  });

  it('that is too large is refused, and heard to its end by one who reads only then', async () => {
    const body = call.replace('"arguments":{}', `"arguments":{"n":"${'x'.repeat(20 * 1024 * 1024)}"}`);
    const answer = await send(body);
    expect([answer.status, answer.headers.get('connection')]).toEqual([413, 'keep-alive']);
    expect((await send(call)).status).toBe(200);
  });

  it.each([
    ['GET', {}, 400, null],
    ['GET', { 'mcp-protocol-version': '2026-07-28' }, 405, 'POST, DELETE'],
    ['PUT', {}, 405, 'GET, POST, DELETE'],
    ['PATCH', {}, 405, 'GET, POST, DELETE'],
  ])('by %s with the headers %o is refused with %i', async (method, headers, status, allow) => {
    const response = await fetch(gateway.endpoint('stub'), {
      method,
      headers: { authorization: `Bearer ${gateway.token}`, ...headers },
    });
    expect([response.status, response.headers.get('allow')]).toEqual([status, allow]);
  });

  it('to any other path is not found', async () => {
    for (const path of ['/', '/mcpx', '/mcp-oauth/stub/', '/.well-known/oauth-protected-resource/mcp/stub']) {
      expect((await fetch(gateway.gateway.url + path)).status).toBe(404);
    }
  });
});

describe('a start that cannot succeed', () => {
  const listen = {
    host: '127.0.0.1',
    port: 0,
    environment: {},
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boomgate-start-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const problemsOf = async (
    config: object | string | undefined,
    options: Partial<Parameters<typeof startGateway>[0]> = {},
  ): Promise<string> => {
    const path = join(folder, 'boomgate.config.json');
    if (config !== undefined)
      await writeFile(path, typeof config === 'string' ? config : JSON.stringify(config));
    const started = await startGateway({ ...listen, data: join(folder, 'data'), config: path, ...options });
    if (started.ok) await started.gateway.close();
    return started.ok ? 'started' : started.problems.join('\n');
  };
  const grant = { server: 's', token: 'x'.repeat(40) };
  const server = { command: 'true' };

  it.each<[string, object | string, RegExp]>([
    ['broken JSON', '{ "mcpServers": ', /boomgate\.config\.json:1:\d+: .*expected/],
    ['the same key twice', '{"grants":{},\n"grants":{}}', /:2:1: the key "grants" occurs here twice/],
    [
      'a wrong type',
      { mcpServers: { s: { command: 7 } } },
      /mcpServers\.s\.command: expected a text, found a number/,
    ],
    ['neither command nor url', { mcpServers: { s: {} } }, /expected "url" or "command", found neither/],
    ['a bad address', { mcpServers: { s: { url: 'ftp://x' } } }, /expected an http or https address/],
    [
      'a variable that is not set',
      { mcpServers: { s: { url: 'http://x', headers: { A: '${env:NOT_SET_ANYWHERE}' } } } },
      /NOT_SET_ANYWHERE is not set/,
    ],
    [
      'a grant for no server',
      { mcpServers: {}, grants: { g: grant } },
      /there is no server "s"; known: none/,
    ],
    [
      'a grant with no such policy',
      { mcpServers: { s: server }, grants: { g: { ...grant, policy: 'p' } } },
      /there is no policy "p"/,
    ],
    [
      'a misspelt key of a grant',
      { mcpServers: { s: server }, grants: { g: { ...grant, polizy: 'p' } } },
      /polizy/,
    ],
    [
      'a short token',
      { mcpServers: { s: server }, grants: { g: { ...grant, token: 'short' } } },
      /expected 32 to 256 characters, found 5/,
    ],
    [
      'a policy file that is not there',
      { policies: { p: './none.json' } },
      /none\.json: cannot be read: there is no such file/,
    ],
    [
      'a bad policy',
      { policies: { p: { version: '1', default: 'deny', tools: { t: { deny_fi: [] } } } } },
      /deny_fi/,
    ],
  ])('because of %s says what and where', async (_what, config, message) => {
    expect(await problemsOf(config)).toMatch(message);
  });

  it('because of an unreadable file says so', async () => {
    expect(await problemsOf(undefined, { config: join(folder, 'missing.json') })).toMatch(
      /missing\.json: cannot be read: there is no such file/,
    );
    expect(await problemsOf(undefined, { config: folder })).toMatch(/it is a folder/);
  });

  it('because of a taken port says which', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await problemsOf({}, { port })).toBe(
      `port ${port} of 127.0.0.1 is taken; stop what listens there, or choose another with --port`,
    );
    await new Promise((resolve) => other.close(resolve));
  });

  it('because it would listen for others without TLS says what to do', async () => {
    expect(await problemsOf({}, { host: '0.0.0.0' })).toMatch(/--behind-proxy/);
  });

  it('because another gateway has the data folder says so', async () => {
    const first = await startGateway({ ...listen, data: join(folder, 'shared') });
    expect(await problemsOf({}, { data: join(folder, 'shared') })).toMatch(/another gateway/);
    if (first.ok) await first.gateway.close();
  });
});

describe('a server that cannot be started', () => {
  it('is named to the operator, and to the agent without detail', async () => {
    await using gateway = await bootGateway({
      mcpServers: { missing: { command: 'boomgate-no-such-command' } },
    });
    const answer = await post(gateway.endpoint('missing'), gateway.token, modernCall('anything'));
    expect(answer.status).toBe(200);
    expect(answer.body.result?.isError).toBe(true);
    expect(answer.body.result?.content?.[0]?.text).toMatch(/^\[UPSTREAM UNAVAILABLE\]/);
    expect(answer.text).not.toContain('boomgate-no-such-command');
    expect(JSON.stringify([gateway.lines, gateway.gateway.upstreams()])).toContain(
      'boomgate-no-such-command',
    );
    const [entry] = await gateway.gateway.store.decisions.query({ limit: 1, method: 'tools/call' });
    expect(entry?.row).toMatchObject({ outcome: 'error', forwarded: false, target: 'anything' });
  });
});
