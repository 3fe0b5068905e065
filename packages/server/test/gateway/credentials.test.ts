import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { registerClient } from '@modelcontextprotocol/sdk/client/auth.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALLOW_ALL, bootGateway, type TestGateway } from '../support/gateway.ts';
import { modernCall, post } from '../support/rpc.ts';
import { type Stub, startStub } from '../support/stub.ts';

const UPSTREAM_SECRET = 'upstream-secret-canary-7f3a';
const VALUE_CANARY = 'argument-value-canary-51c9';

describe('credentials', () => {
  let stub: Stub;
  let gateway: TestGateway;

  beforeAll(async () => {
    stub = await startStub({ era: 'modern', tools: [{ name: 'work' }] });
    gateway = await bootGateway({
      mcpServers: {
        stub: { url: stub.url, headers: { Authorization: `Bearer ${UPSTREAM_SECRET}` } },
        // Nothing listens on port 1, so this server is always down.
        down: { url: `http://127.0.0.1:1/${UPSTREAM_SECRET}`, headers: { 'X-Api-Key': UPSTREAM_SECRET } },
        other: { url: stub.url },
      },
      policies: { all: ALLOW_ALL },
      grants: {
        down: { server: 'down', policy: 'all', token: 'd'.repeat(40) },
        expired: { server: 'stub', policy: 'all', token: 'e'.repeat(40), expires: '2020-01-01T00:00:00Z' },
      },
    });
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await stub[Symbol.asyncDispose]();
  });

  it('of the agent never reach the server, which gets its own', async () => {
    const call = modernCall('work', { note: VALUE_CANARY });
    await post(gateway.endpoint('stub'), gateway.token, {
      ...call,
      headers: { ...call.headers, cookie: 'agent-cookie=1', 'x-forwarded-for': '1.2.3.4' },
    });
    const [received] = stub.calls();
    expect(received?.headers.authorization).toBe(`Bearer ${UPSTREAM_SECRET}`);
    expect(received?.headers.cookie).toBeUndefined();
    const everything = JSON.stringify(stub.received);
    for (const secret of [gateway.token, 'agent-cookie', '1.2.3.4']) expect(everything).not.toContain(secret);
  });

  // What the official client does after a 401 without metadata. Its person sees nothing else of what went wrong.
  it('that are not accepted are named to a client that registers then', async () => {
    const clientMetadata = { redirect_uris: ['http://127.0.0.1:1/callback'] };
    const registered = registerClient(gateway.gateway.url, { clientMetadata });
    await expect(registered).rejects.toThrow('expected a valid grant for this server');
  });

  it('of the server never reach agent, error, log or database', async () => {
    const answers = [
      await post(gateway.endpoint('stub'), gateway.token, modernCall('work')),
      await post(gateway.endpoint('down'), 'd'.repeat(40), modernCall('work')),
      await post(gateway.endpoint('down'), 'wrong'.repeat(10), modernCall('work')),
    ];
    expect(answers[1]?.body.result?.content?.[0]?.text).toContain('[UPSTREAM UNAVAILABLE]');
    for (const answer of answers)
      expect(answer.text + JSON.stringify([...answer.headers])).not.toContain(UPSTREAM_SECRET);
    expect(JSON.stringify(gateway.lines)).not.toContain(UPSTREAM_SECRET);
    await gateway.gateway.store.journal.flush();
    const folder = join(gateway.data, 'data');
    for (const file of await readdir(folder)) {
      const bytes = await readFile(join(folder, file), 'latin1');
      for (const secret of [UPSTREAM_SECRET, gateway.token, VALUE_CANARY])
        expect(bytes.includes(secret), file).toBe(false);
    }
  });

  it.each<[string, string, string | undefined]>([
    ['no token', 'stub', undefined],
    ['an unknown token', 'stub', 'x'.repeat(40)],
    ['an expired grant', 'stub', 'e'.repeat(40)],
    ['a grant of another server', 'other', 'd'.repeat(40)],
    ['an unknown server', 'nothing-here', 'd'.repeat(40)],
  ])('%s gets the one answer for all of them', async (_what, server, token) => {
    const answer = await post(gateway.endpoint(server), token, modernCall('work'));
    const reference = await post(gateway.endpoint('stub'), 'y'.repeat(40), modernCall('work'));
    expect(answer.status).toBe(401);
    expect(answer.text).toBe(reference.text);
    const challenge = token === undefined ? 'Bearer realm="mcp"' : 'Bearer error="invalid_token"';
    expect(answer.headers.get('www-authenticate')).toBe(challenge);
  });

  it('in the address are not credentials', async () => {
    const answer = await post(
      `${gateway.endpoint('stub')}?access_token=${gateway.token}`,
      undefined,
      modernCall('work'),
    );
    expect(answer.status).toBe(401);
  });

  it('are looked up by the slug and the id of a server, with and without the final slash', async () => {
    const id = await gateway.gateway.store.servers.idFor('default', 'stub');
    for (const address of ['stub', 'stub/', id, `${id}/`]) {
      const answer = await post(`${gateway.gateway.url}/mcp/${address}`, gateway.token, modernCall('work'));
      expect(answer.status).toBe(200);
    }
  });

  it('end with the grant: a revoked one is refused at the next call', async () => {
    const { store } = gateway.gateway;
    const { mintToken, ORGANIZATION } = await import('../../src/index.ts');
    const { hash, token } = mintToken();
    await store.grants.create(
      {
        id: 'minted',
        organization: ORGANIZATION,
        name: 'minted',
        server: 'stub',
        policy: 'all',
        labels: {},
        mode: 'enforce',
        origin: 'minted',
      },
      hash,
    );
    expect((await post(gateway.endpoint('stub'), token, modernCall('work'))).status).toBe(200);
    expect(await store.grants.setState('minted', 'revoked')).toBe('done');
    expect((await post(gateway.endpoint('stub'), token, modernCall('work'))).status).toBe(401);
  });
});
