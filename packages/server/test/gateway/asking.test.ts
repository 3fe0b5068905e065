import { Agent as HttpAgent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Client as NewClient,
  StreamableHTTPClientTransport as NewTransport,
} from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ACCEPTED,
  Agent,
  ASKABLE,
  behave,
  editConfig,
  expectAllowed,
  openCall,
  QUESTION,
  useCases,
} from '../cases/support/index.ts';
import { startFixture } from '../conformance/fixture-process.ts';
import { type ToolResult, textOf } from '../support/clients.ts';
import { bootGateway, type TestGateway } from '../support/gateway.ts';
import { npmServer, until } from '../support/programs.ts';
import { MODERN } from '../support/rpc.ts';

const ASKERS = ['sdk 1.x', 'client 2.x in its older era', 'client 2.x'] as const;
type Asker = (typeof ASKERS)[number];

const CAPABILITIES = { elicitation: {}, sampling: {}, roots: {} };
const PERSON = { action: 'accept', content: { username: 'ada', email: 'ada@example.com' } } as const;
const MODEL = {
  role: 'assistant',
  content: { type: 'text', text: 'said the model' },
  model: 'test',
} as const;
/** A folder that is there, so that a server may take it for its own. */
const ROOTS = { roots: [{ uri: 'file:///usr' }] };

const STACK = 'stack';

type Call = (name: string, args: object, signal?: AbortSignal) => Promise<ToolResult>;

/** An official client that can be asked everything; `capabilities` says what it declares. */
async function connect(
  kind: Asker,
  gateway: TestGateway,
  capabilities: object = CAPABILITIES,
): Promise<{ call: Call; close: () => Promise<void> }> {
  const requestInit = { headers: { Authorization: `Bearer ${gateway.token}` } };
  const url = new URL(gateway.endpoint('s'));
  const has = (name: string): boolean => Object.hasOwn(capabilities, name);
  if (kind === 'sdk 1.x') {
    const client = new OldClient({ name: 'a', version: '1' }, { capabilities });
    if (has('elicitation')) client.setRequestHandler(ElicitRequestSchema, () => PERSON);
    if (has('sampling')) client.setRequestHandler(CreateMessageRequestSchema, () => MODEL);
    if (has('roots')) client.setRequestHandler(ListRootsRequestSchema, () => ROOTS);
    // The SDK's own transport does not fit its own interface under exactOptionalPropertyTypes.
    await client.connect(new OldTransport(url, { requestInit }) as Parameters<typeof client.connect>[0]);
    // The result is looked at member by member.
    const call: Call = async (name, args, signal) =>
      (await client.callTool(
        { name, arguments: { ...args } },
        undefined,
        signal && { signal },
      )) as unknown as ToolResult;
    return { call, close: () => client.close() };
  }
  const versionNegotiation = { mode: { pin: MODERN } } as const;
  const client = new NewClient(
    { name: 'a', version: '1' },
    { capabilities, ...(kind === 'client 2.x' ? { versionNegotiation } : {}) },
  );
  if (has('elicitation')) client.setRequestHandler('elicitation/create', () => PERSON);
  if (has('sampling')) client.setRequestHandler('sampling/createMessage', () => MODEL);
  if (has('roots')) client.setRequestHandler('roots/list', () => ROOTS);
  await client.connect(new NewTransport(url, { requestInit }));
  const call: Call = async (name, args, signal) =>
    // The result is looked at member by member.
    (await client.callTool({ name, arguments: { ...args } }, signal && { signal })) as unknown as ToolResult;
  return { call, close: () => client.close() };
}

const KINDS = ['http-modern', 'http-legacy', 'stdio-modern', 'stdio-legacy'] as const;

describe.each(KINDS)('a server over %s asks', (kind) => {
  let fixture: Awaited<ReturnType<typeof startFixture>>;
  let gateway: TestGateway;
  beforeAll(async () => {
    fixture = await startFixture(kind);
    gateway = await bootGateway({
      mcpServers: { s: { ...fixture.entry, parking: true, isolation: 'grant' } },
    });
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await fixture[Symbol.asyncDispose]();
  });

  it.each(ASKERS)('the person, the model and for the roots of %s', async (asker) => {
    const { call, close } = await connect(asker, gateway);
    expect(textOf(await call('test_elicitation', { message: 'who?' }))).toContain('ada@example.com');
    expect(textOf(await call('test_sampling', { prompt: 'say something' }))).toContain('said the model');
    expect(textOf(await call('test_input_required_result_list_roots', {}))).toContain('file:///usr');
    await close();
    const rows = await gateway.gateway.store.decisions.query({ limit: 1, method: 'tools/call' });
    expect(rows[0]?.row).toMatchObject({ outcome: 'allow', target: 'test_input_required_result_list_roots' });
  });

  it.each(ASKERS)('%s in vain when it cannot be asked', async (asker) => {
    const { call, close } = await connect(asker, gateway, {});
    // The newest era has an error for it; everywhere else the model is told.
    const answer = await call('test_elicitation', { message: 'who?' }).catch((error: Error) => error);
    if (!(answer instanceof Error)) expect(answer.isError).toBe(true);
    await close();
  });
});

describe('a program that asks through its session, not through the call', () => {
  const args = [join(import.meta.dirname, '..', 'upstreams', 'old-kit-stdio.ts')];
  const text = async (answer: Promise<ToolResult>): Promise<string> => textOf(await answer);

  it('asks the agent of two calls at once, and nobody while another has one', async () => {
    await using gateway = await bootGateway({ mcpServers: { s: { command: process.execPath, args } } });
    const one = await connect('sdk 1.x', gateway);
    const other = await connect('sdk 1.x', gateway);
    const stop = new AbortController();
    const waiting = one.call('wait', {}, stop.signal).catch(() => undefined);
    const rows = () => gateway.gateway.store.decisions.query({ limit: 1, method: 'tools/call' });
    await until(async () => (await rows())[0]?.row.target === 'wait');
    const answers = await Promise.all([text(one.call('ask-aside', {})), text(one.call('ask-aside', {}))]);
    for (const answer of answers) expect(answer).toMatch(/ada@example.com.*said the model/);
    expect(await text(other.call('ask-aside', {}))).toMatch(/cancel.*Method not found/);
    stop.abort();
    await waiting;
    // What one gave up may still ask, for the other.
    expect(await text(other.call('ask-aside', {}))).toMatch(/cancel.*Method not found/);
    expect(await text(one.call('ask-aside', {}))).toMatch(/ada@example.com.*said the model/);
    await Promise.all([one.close(), other.close()]);
  });
});

describe.each(['shared', 'grant'])(
  'the folders of a server that takes the roots of its client, %s',
  (isolation) => {
    it('stay those that the operator gave it', async () => {
      const args = [npmServer('filesystem'), tmpdir()];
      await using gateway = await bootGateway({
        mcpServers: { s: { command: process.execPath, args, isolation } },
      });
      const { call, close } = await connect('sdk 1.x', gateway);
      const text = textOf(await call('list_allowed_directories', {}));
      expect(text).toContain(tmpdir());
      expect(text).not.toContain('/usr');
      await close();
    });
  },
);

const TOOL = { version: '1', default: 'allow', tools: { search: { rate_limit: '3/hour' } } };
const suite = useCases({
  policy: TOOL,
  grants: (era) => ({ GA2: {}, [STACK]: { servers: { [`s1-${era}`]: 'p0' } } }),
});

describe('the answer that a legacy session waits for', () => {
  const server = { agent: 'legacy', server: 'modern' } as const;

  it('counts from that session alone, and once', async () => {
    const agent = suite().newAgent(server, { capabilities: ASKABLE });
    const stub = suite().s1(server);
    stub.nextCall(behave.result(QUESTION));
    await using call = await openCall(agent, 'tools/call', { name: 'search', arguments: { q: 'x' } });
    const id = await call.asked();
    const before = stub.calls().length;
    const saying = (name: string): object => ({ id, result: { action: 'accept', content: { name } } });
    for (const other of [
      suite().newAgent(server, { capabilities: ASKABLE }),
      suite().newAgent(server, { capabilities: ASKABLE, grant: 'GA2' }),
    ]) {
      expect((await other.send(JSON.stringify({ jsonrpc: '2.0', ...saying('Mallory') }))).status).toBe(202);
      // By the time of this answer the reply would have been taken.
      await other.request('ping');
    }
    expect(stub.calls()).toHaveLength(before);
    await call.reply(id);
    await call.reply(id, saying('Eve'));
    expectAllowed(await call.answer());
    expect(stub.calls()).toHaveLength(before + 1);
    expect(stub.calls().at(-1)?.message.params?.['inputResponses']).toEqual(ACCEPTED);
  });

  it('counts from a session with a stack, by the policy of the one server', async () => {
    const stub = suite().s1(server);
    const agent = new Agent({
      era: 'legacy',
      endpoint: `${suite().gateway.gateway.url}/mcp/`,
      token: suite().tokenOf(STACK, 'modern'),
      grant: `${STACK}-modern`,
      // A stack has names of its own, so that its calls are compared at the server only.
      server: '',
      onSeen: () => undefined,
      connections: new HttpAgent(),
      capabilities: ASKABLE,
    });
    const params = { name: 's1-modern__search', arguments: { q: 'x' } };
    for (const isChanged of [false, true]) {
      stub.nextCall(behave.result(QUESTION));
      await using call = await openCall(agent, 'tools/call', params);
      const id = await call.asked();
      if (isChanged)
        await editConfig(suite(), ({ policies }) => {
          policies['p0'] = { ...TOOL, tools: { search: { action: 'deny' } } };
        });
      const before = stub.calls().length;
      await call.reply(id);
      expect((await call.answer()).body.result?.isError === true).toBe(isChanged);
      expect(stub.calls()).toHaveLength(isChanged ? before : before + 1);
    }
  });
});
