/**
 * Where others went wrong (P §7): one test for each row that none elsewhere is named after. A row is found by its number, here
 * or in the title of a test elsewhere.
 */
import { describe, expect, it } from 'vitest';
import {
  behave,
  bootCases,
  ERAS,
  expectAllowed,
  expectSame,
  openSseAgent,
  P0,
  PAIRINGS,
  type Received,
  TOOLS,
  useCases,
} from '../cases/support/index.ts';
import { until } from '../support/programs.ts';

const MODERN = '2026-07-28';
const DEPLOY = {
  name: 'deploy',
  inputSchema: { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } },
};
const POLICY = { ...P0, tools: { ...P0.tools, deploy: {} } };
const tools = [...TOOLS, DEPLOY];
const suite = useCases({
  policy: POLICY,
  tools,
  grants: () => ({ ST: { servers: { 's1-modern': 'p0', 's1-legacy': 'p0' } } }),
});

const methodsOf = (received: readonly Received[]): readonly unknown[] =>
  received.map(({ message }) => message.method);

describe.each(PAIRINGS)('P §7, $agent agent, $server server', (pairing) => {
  it("P §7.1 the version in the header is that of the server's connection, not of the agent's", async () => {
    const agent = suite().newAgent(pairing, { protocol: '2025-06-18' });
    await expectSame(suite(), () => agent.call('search', { q: 'x' }));
    const said = new Set(
      suite()
        .s1(pairing)
        .received.filter(({ message }) => message.method !== 'initialize')
        .map(({ headers }) => headers['mcp-protocol-version']),
    );
    // The stub's own revisions, whatever it was asked for.
    expect(said).toEqual(
      new Set([pairing.server === 'modern' ? MODERN : '2025-11-25', ...probes(pairing.server)]),
    );
  });

  it('P §7.2 a server gets the handshake of its own era before the first call, whoever calls', async () => {
    await using cases = await bootCases();
    const stub = cases.s1(pairing);
    await expectSame(cases, () => cases.agent(pairing).call('search', { q: 'x' }));
    const methods = methodsOf(stub.received);
    expect(methods.at(-1)).toBe('tools/call');
    const before = methods.slice(0, -1);
    expect(before[0]).toBe('server/discover');
    const handshake = before.filter((method) => /^initialize$|initialized$/.test(String(method)));
    const [{ headers = {}, message = {} } = {}] = stub.calls();
    const envelope = Object.keys(message.params?.['_meta'] ?? {}).filter((key) =>
      key.includes('modelcontextprotocol'),
    );
    if (pairing.server === 'legacy') {
      expect(handshake).toEqual(['initialize', 'notifications/initialized']);
      expect([headers['mcp-session-id'], envelope]).toEqual(['stub-session', []]);
    } else {
      expect(handshake).toEqual([]);
      expect([headers['mcp-session-id'], envelope.length > 0]).toEqual([undefined, true]);
    }
    await cases.expectLedgersToAgree();
  });

  it('P §7.5 a server of either era that wants Mcp-Param headers gets them', async () => {
    const stub = suite().s1(pairing);
    stub.nextCall((received, response) => {
      const isThere = received.headers['mcp-param-region'] === 'us';
      const answer = isThere ? behave.result({ content: [] }) : behave.error(-32020, 'header missing');
      return answer(received, response);
    });
    const headers = pairing.agent === 'modern' ? { 'mcp-param-region': 'us' } : {};
    expectAllowed(await suite().agent(pairing).call('deploy', { region: 'us' }, { headers }));
  });

  it('P §7.7 a list is fetched and checked once, however many agents ask for it', async () => {
    await using cases = await bootCases();
    const lists = Array.from({ length: 50 }, () => cases.newAgent(pairing, {}).request('tools/list'));
    const bodies = (await Promise.all(lists)).map(({ body }) => JSON.stringify(body.result?.['tools']));
    expect(new Set(bodies).size).toBe(1);
    expect(methodsOf(cases.s1(pairing).received).filter((method) => method === 'tools/list')).toHaveLength(1);
    await cases.expectLedgersToAgree();
  });

  it('P §7.18 a cancellation reaches the server that has the call, under the id that it knows', async () => {
    await using cases = await bootCases();
    const stub = cases.s1(pairing);
    const agent = cases.agent(pairing);
    const closed = Promise.withResolvers<void>();
    // Another call is under way, so that the ids of both sides differ and the wrong one could be met.
    const other = Promise.withResolvers<void>();
    stub.nextCall(async (received, response) => {
      await other.promise;
      behave.result({ content: [] })(received, response);
    });
    const kept = agent.call('search', { q: 'kept' }, { id: 'kept' });
    await until(() => stub.calls().length === 1);
    stub.nextCall((_received, response) => void response.once('close', closed.resolve));
    const abort = new AbortController();
    const cancelled = agent.call('slow', {}, { id: 'mine', signal: abort.signal }).catch(() => undefined);
    await until(() => stub.calls().length === 2);
    if (pairing.agent === 'modern') abort.abort();
    else {
      const text = agent.text('notifications/cancelled', { requestId: 'mine' }).replace(/"id":\d+,/, '');
      expect((await agent.send(text, 'notifications/cancelled')).status).toBe(202);
    }
    if (pairing.server === 'modern') await closed.promise;
    else {
      const told = (): Received | undefined =>
        stub.received.find(({ message }) => message.method === 'notifications/cancelled');
      await until(() => told() !== undefined);
      const call = stub.calls().at(-1);
      expect(told()?.message.params?.['requestId']).toBe(call?.message.id);
      expect(told()?.headers['mcp-session-id']).toBe(call?.headers['mcp-session-id']);
    }
    other.resolve();
    expectAllowed(await kept);
    abort.abort();
    await cancelled;
    await until(async () => (await cases.ledgers.rows()).at(-1)?.outcomeRow !== undefined);
    const rows = (await cases.ledgers.rows()).filter(({ row }) => row.target === 'slow');
    expect(rows.map(({ outcomeRow }) => outcomeRow?.status)).toEqual(['cancelled']);
    await cases.expectLedgersToAgree();
  });
});

/** The version of the one question that is asked to learn the era. */
function probes(server: string): readonly string[] {
  return server === 'legacy' ? [MODERN] : [];
}

describe.each(ERAS)('P §7.19 a tool under the name of a stack, %s agent', (era) => {
  it.each(ERAS)('has the headers of its own name at a %s server', async (server) => {
    const headers = era === 'modern' ? { 'mcp-param-region': 'us' } : {};
    const agent = suite().stackAgent(era, 'ST');
    expectAllowed(await agent.call(`s1-${server}__deploy`, { region: 'us' }, { headers }));
    const sent = suite().stubs[`s1-${server}`].calls().at(-1)?.headers;
    expect(sent).toMatchObject({
      'mcp-method': 'tools/call',
      'mcp-name': 'deploy',
      'mcp-param-region': 'us',
    });
  });
});

describe('P §7.22 addresses of the gateway', () => {
  const forged = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    forwarded: 'host=evil.example',
  };

  it('are not offered to agents without a grant, who would begin to sign in', async () => {
    const { url } = suite().gateway.gateway;
    const refused = await fetch(suite().gateway.endpoint('s1-modern'), { method: 'POST', headers: forged });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="mcp"');
    const paths = ['', '/mcp/s1-modern', '/mcp/s1-modern/', '/mcp-oauth/s1-modern/'].map(
      (path) => `/.well-known/oauth-protected-resource${path}`,
    );
    // No address is one that agents sign in to: decisions/0032.
    for (const path of [...paths, '/mcp-oauth/s1-modern/', '/.well-known/oauth-authorization-server']) {
      const found = await fetch(url + path, { headers: forged });
      expect(found.status).toBe(404);
      expect(await found.text()).not.toContain('evil.example');
    }
  });

  it.each(ERAS)(
    'are told to an HTTP+SSE agent as a path, which no header can turn, %s server',
    async (server) => {
      await using agent = await openSseAgent(suite(), server);
      const [first] = agent.session.reader.events;
      expect(first?.data).toMatch(new RegExp(`^/mcp/s1-${server}/message\\?sessionId=`));
    },
  );
});
