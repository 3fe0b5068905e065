/** The gateway's own tokens at a server, of two replicas of which one's clock is wrong. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runningClock } from '../cases/support/time.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { connect, registered } from '../support/connecting.ts';
import { until } from '../support/programs.ts';
import { type ProtectedServer, startProtectedServer } from '../support/protected-server.ts';
import { bootReplicas, type Replicas } from '../support/replicas.ts';
import { modernCall, post } from '../support/rpc.ts';

const START_MS = 120_000;
const LIFE_S = 60;

const clocks = [runningClock(), runningClock()] as const;
let issuer: AuthorizationServer;
let server: ProtectedServer;
let replicas: Replicas;

beforeAll(async () => {
  const [clock, clockOfOther] = clocks;
  issuer = await startAuthorizationServer(clockOfOther.wallMs);
  server = await startProtectedServer(issuer);
  replicas = await bootReplicas({}, { clock, clockOfOther });
}, START_MS);
afterAll(async () => {
  await replicas[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

it.each([-120, 120])(
  'that signs in %s s off leaves tokens that the other renews in time',
  async (seconds) => {
    const [one] = clocks;
    one.step(seconds * 1_000);
    const slug = `pay${Math.abs(seconds - 1)}`;
    const token = await registered(replicas.one, slug, { url: server.url });
    issuer.lifetimeS = LIFE_S;
    expect(await connect(replicas.one.admin, slug)).toContain('signIn=connected');
    const call = async () =>
      (await post(replicas.other.endpoint(slug), token, modernCall('pay'))).body.result?.content?.[0]?.text;
    await until(async () => (await call()) === 'done');
    for (const clock of clocks) clock.pass((LIFE_S + 1) * 1_000);
    issuer.asked.length = 0;
    await until(async () => (await call()) === 'done');
    expect(issuer.to('/token').map(({ form }) => form['grant_type'])).toEqual(['refresh_token']);
    one.step(-seconds * 1_000);
  },
);
