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
import { behave, startScriptedStub } from '../cases/support/index.ts';
import { startFixture } from '../conformance/fixture-process.ts';
import { type ToolResult, textOf } from '../support/clients.ts';
import { openEvents } from '../support/events.ts';
import { bootGateway, type TestGateway } from '../support/gateway.ts';
import { MODERN } from '../support/rpc.ts';
import { openSession } from '../support/session.ts';

const ASKERS = ['sdk 1.x', 'client 2.x in its older era', 'client 2.x'] as const;
type Asker = (typeof ASKERS)[number];

const CAPABILITIES = { elicitation: {}, sampling: {}, roots: {} };
const PERSON = { action: 'accept', content: { username: 'ada', email: 'ada@example.com' } } as const;
const MODEL = {
  role: 'assistant',
  content: { type: 'text', text: 'said the model' },
  model: 'test',
} as const;
const ROOTS = { roots: [{ uri: 'file:///home/ada' }] };

const GRANT = 'token-of-another-grant-'.padEnd(48, 'x');
const ACCEPTED = { who: { action: 'accept', content: { name: 'Ada' } } };
const QUESTION = {
  resultType: 'input_required',
  inputRequests: {
    who: { method: 'elicitation/create', params: { message: 'who?', requestedSchema: { type: 'object' } } },
  },
  requestState: 'of the server',
};

type Call = (name: string, args: object) => Promise<ToolResult>;

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
    const call: Call = async (name, args) =>
      (await client.callTool({ name, arguments: { ...args } })) as unknown as ToolResult;
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
  const call: Call = async (name, args) =>
    // The result is looked at member by member.
    (await client.callTool({ name, arguments: { ...args } })) as unknown as ToolResult;
  return { call, close: () => client.close() };
}

const KINDS = ['http-modern', 'http-legacy', 'stdio-modern', 'stdio-legacy'] as const;

describe.each(KINDS)('a server over %s asks', (kind) => {
  let fixture: Awaited<ReturnType<typeof startFixture>>;
  let gateway: TestGateway;
  beforeAll(async () => {
    fixture = await startFixture(kind);
    gateway = await bootGateway({ mcpServers: { s: { ...fixture.entry, parking: true } } });
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await fixture[Symbol.asyncDispose]();
  });

  it.each(ASKERS)('the person, the model and for the roots of %s', async (asker) => {
    const { call, close } = await connect(asker, gateway);
    expect(textOf(await call('test_elicitation', { message: 'who?' }))).toContain('ada@example.com');
    expect(textOf(await call('test_sampling', { prompt: 'say something' }))).toContain('said the model');
    expect(textOf(await call('test_input_required_result_list_roots', {}))).toContain('file:///home/ada');
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

describe('the answer that a legacy session waits for', () => {
  it('counts from that session alone, and once', async () => {
    await using stub = await startScriptedStub({ era: 'modern', tools: [{ name: 'search' }] });
    await using gateway = await bootGateway({
      mcpServers: { s: { url: stub.url } },
      grants: { other: { server: 's', policy: 'all', token: GRANT } },
    });
    const endpoint = gateway.endpoint('s');
    const { token } = gateway;
    const capabilities = { elicitation: {} };
    const session = await openSession({ endpoint, token, capabilities });
    const stranger = await openSession({ endpoint, token, capabilities });
    const foreign = await openSession({ endpoint, token: GRANT, capabilities });
    stub.nextCall(behave.result(QUESTION));
    const params = { name: 'search', arguments: { q: 'x' } };
    await using call = await openEvents(endpoint, {
      method: 'POST',
      token,
      headers: session.headers,
      body: JSON.stringify({ jsonrpc: '2.0', id: 'call', method: 'tools/call', params }),
    });
    const { message } = await call.seen(({ message: { method } }) => method === 'elicitation/create');
    const reply = (name: string): object => ({
      jsonrpc: '2.0',
      id: message.id,
      result: { action: 'accept', content: { name } },
    });
    const before = stub.calls().length;
    for (const other of [stranger, foreign]) {
      expect((await other.send(reply('Mallory'))).status).toBe(202);
      // By the time of this answer the reply would have been taken.
      await other.request('ping');
    }
    expect(stub.calls()).toHaveLength(before);
    expect((await session.send(reply('Ada'))).status).toBe(202);
    expect((await session.send(reply('Eve'))).status).toBe(202);
    const answer = await call.seen(({ message: { id } }) => id === 'call');
    expect(answer.message.result?.['isError']).toBeUndefined();
    expect(stub.calls()).toHaveLength(before + 1);
    expect(stub.calls().at(-1)?.message.params?.['inputResponses']).toEqual(ACCEPTED);
  });
});
