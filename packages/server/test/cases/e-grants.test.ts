import { createHash, createHmac } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mintToken, ORGANIZATION, startGateway } from '../../src/index.ts';
import { STRANGERS_AT_ONCE } from '../../src/limits/index.ts';
import { openDatabase } from '../../src/store/sqlite/driver.ts';
import { until } from '../support/programs.ts';
import {
  type Agent,
  type Answer,
  behave,
  bootCases,
  type Cases,
  ERAS,
  editConfig,
  exchangeBytes,
  expectAllowed,
  expectDeny,
  expectSame,
  expectUnauthorized,
  type MovedClock,
  movedClock,
  openSseAgent,
  openStream,
  P0,
  PAIRINGS,
  type ScriptedStub,
  STREAMS,
  useCases,
} from './support/index.ts';

/** Tokens of which always two share their beginning. */
const SHARED = [20, 32, 64].flatMap((length) =>
  ['a', 'b'].map((end) => `${'p'.repeat(length)}-${end.repeat(40)}`),
);

const suite = useCases({
  policies: { nothing: { version: '1', default: 'deny' }, all: { version: '1', default: 'allow' } },
  grants: (era) => ({
    GA2: {},
    ...Object.fromEntries(
      SHARED.map((token, at) => [
        `shared-${at}`,
        // The configuration wants every token once, so that each era has its own.
        { token: `${token}${era}`, policy: at % 2 === 0 ? 'nothing' : 'all' },
      ]),
    ),
  }),
});

/** Tokens of which a server that accepted some would have to tell these apart; decisions/0032. */
const JWTS: Readonly<Record<string, Claims>> = {
  'right in everything': {},
  'for nobody': { aud: undefined },
  'for somebody else': { aud: 'https://other.example' },
  'signed by nobody': { alg: 'none' },
  'with a key that is a file': { kid: '../../../../dev/null' },
  expired: { exp: 1 },
  'not valid yet': { nbf: 4_102_444_800 },
  'of another issuer': { iss: 'https://evil.example' },
};
type Claims = { readonly alg?: string; readonly kid?: string; readonly [name: string]: unknown };

function signed({ alg = 'HS256', kid = 'one', ...claims }: Claims): string {
  const payload = { iss: 'https://boomgate.example', aud: 'boomgate', exp: 4_102_444_800, ...claims };
  const parts = [{ alg, kid }, payload].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const mac = alg === 'none' ? '' : createHmac('sha256', '').update(parts.join('.')).digest('base64url');
  return `${parts.join('.')}.${mac}`;
}

const search = (agent: Agent): Promise<Answer> => agent.call('search', { q: 'x' });

describe.each(PAIRINGS)('E grants, $agent agent, $server server', (pairing) => {
  const agent = (): Agent => suite().agent(pairing);
  /** A call with everything right but the Authorization. */
  const presenting = async (...authorization: readonly string[]): Promise<Answer> => {
    const own = Object.entries(await agent().headers('tools/call', 'search'));
    const others = own.filter(([name]) => name !== 'authorization' && !authorization.includes(name));
    const body = agent().text('tools/call', { name: 'search', arguments: {} });
    const stranger = suite().newAgent(pairing, { token: undefined });
    return stranger.exchange('POST', { body, list: [...others.flat(), ...authorization] });
  };

  it("E-02 another server's id", async () => {
    const { servers } = suite().gateway.gateway.store;
    for (const server of [
      await servers.idFor('default', `s2-${pairing.server}`),
      `s2-${pairing.server}`,
      'no-such-server',
    ]) {
      const endpoint = suite().gateway.endpoint(server);
      const list = Object.entries(await agent().headers('tools/call', 'search')).flat();
      const body = agent().text('tools/call', { name: 'search', arguments: {} });
      await expectUnauthorized(suite(), () =>
        suite().newAgent(pairing, { endpoint }).exchange('POST', { body, list }),
      );
    }
  });

  it.each<[string, (token: string) => readonly string[]]>([
    ['none', () => []],
    ['nothing after Bearer', () => ['authorization', 'Bearer']],
    ['a blank after Bearer', () => ['authorization', 'Bearer ']],
    ['three blanks', (token) => ['authorization', `bearer   ${token}`]],
    ['a tab', (token) => ['authorization', `Bearer\t${token}`]],
    ['Basic', (token) => ['authorization', `Basic ${Buffer.from(token).toString('base64')}`]],
    ['no scheme', (token) => ['authorization', token]],
    ['two tokens', (token) => ['authorization', `Bearer ${token},${token}`]],
    ['a token and more', (token) => ['authorization', `Bearer ${token} x`]],
    ['a token less one character', (token) => ['authorization', `Bearer ${token.slice(0, -1)}`]],
    ['a token in other case', (token) => ['authorization', `Bearer ${token.toLowerCase()}`]],
    ['10 KB', () => ['authorization', `Bearer ${'x'.repeat(10_000)}`]],
    ['Latin-1', (token) => ['authorization', `Bearer ${token}\u00e9`]],
    ['another header', (token) => ['x-api-key', token]],
  ])('E-03 missing, empty, malformed bearer: %s', (_what, headers) =>
    expectUnauthorized(suite(), () => presenting(...headers(agent().token ?? ''))),
  );

  it('E-03 the scheme is case-insensitive', async () => {
    expectAllowed(await presenting('authorization', `bEARER ${agent().token}`));
  });

  it.each([
    ['100 KB', 'x'.repeat(100_000)],
    ['NUL', 'x\0x'],
    ['CR', 'x\rx'],
    ['Unicode', 'x\u{1F600}x'],
  ])('E-03 what is no header is refused before it is one: %s', async (_what, token) => {
    const { host, pathname } = new URL(agent().endpoint);
    const head = `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n`;
    const text = await exchangeBytes(agent().endpoint, `${head}Authorization: Bearer ${token}\r\n\r\n{}`);
    expect(text).toMatch(/^HTTP\/1\.1 (?:400|401|431) /);
    expect(text).not.toMatch(/node:|\.ts/);
  });

  it('E-05 prefix-colliding tokens are never one another', async () => {
    for (let round = 0; round < 20; round += 1)
      for (const at of SHARED.keys()) {
        const answer = await search(suite().agent(pairing, `shared-${at}`));
        expect([at, answer.body.result?.isError === true]).toEqual([at, at % 2 === 0]);
      }
  });

  it('E-15, P §7.9 session id of another principal', async () => {
    const session = await suite()
      .newAgent({ ...pairing, agent: 'legacy' }, {})
      .session();
    const other = suite().agent({ ...pairing, agent: 'legacy' }, 'GA2');
    const post = await other.call('search', {}, { headers: { 'mcp-session-id': session } });
    const unknown = await other.call(
      'search',
      {},
      { headers: { 'mcp-session-id': 'x'.repeat(session.length) } },
    );
    expect([post.status, post.text.replace(/"id":\d+/, '')]).toEqual([
      404,
      unknown.text.replace(/"id":\d+/, ''),
    ]);
    const list = Object.entries({ ...(await other.headers('x')), 'mcp-session-id': session }).flat();
    expect((await other.exchange('DELETE', { list })).status).toBe(404);
    expect((await other.exchange('GET', { list })).status).toBe(404);
  });

  it('E-16, P §7.10 session id without token', async () => {
    const session = await suite()
      .agent({ ...pairing, agent: 'legacy' })
      .session();
    await expectUnauthorized(suite(), () => presenting('mcp-session-id', session));
    await expectUnauthorized(suite(), () => presenting('x-session-id', session));
  });

  it.each(['sid&owner=x', '../', 'x'.repeat(8_000), 'A'.repeat(64), '', ' ', '0'.repeat(64)])(
    'E-17, P §7.10 session id format injection: %s',
    async (session) => {
      const old = suite().agent({ ...pairing, agent: 'legacy' });
      const answer = await old.call('search', {}, { headers: { 'mcp-session-id': session } });
      expect(answer.status).toBe(404);
    },
  );

  it('E-19 session cannot move servers', async () => {
    const session = await suite()
      .agent({ ...pairing, agent: 'legacy' })
      .session();
    const other = suite().agent({ ...pairing, agent: 'legacy' }, 'GB');
    expect((await other.call('search', {}, { headers: { 'mcp-session-id': session } })).status).toBe(404);
  });

  it('E-21 token passthrough: no token and no cookie reaches a server', async () => {
    const cookie = 'cookie-canary-81f3';
    await expectSame(suite(), () =>
      agent().call('search', {}, { headers: { cookie, 'x-api-key': cookie }, meta: { baggage: cookie } }),
    );
    expect(JSON.stringify(suite().s1(pairing).received)).not.toContain(cookie);
    // That no grant's token is in anything any server received, the ledgers hold for every suite.
  });

  it.each([
    '/',
    '/api',
    '/api/grants',
    '/api/v1/grants',
    '/admin',
    '/grants',
    '/mcp',
    '/mcp/',
    '/metrics',
    '/schema',
  ])('E-23 a grant cannot mint, widen or read grants: %s', async (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
      const response = await fetch(suite().gateway.gateway.url + path, {
        method,
        headers: { authorization: `Bearer ${agent().token}` },
      });
      // Nobody, nothing there, or nothing that could be done there: whoever asks.
      expect([401, 404, 405]).toContain(response.status);
    }
  });

  it.each(Object.entries(JWTS))('E-27 what an OAuth server would issue is nobody: %s', (_what, claims) =>
    expectUnauthorized(suite(), () => presenting('authorization', `Bearer ${signed(claims)}`)),
  );

  it.each(['GX', 'GE'])('revoked and expired grants are nobody: %s', (grant) =>
    expectUnauthorized(suite(), () =>
      presenting('authorization', `Bearer ${suite().tokenOf(grant, pairing.server)}`),
    ),
  );
});

describe('E at rest and at the start', () => {
  it('E-06 hash at rest, lookup by hash', () => {
    const file = join(suite().gateway.data, 'data', 'boomgate.db');
    const database = openDatabase(file, { readOnly: true, busyTimeoutMs: 1_000 });
    const found = database
      .prepare<{ token_hash: Uint8Array }>("select token_hash from grants where name = 'GA-modern'")
      .get();
    const plan = database
      .prepare('explain query plan select id from grants where token_hash = ?')
      .all(Buffer.alloc(32));
    database.close();
    const digest = createHash('sha256').update(suite().tokenOf('GA', 'modern')).digest('hex');
    expect(Buffer.from(found?.token_hash ?? []).toString('hex')).toBe(digest);
    expect(JSON.stringify(plan)).toMatch(/SEARCH grants USING .*INDEX/);
  });

  it.each<[string, object]>([
    ['an empty token', { token: '' }],
    ['a weak placeholder', { token: 'changeme' }],
    ['a blank token', { token: ' '.repeat(40) }],
  ])('E-24 anonymous mode: %s does not start', async (_what, entry) => {
    await expect(bootCases({ grants: () => ({ weak: entry }) })).rejects.toThrow(/token/);
  });

  it('E-24 anonymous mode: nobody listens for others without TLS', async () => {
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const started = await startGateway({
      host: '0.0.0.0',
      port: 0,
      data: '/nonexistent',
      environment: {},
      log,
    });
    expect(started.ok).toBe(false);
  });
});

describe('E-25 brute force', () => {
  /** With time, some would be let pass. */
  const STANDING = { wallMs: Date.now, monotonicMs: () => 0 };
  /** A request with a token, from an address of this machine. */
  const from = (cases: Cases, localAddress: string, token: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const sent = request(cases.gateway.endpoint('s1-modern'), { method: 'POST', headers, localAddress });
      sent.on('response', (answer) => resolve(answer.resume())).on('error', reject);
      sent.end('{}');
    });

  it('strangers are told to wait, by network, and a grant of the same network is not', async () => {
    await using cases = await bootCases({ gateway: { clock: STANDING } });
    const [pairing = { agent: 'modern', server: 'modern' }] = PAIRINGS;
    const wrong = Array.from({ length: 1_000 }, (_, at) =>
      cases.newAgent(pairing, { token: `bg_wrong${at}`.padEnd(52, 'x') }).call('search'),
    );
    const right = Array.from({ length: 50 }, () => search(cases.agent(pairing)));
    for (const answer of await Promise.all(right)) expectAllowed(answer);
    const statuses = (await Promise.all(wrong)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(STRANGERS_AT_ONCE);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1_000 - STRANGERS_AT_ONCE);
    const late = await from(cases, '127.0.0.1', 'z'.repeat(52));
    expect([late.statusCode, late.headers['retry-after']]).toEqual([429, '2']);
    expect((await from(cases, '127.0.0.2', 'z'.repeat(52))).statusCode).toBe(401);
    expectAllowed(await search(cases.agent(pairing)));
    // Whoever is known from now on is nobody's stranger; what they sent is no message.
    const { hash, token } = mintToken();
    const grant = { id: 'late', name: 'late', organization: ORGANIZATION, server: 's1-modern', policy: 'p0' };
    await cases.gateway.gateway.store.grants.create(
      { ...grant, labels: {}, mode: 'enforce', origin: 'minted' },
      hash,
    );
    expect((await from(cases, '127.0.0.1', token)).statusCode).toBe(400);
    await cases.expectLedgersToAgree();
  });

  it('behind a proxy by the address that the proxy saw, however it is written', async () => {
    await using cases = await bootCases({ gateway: { behindProxy: true, clock: STANDING } });
    const knock = async (forwarded: string): Promise<number> => {
      const headers = { authorization: `Bearer ${'z'.repeat(52)}`, 'x-forwarded-for': forwarded };
      return (await fetch(cases.gateway.endpoint('s1-modern'), { method: 'POST', headers })).status;
    };
    // Whoever asks writes what they like before it.
    for (let sent = 0; sent < STRANGERS_AT_ONCE; sent += 1) await knock(`192.0.2.${sent % 250}, 203.0.113.9`);
    const seen = await Promise.all(
      ['203.0.113.9', '::ffff:203.0.113.9', '::ffff:cb00:7109', '203.0.113.8', '2001:db8::1'].map(knock),
    );
    expect(seen).toEqual([429, 429, 429, 401, 401]);
  });
});

describe('a grant that is used from its networks alone', () => {
  const NETWORKS = { networks: ['203.0.113.0/24', '2001:db8::/32'] };
  const STANDING = { wallMs: Date.now, monotonicMs: () => 0 };
  const MODERN = { agent: 'modern', server: 'modern' } as const;

  it('is refused elsewhere with a word and a row, and loses nothing by it', async () => {
    await using cases = await bootCases({
      gateway: { behindProxy: true, clock: STANDING },
      grants: () => ({ bound: NETWORKS }),
    });
    const from = async (forwarded?: string): Promise<Answer> =>
      cases
        .agent(MODERN, 'bound')
        .call(
          'search',
          { q: 'x' },
          forwarded === undefined ? {} : { headers: { 'x-forwarded-for': forwarded } },
        );
    // What stands before the last address anybody can write.
    for (const here of ['203.0.113.9', '::ffff:cb00:7109', '2001:DB8:0::1', '198.51.100.1, 203.0.113.9'])
      expectAllowed(await from(here));
    for (const elsewhere of ['::ffff:203.0.114.1', '203.0.113.9, 198.51.100.1', 'unknown', undefined])
      expect(await from(elsewhere)).toMatchObject({
        status: 403,
        text: expect.stringContaining('in none of its networks'),
      });
    expect(cases.s1(MODERN).calls()).toHaveLength(4);
    const { decisions } = cases.gateway.gateway.store;
    const seen = (await decisions.query({ method: 'tools/call', limit: 9 })).map(({ row }) => row.address);
    expect(seen).toEqual(['203.0.113.9', '203.0.113.9', '2001:db8::1', '203.0.113.9']);
    expect(await decisions.query({ address: '2001:db8::1', limit: 9 })).toHaveLength(1);
    const flood = await Promise.all(
      Array.from({ length: STRANGERS_AT_ONCE + 1 }, () => from('198.51.100.1')),
    );
    expect(flood.at(-1)?.status).toBe(429);
    expectAllowed(await from('203.0.113.9'));
    const { audit } = cases.gateway.gateway.store;
    await until(async () => (await audit.query({ action: 'request.refused', limit: 9 })).length >= 4);
    expect(await audit.query({ action: 'request.refused', limit: 9 })).toContainEqual(
      expect.objectContaining({
        actor: expect.objectContaining({ address: '198.51.100.1' }),
        target: expect.objectContaining({ kind: 'grant', name: 'bound-modern' }),
        after: { reason: 'network' },
      }),
    );
    const refused = await audit.query({ action: 'request.refused', limit: 9 });
    expect(new Set(refused.map(({ actor }) => actor.address))).toEqual(
      new Set(['203.0.114.1', '198.51.100.1', '127.0.0.1', '']),
    );
    await cases.expectLedgersToAgree();
  });

  it.each(STREAMS)('loses its open stream where that came from elsewhere: %s', async (kind) => {
    await using cases = await bootCases({ grants: () => ({ here: { networks: ['127.0.0.0/8'] } }) });
    await using stream = await openStream(cases, kind, { server: 'modern', grant: 'here' });
    await editConfig(cases, ({ grants }) =>
      Object.assign(grants['here-modern'] ?? {}, { networks: ['192.0.2.1'] }),
    );
    await until(() => stream.isOver());
    expect((await openStream(cases, kind, { server: 'modern', grant: 'here' })).status).toBe(403);
  });
});

describe.each(PAIRINGS)('E in the course of time, $agent agent, $server server', (pairing) => {
  it('E-08 expiry at the second, and a clock that is set back', async () => {
    const expires = Date.parse('2030-01-01T00:00:00Z');
    const clock = movedClock(expires - 1);
    await using cases = await bootCases({
      gateway: { clock },
      grants: () => ({ short: { expires: new Date(expires).toISOString() } }),
    });
    const agent = cases.agent(pairing, 'short');
    await expectSame(cases, () => search(agent));
    for (const step of [1, 1, -86_400_000]) {
      clock.step(step);
      await expectUnauthorized(cases, () => search(agent));
    }
    await cases.expectLedgersToAgree();
  });

  it('E-09 revoke while calling: what comes afterwards is nobody, what was under way finishes and its row says so', async () => {
    await using cases = await bootCases();
    const { store } = cases.gateway.gateway;
    const agent = cases.agent(pairing);
    const stub = cases.s1(pairing);
    const release = holdCalls(stub);
    const call = (count: number): Promise<Answer>[] => Array.from({ length: count }, () => search(agent));
    const before = call(320);
    await until(() => stub.calls().length === before.length);
    const meanwhile = call(90);
    // A grant of the file cannot be revoked for good, but until the file is read again it is.
    expect(await store.grants.setState(`GA-${pairing.server}`, 'revoked')).toBe('done');
    const after = await Promise.all(call(90));
    expect(new Set(after.map(({ status }) => status))).toEqual(new Set([401]));
    release();
    for (const answer of await Promise.all(before)) expectAllowed(answer);
    const through = (await Promise.all(meanwhile)).filter(({ status }) => status !== 401);
    for (const answer of through) expectAllowed(answer);
    expect(stub.calls()).toHaveLength(before.length + through.length);
    expect(await grantsMeanwhile(cases)).toEqual(stub.calls().map(() => 'revoked'));
    await cases.expectLedgersToAgree();
  });

  it('E-13 removed server, E-18 session survives no change of its grant', async () => {
    await using cases = await bootCases({ policies: { closed: { version: '1', default: 'deny' } } });
    const agent = cases.agent(pairing);
    await expectSame(cases, () => search(agent));
    await editConfig(cases, ({ grants }) => {
      grants[`GA-${pairing.server}`] = { ...grants[`GA-${pairing.server}`], policy: 'closed' };
    });
    await expectDeny(cases, () => search(agent), { rule: /^\(default deny\)$/ });
    await editConfig(cases, (config) => {
      config.policies['closed'] = { ...P0, hide: ['search'] };
    });
    expect((await search(agent)).body.error?.message).toBe('Unknown tool: search');
    await editConfig(cases, ({ grants, mcpServers }) => {
      delete mcpServers[`s1-${pairing.server}`];
      for (const [name, grant] of Object.entries(grants))
        if (JSON.stringify(grant).includes(`"s1-${pairing.server}"`)) delete grants[name];
    });
    await expectUnauthorized(cases, () => search(agent));
    await cases.expectLedgersToAgree();
  });

  it('E-22 credential for the wrong upstream', async () => {
    const canary = (name: string): string => `canary-of-${name}`;
    await using cases = await bootCases({ server: (name) => ({ headers: { 'X-Api-Key': canary(name) } }) });
    cases.s1(pairing).nextCall(behave.result({ content: [{ type: 'text', text: 'plain' }] }));
    expectAllowed(await search(cases.agent(pairing)));
    expectAllowed(await search(cases.agent(pairing, 'GB')));
    const all = Object.keys(cases.stubs);
    for (const [name, { received }] of Object.entries(cases.stubs))
      expect(all.filter((one) => one !== name && JSON.stringify(received).includes(canary(one)))).toEqual([]);
    expect(cases.s1(pairing).calls()[0]?.headers['x-api-key']).toBe(canary(`s1-${pairing.server}`));
    await cases.expectLedgersToAgree();
  });
});

describe('E-09 what the row of a call says of its grant', () => {
  const pairing = { agent: 'modern', server: 'modern' } as const;
  const expires = Date.parse('2030-01-01T00:00:00Z');

  it.each<[string, string | undefined, (cases: Cases, clock: MovedClock) => unknown]>([
    ['nothing while it is good', undefined, () => undefined],
    ['paused', 'paused', ({ gateway }) => gateway.gateway.store.grants.setState('short-modern', 'paused')],
    ['expired', 'expired', (_cases, clock) => clock.step(1)],
    ['gone', 'gone', (cases) => editConfig(cases, ({ grants }) => delete grants['short-modern'])],
  ])('%s', async (_what, became, change) => {
    const clock = movedClock(expires - 1);
    await using cases = await bootCases({
      gateway: { clock },
      grants: () => ({ short: { expires: new Date(expires).toISOString() } }),
    });
    const stub = cases.s1(pairing);
    const release = holdCalls(stub);
    const answer = search(cases.agent(pairing, 'short'));
    await until(() => stub.calls().length === 1);
    await change(cases, clock);
    release();
    expectAllowed(await answer);
    expect(await grantsMeanwhile(cases)).toEqual([became]);
    await cases.expectLedgersToAgree();
  });
});

/** Calls reach the server, which answers none of them until it is released. */
function holdCalls(stub: ScriptedStub): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  stub.always('tools/call', async (...call) => {
    await promise;
    await behave.result({ content: [{ type: 'text', text: 'done' }] })(...call);
  });
  return resolve;
}

/** What the rows of all calls that were forwarded say that became of their grants. */
async function grantsMeanwhile({ gateway }: Cases): Promise<readonly unknown[]> {
  const { store } = gateway.gateway;
  await store.journal.flush();
  const entries = await store.decisions.query({ method: 'tools/call', limit: 1_000 });
  return entries.filter(({ row }) => row.forwarded).map(({ outcomeRow }) => outcomeRow?.grantBecame);
}

describe.each(STREAMS)('E-10 revoke with an open stream: %s', (kind) => {
  it.each(ERAS)('closed within a second, nothing delivered after, %s server', async (server) => {
    await using cases = await bootCases({ stub: { announces: true }, grants: () => ({ GA2: {} }) });
    const { announcer } = cases.stubs[`s1-${server}`];
    const announceUntil = (isHeard: () => boolean): Promise<void> =>
      until(() => {
        announcer.announce('notifications/tools/list_changed');
        return isHeard();
      });
    await using revoked = await openStream(cases, kind, { server });
    await using kept = await openStream(cases, kind, { server, grant: 'GA2' });
    const before = revoked.events.length;
    await announceUntil(() => revoked.events.length > before);
    const fromMs = performance.now();
    await cases.gateway.gateway.store.grants.setState(`GA-${server}`, 'revoked');
    await until(() => revoked.isOver());
    expect(performance.now() - fromMs).toBeLessThan(1_000);
    const heard = revoked.events.length;
    const heardByOther = kept.events.length;
    await announceUntil(() => kept.events.length > heardByOther);
    expect(revoked.events).toHaveLength(heard);
    expect((await openStream(cases, kind, { server })).status).toBe(401);
    await cases.expectLedgersToAgree();
  });
});

describe.each(ERAS)('E-16 the message endpoint of HTTP+SSE, %s server', (server) => {
  it('opens to the grant and the id together, and guesses neither', async () => {
    const pairing = { agent: 'legacy', server } as const;
    await using agent = await openSseAgent(suite(), server);
    const { href } = agent.session.address;
    const [bare = ''] = href.split('?');
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'search', arguments: {} } };
    const body = JSON.stringify(call);
    const posting = (endpoint: string, token: string | undefined): Promise<Answer> => {
      const own = token === undefined ? [] : ['authorization', `Bearer ${token}`];
      return suite()
        .newAgent(pairing, { endpoint, token: undefined })
        .exchange('POST', { body, list: ['content-type', 'application/json', ...own] });
    };
    const before = suite().ledgers.forwardedCount();
    for (const token of [
      undefined,
      'z'.repeat(52),
      suite().tokenOf('GB', server),
      suite().tokenOf('GX', server),
    ])
      await expectUnauthorized(suite(), () => posting(href, token));
    // There is one session, and still nobody is taken to mean it.
    for (const endpoint of [bare, `${bare}?sessionId=`, `${bare}?sessionId=${'x'.repeat(43)}`])
      expect((await posting(endpoint, suite().tokenOf('GA', server))).status).toBe(404);
    expect((await posting(href, suite().tokenOf('GA2', server))).status).toBe(404);
    expect(suite().ledgers.forwardedCount()).toBe(before);
    expectAllowed(await agent.call('search', { q: 'x' }));
  });
});

/**
 * Elsewhere: E-11, revoked on another replica, `../gateway/replicas.test.ts`; E-12, rotation, `../api/grants.test.ts`; E-13, a stopped organisation, `../api/stop-agents.test.ts`, and a
 * member who was removed, `../api/people.test.ts`; E-14, a server that was deleted and made again, `../api/server-changes.test.ts`.
 */
