import { describe, expect, it } from 'vitest';
import { MAX_SESSION_STATES } from '../../src/limits/index.ts';
import { WATCHED_OF_GRANT } from '../../src/upstreams/bounds.ts';
import { startFixture } from '../conformance/fixture-process.ts';
import { bootGateway, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/programs.ts';
import { post } from '../support/rpc.ts';
import { openSession, type RawSession } from '../support/session.ts';

const WATCHED = 'test://watched-resource';
const UPDATED = 'notifications/resources/updated';
const GRANT = 'token-of-another-grant-'.padEnd(48, 'x');
const AT_ONCE = 50;

describe('the resources that are watched at one server', () => {
  it('leave places for other grants when one has taken all of its own', async () => {
    await using fixture = await startFixture('http-modern');
    await using gateway = await bootGateway({
      mcpServers: { s: fixture.entry },
      grants: { other: { server: 's', policy: 'all', token: GRANT } },
    });
    const open = async (token: string) => {
      const session = await openSession({ endpoint: gateway.endpoint('s'), token });
      return { session, stream: await session.stream() };
    };
    const subscribe = async (session: RawSession, uri: string) =>
      (await session.request('resources/subscribe', { uri })).body;
    const many = await open(gateway.token);
    for (let at = 0; at < WATCHED_OF_GRANT; at += AT_ONCE) {
      const uris = Array.from({ length: AT_ONCE }, (_, next) => `test://${at + next}`);
      const answers = await Promise.all(uris.map((uri) => subscribe(many.session, uri)));
      for (const { result } of answers) expect(result).toEqual({});
    }
    const more = await open(gateway.token);
    expect((await subscribe(more.session, WATCHED)).error?.message).toContain('too many subscriptions');
    const { store } = gateway.gateway;
    await store.journal.flush();
    const [refused] = await store.decisions.query({ limit: 1, method: 'resources/subscribe' });
    expect(refused).toMatchObject({ row: { target: WATCHED }, outcomeRow: { status: 'error' } });
    const other = await open(GRANT);
    expect((await subscribe(other.session, WATCHED)).result).toEqual({});
    await until(async () => {
      await other.session.call('test_trigger_resource_update', { uri: WATCHED });
      return other.stream.methods().includes(UPDATED);
    });
    expect(more.stream.methods()).not.toContain(UPDATED);
  });
});

describe('what is remembered of sessions', () => {
  it('is not forgotten for those that an agent of another grant begins without end', async () => {
    await using fixture = await startFixture('http-modern');
    await using gateway = await bootGateway({
      mcpServers: { s: fixture.entry },
      grants: { other: { server: 's', policy: 'all', token: GRANT } },
    });
    const open = (token: string) => openSession({ endpoint: gateway.endpoint('s'), token });
    const quiet = await open(GRANT);
    expect((await quiet.request('resources/subscribe', { uri: WATCHED })).body.result).toEqual({});
    for (let begun = 0; begun <= MAX_SESSION_STATES; begun += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, () => begin(gateway)));
    const stream = await quiet.stream();
    await until(async () => {
      await quiet.call('test_trigger_resource_update', { uri: WATCHED });
      return stream.methods().includes(UPDATED);
    });
  });
});

/** Shakes hands for one more session, and leaves it at that. */
async function begin({ endpoint, token }: TestGateway): Promise<void> {
  const clientInfo = { name: 'raw', version: '1' };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
  const { headers } = await post(endpoint('s'), token, { body });
  expect(headers.get('mcp-session-id')).not.toBe(null);
}
