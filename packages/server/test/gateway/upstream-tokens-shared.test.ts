import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { connect, registered } from '../support/connecting.ts';
import { bootOffice, expectOk, type Office } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { type ProtectedServer, startProtectedServer } from '../support/protected-server.ts';
import { bootReplicas, type Replicas } from '../support/replicas.ts';
import { modernCall, post } from '../support/rpc.ts';

const START_MS = 120_000;
/** Seconds that tokens live: after half of them they are renewed. */
const SHORT_S = 4;
const AT_ONCE = 60;

let issuer: AuthorizationServer;
let server: ProtectedServer;

beforeAll(async () => {
  issuer = await startAuthorizationServer();
  server = await startProtectedServer(issuer);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const textOf = async (endpoint: string, token: string) =>
  (await post(endpoint, token, modernCall('pay'))).body.result?.content?.[0]?.text;

/** As many calls as it says, by turns at each address, just after the token ended. */
async function stampede(endpoints: readonly string[], token: string) {
  issuer.asked.length = 0;
  issuer.slowMs = 300;
  await pause(SHORT_S * 1_000 + 100);
  const from = (at: number) => endpoints[at % endpoints.length] ?? '';
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => textOf(from(at), token)));
  issuer.slowMs = 0;
  return { failed: answers.filter((one) => one !== 'done'), renewals: issuer.to('/token').length };
}

describe('of several processes', () => {
  let office: Office;
  beforeAll(async () => {
    office = await bootOffice({ workers: 2 });
  }, START_MS);
  afterAll(() => office[Symbol.asyncDispose]());

  it('I-19 one renews, and all of them present what they were given', async () => {
    const token = await registered(office, 'pay', { url: server.url });
    issuer.lifetimeS = SHORT_S;
    expect(await connect(office.admin, 'pay')).toContain('signIn=connected');
    expect(await textOf(office.test.endpoint('pay'), token)).toBe('done');
    expect(await stampede([office.test.endpoint('pay')], token)).toEqual({ failed: [], renewals: 1 });
    expectOk(await office.admin.client.servers.disconnect({ params: { server: 'pay' } }));
    const heads = server.heads.length;
    expect(await textOf(office.test.endpoint('pay'), token)).not.toBe('done');
    expect(server.heads.slice(heads).map(({ headers }) => headers.authorization)).not.toContain(
      expect.stringContaining('Bearer'),
    );
  });
});

describe('of replicas', () => {
  let replicas: Replicas;
  beforeAll(async () => {
    replicas = await bootReplicas({});
  }, START_MS);
  afterAll(() => replicas[Symbol.asyncDispose]());

  it('I-19 one renews, and what it got is presented by both', async () => {
    const token = await registered(replicas.one, 'pay', { url: server.url });
    issuer.lifetimeS = SHORT_S;
    expect(await connect(replicas.one.admin, 'pay')).toContain('signIn=connected');
    const endpoints = replicas.endpoints('pay');
    for (const endpoint of endpoints) await until(async () => (await textOf(endpoint, token)) === 'done');
    expect(await stampede(endpoints, token)).toEqual({ failed: [], renewals: 1 });
  });
});
