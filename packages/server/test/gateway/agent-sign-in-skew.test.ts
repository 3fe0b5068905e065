/** Agents sign in at replicas of which one's clock is wrong: nothing ends earlier for it, lives longer, or is good twice. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS_TOKEN_MS, AGENT_CODE_MS, CONSENT_MS, REFRESH_TOKEN_MS } from '../../src/limits/index.ts';
import { type MovedClock, runningClock } from '../cases/support/time.ts';
import { type Balancer, openBalancer } from '../support/balancer.ts';
import { expectOk, type Office, problemOf, type Somebody, sessionOf } from '../support/people.ts';
import { freePort } from '../support/programs.ts';
import { bootReplicas, type Replicas } from '../support/replicas.ts';
import { modernCall, post } from '../support/rpc.ts';
import {
  AgentMemory,
  type Asked,
  CALLBACK,
  consented,
  dashboardFolder,
  GENERATIONS,
  openInBrowser,
  signingAgent,
} from '../support/signing-agent.ts';
import { type Stub, startStub } from '../support/stub.ts';

const START_MS = 120_000;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** What is measured in whole seconds, and what passes while a test runs. */
const EDGE_MS = 10 * SECOND_MS;

let folder: Awaited<ReturnType<typeof dashboardFolder>>;
let stub: Stub;
let replicas: Replicas;
let balancer: Balancer;
let office: Office;
/** The first admin, in a session that weeks have not ended. */
let admin: Somebody;
const clocks: readonly [MovedClock, MovedClock] = [runningClock(), runningClock()];

beforeAll(async () => {
  folder = await dashboardFolder();
  stub = await startStub({ era: 'modern', tools: [{ name: 'pay' }] });
  const listening: number[] = [];
  balancer = await openBalancer(listening);
  const ports = async () => {
    listening.push(await freePort(), await freePort());
    return listening as unknown as readonly [number, number]; // a cast: two were put in
  };
  balancer.leadTo(0);
  const setup = { mcpServers: { files: { url: stub.url } } };
  const [clock, clockOfOther] = clocks;
  const options = { dashboard: folder.path, publicUrl: balancer.origin, ports, clock, clockOfOther };
  replicas = await bootReplicas(setup, options);
  office = replicas.one;
}, START_MS);
afterAll(async () => {
  await replicas[Symbol.asyncDispose]();
  await balancer.close();
  await stub[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** Time goes by for all of them; a replica looks at what the others did before it answers agents again. */
function pass(ms: number): void {
  for (const clock of clocks) clock.pass(ms);
}

/** Sets the clock of the other one, by so many seconds from that of the first. */
async function skew(seconds: number): Promise<void> {
  const [one, other] = clocks;
  other.step(Math.round(one.wallMs() - other.wallMs()) + seconds * SECOND_MS);
  // Strangers of this machine are slowed otherwise.
  pass(EDGE_MS);
  const { email, member, person } = office.admin;
  const session = await sessionOf(office.gateway, person, 'default');
  admin = Object.assign(session, { email, member, person });
}

const endpoint = () => `${balancer.origin}/mcp-oauth/files/`;
const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

// What the endpoints are specified to answer.
type Answered = Readonly<Record<string, string | undefined>> & { readonly expires_in?: number };

async function asked(path: string, fields: Readonly<Record<string, string>>) {
  const body = new URLSearchParams(fields);
  const answer = await fetch(`${balancer.origin}/oauth${path}`, { method: 'POST', body });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Answered };
}

async function minted(): Promise<string> {
  const body = { name: crypto.randomUUID(), server: 'files', policy: 'all', keepToken: false };
  return expectOk(await admin.client.grants.mint({ body })).id;
}

async function registered(): Promise<string> {
  const answer = await fetch(`${balancer.origin}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' }),
  });
  return ((await answer.json()) as Answered)['client_id'] ?? '';
}

function begun(client: string): Promise<Asked> {
  const url = new URL(`${balancer.origin}/oauth/authorize`);
  const own = {
    ...{ client_id: client, redirect_uri: CALLBACK, response_type: 'code', resource: endpoint() },
    ...{ code_challenge: CHALLENGE, code_challenge_method: 'S256' },
  };
  for (const [name, value] of Object.entries(own)) url.searchParams.set(name, value);
  return openInBrowser(office, url);
}

const exchanged = (client: string, code: string) =>
  asked('/token', {
    ...{ grant_type: 'authorization_code', client_id: client, redirect_uri: CALLBACK },
    ...{ code, code_verifier: VERIFIER },
  });

const refreshed = (client: string, token: string | undefined) =>
  asked('/token', { grant_type: 'refresh_token', client_id: client, refresh_token: token ?? '' });

/** What a call with a token is answered with, at each of the two. */
async function atBoth(token: string | undefined): Promise<readonly number[]> {
  const found: number[] = [];
  for (const which of [0, 1]) {
    balancer.leadTo(which);
    const call = modernCall('pay');
    const headers = { ...call.headers, connection: 'close' };
    found.push((await post(endpoint(), token ?? '', { ...call, headers })).status);
  }
  return found;
}

/** Each step at the other one than that before it. */
async function coded(first: number) {
  const second = 1 - first;
  balancer.leadTo(first);
  const client = await registered();
  balancer.leadTo(second);
  const waiting = await begun(client);
  balancer.leadTo(first);
  const back = await consented(waiting, admin, { grant: await minted() });
  return { client, code: back.searchParams.get('code') ?? '', second };
}

async function signedIn(first: number) {
  const { client, code, second } = await coded(first);
  balancer.leadTo(second);
  const { body, status } = await exchanged(client, code);
  expect(status).toBe(200);
  return { client, code, tokens: body };
}

const ways = [
  [-3_600, 1],
  [-120, 0],
  [-120, 1],
  [-15, 1],
  [15, 0],
  [120, 0],
  [120, 1],
  [3_600, 0],
].map(([seconds = 0, first = 0]) => ({ seconds, first }));

describe.each(ways)(
  'of two replicas, the clock of one of which is off by $seconds s, from $first on',
  ({ first, seconds }) => {
    it('each goes on where the other began, for as long as was said', async () => {
      await skew(seconds);
      const { client, tokens } = await signedIn(first);
      expect(tokens.expires_in).toBe(ACCESS_TOKEN_MS / SECOND_MS);
      expect(await atBoth(tokens['access_token'])).toEqual([200, 200]);
      pass(ACCESS_TOKEN_MS - EDGE_MS);
      await expect.poll(() => atBoth(tokens['access_token'])).toEqual([200, 200]);
      pass(2 * EDGE_MS);
      await expect.poll(() => atBoth(tokens['access_token'])).toEqual([401, 401]);
      balancer.leadTo(first);
      const next = await refreshed(client, tokens['refresh_token']);
      expect([next.status, await atBoth(next.body['access_token'])]).toEqual([200, [200, 200]]);
      pass(REFRESH_TOKEN_MS - EDGE_MS);
      balancer.leadTo(1 - first);
      const late = await refreshed(client, next.body['refresh_token']);
      expect([late.status, await atBoth(late.body['access_token'])]).toEqual([200, [200, 200]]);
      pass(REFRESH_TOKEN_MS + EDGE_MS);
      for (const which of [0, 1]) {
        balancer.leadTo(which);
        // The client is forgotten with the last of its tokens.
        expect((await refreshed(client, late.body['refresh_token'])).status).not.toBe(200);
      }
    });

    it('what is good once is so at both together, and who comes twice ends it at both', async () => {
      await skew(seconds);
      const { client, tokens } = await signedIn(first);
      balancer.leadTo(first);
      const next = await refreshed(client, tokens['refresh_token']);
      expect(next.status).toBe(200);
      balancer.leadTo(1 - first);
      expect((await refreshed(client, tokens['refresh_token'])).body['error']).toBe('invalid_grant');
      await expect.poll(() => atBoth(next.body['access_token'])).toEqual([401, 401]);
      for (const which of [0, 1]) {
        balancer.leadTo(which);
        expect((await refreshed(client, next.body['refresh_token'])).body['error']).toBe('invalid_grant');
      }
      const again = await signedIn(first);
      balancer.leadTo(first);
      expect((await exchanged(again.client, again.code)).body['error']).toBe('invalid_grant');
      await expect.poll(() => atBoth(again.tokens['access_token'])).toEqual([401, 401]);
    });

    it('what an agent gives back is over at both', async () => {
      await skew(seconds);
      const { client, tokens } = await signedIn(first);
      balancer.leadTo(first);
      const token = tokens['access_token'] ?? '';
      expect((await asked('/revoke', { client_id: client, token })).status).toBe(200);
      await expect.poll(() => atBoth(token)).toEqual([401, 401]);
      balancer.leadTo(1 - first);
      const revoked = { client_id: client, token: tokens['refresh_token'] ?? '' };
      expect((await asked('/revoke', revoked)).status).toBe(200);
      balancer.leadTo(first);
      expect((await refreshed(client, tokens['refresh_token'])).status).toBe(400);
    });

    it('a code is good for a minute', async () => {
      await skew(seconds);
      for (const [ms, status] of [
        [AGENT_CODE_MS - EDGE_MS, 200],
        [AGENT_CODE_MS + EDGE_MS, 400],
      ] as const) {
        const { client, code, second } = await coded(first);
        pass(ms);
        balancer.leadTo(second);
        expect((await exchanged(client, code)).status).toBe(status);
      }
    });

    it('a request for consent waits for ten minutes', async () => {
      await skew(seconds);
      for (const [ms, code] of [
        [CONSENT_MS - EDGE_MS, 'none'],
        [CONSENT_MS + EDGE_MS, 'sign_on_stale'],
      ] as const) {
        balancer.leadTo(first);
        const waiting = await begun(await registered());
        pass(ms);
        balancer.leadTo(1 - first);
        const params = { signIn: waiting.signIn };
        expect(problemOf(await waiting.as(admin).client.agentSignIns.show({ params }))).toBe(code);
      }
    });
  },
);

describe.each(GENERATIONS)('with the official client, %s', (generation) => {
  it.each([-120, 120])(
    'an agent signs in and renews its token at a replica that is %s s off',
    async (seconds) => {
      await skew(seconds);
      const memory = new AgentMemory();
      balancer.leadTo(1);
      await expect(signingAgent(generation, endpoint(), memory).connect()).rejects.toThrow();
      balancer.leadTo(0);
      const waiting = await openInBrowser(office, memory.sentTo);
      balancer.leadTo(1);
      const back = await consented(waiting, admin, { grant: await minted() });
      balancer.leadTo(0);
      await signingAgent(generation, endpoint(), memory).finish(back);
      const first = memory.kept?.access_token;
      expect(await atBoth(first)).toEqual([200, 200]);
      pass(ACCESS_TOKEN_MS + MINUTE_MS);
      await expect.poll(() => atBoth(first)).toEqual([401, 401]);
      // A replica that has slept for an hour looks at what the others did before it lets anything through.
      const listed = async () => {
        const agent = signingAgent(generation, endpoint(), memory);
        await agent.connect();
        const { tools } = await agent.client.listTools();
        await agent.client.close();
        return tools.length;
      };
      await expect.poll(listed).toBe(1);
      expect(memory.kept?.access_token).not.toBe(first);
    },
  );
});
