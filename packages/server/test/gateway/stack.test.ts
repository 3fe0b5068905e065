import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGENTS, connectAgent, textOf } from '../support/clients.ts';
import { bootGateway, type TestGateway } from '../support/gateway.ts';
import { npmServer } from '../support/programs.ts';
import { ENVELOPE, MODERN, modernCall, post, type RawAnswer } from '../support/rpc.ts';
import { type Stub, startStub } from '../support/stub.ts';

const TOKEN = 'stack-grant-0123456789-0123456789-0123456789';
const ALLOW = { version: '1', default: 'allow', resources: { allow: ['*'] }, prompts: { allow: ['*'] } };
const CAREFUL = {
  version: '1',
  default: 'deny',
  hide: ['secret_*'],
  tools: { work: { rate_limit: '2/minute' }, secret_tool: {} },
};

let stub: Stub;
let other: Stub;
let gateway: TestGateway;

beforeAll(async () => {
  const tools = [{ name: 'work' }, { name: 'secret_tool' }, { name: 'denied' }, { name: '_odd' }];
  stub = await startStub({ era: 'modern', tools });
  other = await startStub({ era: 'legacy', tools: [{ name: 'work' }, { name: 'x'.repeat(62) }] });
  gateway = await bootGateway({
    mcpServers: {
      first: { url: stub.url },
      second: { url: other.url },
      everything: { command: process.execPath, args: [npmServer('everything'), 'stdio'] },
      down: { url: 'http://127.0.0.1:9/mcp' },
    },
    policies: { careful: CAREFUL, all: ALLOW },
    grants: {
      stack: {
        token: TOKEN,
        servers: { first: 'careful', second: 'all', everything: 'all', down: 'all' },
      },
    },
  });
}, 60_000);

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
});

const endpoint = () => `${gateway.gateway.url}/mcp/`;
const call = (name: string, args: object = {}) => post(endpoint(), TOKEN, modernCall(name, args));

async function ask(method: string, params: object = {}, name?: string): Promise<RawAnswer> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: ENVELOPE } });
  const headers = { 'mcp-protocol-version': MODERN, 'mcp-method': method };
  return post(endpoint(), TOKEN, {
    body,
    headers: name === undefined ? headers : { ...headers, 'mcp-name': name },
  });
}

describe.each(AGENTS)('a stack grant with %s', (kind) => {
  it('offers the tools of all its servers under their names, and calls the right one', async () => {
    const agent = await connectAgent(kind, endpoint(), TOKEN);
    const names = (await agent.listTools()).tools.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['first__work', 'second__work', 'everything__echo']));
    expect(names).toEqual([...names].sort());
    const echoed = await agent.callTool({ name: 'everything__echo', arguments: { message: 'hello' } });
    expect(textOf(echoed)).toContain('hello');
    await agent.close();
  });
});

describe('every call of a stack', () => {
  it('is decided by the policy that the grant names for its server, and logged there', async () => {
    const denied = await call('first__denied');
    expect(denied.body.result?.content?.[0]?.text).toContain('[POLICY DENIED]');
    expect((await call('second__work')).body.result?.isError).toBeUndefined();
    expect(other.calls().at(-1)?.message.params).toMatchObject({ name: 'work' });
    const [row] = await gateway.gateway.store.decisions.query({ limit: 1, method: 'tools/call' });
    expect(row?.row).toMatchObject({ server: 'second', target: 'work', policy: 'all' });
  });

  it('counts for its own server alone', async () => {
    const texts: unknown[] = [];
    for (let index = 0; index < 3; index += 1)
      texts.push((await call('first__work')).body.result?.content?.[0]?.text);
    expect(texts.slice(0, 2)).toEqual(['done', 'done']);
    expect(texts[2]).toContain('[POLICY DENIED]');
    expect((await call('second__work')).body.result?.content?.[0]?.text).toBe('done');
  });

  it('to a hidden tool, an absent one and none of its servers has the same answer', async () => {
    const answers = await Promise.all(
      ['first__secret_tool', 'first__absent', 'nobody__x', 'plain'].map((name) => call(name)),
    );
    const texts = answers.map(({ text }, index) =>
      text.replaceAll(['first__secret_tool', 'first__absent', 'nobody__x', 'plain'][index] ?? '', 'X'),
    );
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toContain('Unknown tool: X');
  });

  it('finds tools whose names begin with an underscore', async () => {
    expect((await call('first___odd')).body.result?.content?.[0]?.text).toContain('[POLICY DENIED]');
  });
});

describe('a completion of a stack', () => {
  it.each([
    ['a prompt that is not open', 'first__x'],
    ['a prompt of none of its servers', 'nobody__x'],
  ])('is refused under the name that the agent used: %s', async (_, name) => {
    const argument = { name: 'a', value: '' };
    const { body } = await ask('completion/complete', { ref: { type: 'ref/prompt', name }, argument });
    expect(body.error).toEqual({ code: -32602, message: `Unknown prompt: ${name}` });
  });

  it.each([
    ['a resource that is not open', 'boomgate:first/x:y'],
    ['a resource of none of its servers', 'boomgate:nobody/x:y'],
  ])('is refused at the address that the agent used: %s', async (_, uri) => {
    const argument = { name: 'a', value: '' };
    const { body } = await ask('completion/complete', { ref: { type: 'ref/resource', uri }, argument });
    expect(body.error).toMatchObject({ code: -32602, data: { uri } });
  });
});

describe('the lists of a stack', () => {
  it('leave out hidden tools, names that are too long and servers that cannot be asked', async () => {
    const { body } = await ask('tools/list');
    const tools = body.result?.['tools'] as { name: string }[];
    const names = tools.map(({ name }) => name);
    expect(names).toContain('first__denied');
    expect(names.some((name) => name.includes('secret') || name.length > 64 || name.startsWith('down'))).toBe(
      false,
    );
  });

  it('give resources addresses that lead back to their server', async () => {
    const { body } = await ask('resources/list');
    const first = (body.result?.['resources'] as { uri: string }[] | undefined)?.[0];
    expect(first?.uri).toMatch(/^boomgate:everything\//);
    const read = await ask('resources/read', { uri: first?.uri }, first?.uri);
    expect(read.body.result?.['contents']).toMatchObject([{ uri: first?.uri }]);
    const missing = await ask('resources/read', { uri: 'boomgate:nobody/x' }, 'boomgate:nobody/x');
    expect(missing.body.error).toMatchObject({ code: -32602, data: { uri: 'boomgate:nobody/x' } });
  });

  it('give prompts names that lead back to their server', async () => {
    const { body } = await ask('prompts/list');
    const prompts = body.result?.['prompts'] as { name: string }[];
    const simple = prompts.find(({ name }) => name.startsWith('everything__'))?.name ?? '';
    expect((await ask('prompts/get', { name: simple }, simple)).body.error?.message ?? '').not.toContain(
      'Unknown',
    );
    expect((await ask('prompts/get', { name: 'first__x' }, 'first__x')).body.error?.message).toBe(
      'Unknown prompt: first__x',
    );
  });

  it('are described with what any of the servers can', async () => {
    const { body } = await ask('server/discover');
    expect(body.result?.['capabilities']).toMatchObject({ tools: {}, prompts: {}, resources: {} });
  });
});

describe('the addresses', () => {
  it('of single servers are closed to a stack grant, and the stack to other grants', async () => {
    expect((await post(gateway.endpoint('first'), TOKEN, modernCall('work'))).status).toBe(401);
    expect((await post(endpoint(), gateway.token, modernCall('first__work'))).status).toBe(401);
    expect((await post(`${gateway.gateway.url}/mcp`, TOKEN, modernCall('second__work'))).status).toBe(200);
  });
});

describe('a stack that cannot be', () => {
  it.each<[string, object, string]>([
    ['without servers', { servers: {} }, 'expected 1 to 64 servers'],
    ['with a server that is not there', { servers: { nobody: null } }, 'there is no server "nobody"'],
    ['with a policy that is not there', { servers: { a: 'nothing' } }, 'there is no policy "nothing"'],
    ['with a server whose name is ambiguous', { servers: { a__b: null } }, 'could not be told apart'],
    [
      'with one server beside it',
      { server: 'a', servers: { a: null } },
      'expected "server" or "servers", found both',
    ],
    ['without anything to open', {}, 'expected "server" or "servers", found neither'],
  ])('is refused at set-up: %s', async (_what, grant, problem) => {
    await expect(
      bootGateway({
        mcpServers: { a: { url: stub.url }, a__b: { url: stub.url } },
        grants: { stack: { token: TOKEN, ...grant } },
      }),
    ).rejects.toThrow(problem);
  });
});
