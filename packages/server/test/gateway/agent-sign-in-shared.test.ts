import { generateKeyPairSync } from 'node:crypto';
import { DpopSession } from '@modelcontextprotocol/client';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { movedClock } from '../cases/support/time.ts';
import { type Balancer, openBalancer } from '../support/balancer.ts';
import { bootOffice, expectOk, type Office } from '../support/people.ts';
import { freePort } from '../support/programs.ts';
import { proofKey, type TestKey } from '../support/proofs.ts';
import { bootReplicas, type Replicas } from '../support/replicas.ts';
import { modernCall, post } from '../support/rpc.ts';
import {
  AgentMemory,
  CALLBACK,
  consented,
  dashboardFolder,
  openInBrowser,
  signingAgent,
  type Tokens,
} from '../support/signing-agent.ts';
import { type Stub, startStub } from '../support/stub.ts';

const START_MS = 120_000;
const ROUNDS = 12;
const DAY_MS = 24 * 60 * 60 * 1_000;

let folder: Awaited<ReturnType<typeof dashboardFolder>>;
let stub: Stub;
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const setup = () => ({
  mcpServers: { files: { url: stub.url } },
  grants: {
    signing: {
      ...{ server: 'files', policy: 'all' },
      keys: { jwks: { keys: [{ ...keys.publicKey.export({ format: 'jwk' }) }] } },
    },
  },
});

beforeAll(async () => {
  folder = await dashboardFolder();
  stub = await startStub({ era: 'modern', tools: [{ name: 'pay' }] });
});
afterAll(async () => {
  await stub[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function minted(office: Office) {
  const body = { name: crypto.randomUUID(), server: 'files', policy: 'all', keepToken: false };
  return expectOk(await office.admin.client.grants.mint({ body }));
}

/** An agent that signed in at an address with a grant of its own. */
async function signedIn(office: Office, endpoint: string, memory = new AgentMemory()) {
  const grant = await minted(office);
  await expect(signingAgent('client 2.x', endpoint, memory).connect()).rejects.toThrow();
  const asked = await openInBrowser(office, memory.sentTo);
  const back = await consented(asked, office.admin, { grant: grant.id });
  await signingAgent('client 2.x', endpoint, memory).finish(back);
  return { grant, memory, token: memory.kept?.access_token ?? '' };
}

/** What many calls are answered with, each on a connection of its own. */
async function statuses(endpoint: string, token: string): Promise<readonly number[]> {
  const call = modernCall('pay');
  const alone = { ...call, headers: { ...call.headers, connection: 'close' } };
  const answers = await Promise.all(Array.from({ length: ROUNDS }, () => post(endpoint, token, alone)));
  return [...new Set(answers.map(({ status }) => status))];
}

/** The same with a token of a key, each call with a proof of its own. */
async function statusesWithProofs(endpoint: string, token: string, key: TestKey) {
  const call = modernCall('pay');
  const proven = async () => {
    const dpop = await key.sign({ address: endpoint, token });
    const headers = { ...call.headers, authorization: `DPoP ${token}`, dpop, connection: 'close' };
    return post(endpoint, undefined, { ...call, headers });
  };
  const answers = await Promise.all(Array.from({ length: ROUNDS }, proven));
  return [...new Set(answers.map(({ status }) => status))];
}

/** An agent whose token is bound to a key. */
async function boundAgent(office: Office, endpoint: string) {
  const key = await proofKey();
  const session = await DpopSession.create({ keyPair: key.keyPair });
  const memory = Object.assign(new AgentMemory(), { dpop: () => session });
  return { ...(await signedIn(office, endpoint, memory)), key };
}

describe('of several processes', () => {
  let office: Office;
  beforeAll(async () => {
    office = await bootOffice({ workers: 2, dashboard: folder.path }, setup());
  }, START_MS);
  afterAll(() => office[Symbol.asyncDispose]());

  it('all know a token at once, and none of them once its sign-in has ended', async () => {
    const endpoint = `${office.gateway.url}/mcp-oauth/files/`;
    const { grant, token } = await signedIn(office, endpoint);
    expect(await statuses(endpoint, token)).toEqual([200]);
    const params = { grant: grant.id };
    const [own] = expectOk(await office.admin.client.grants.signIns({ params })).signIns;
    await office.admin.client.grants.endSignIn({ params: { ...params, signIn: own?.id ?? '' } });
    expect(await statuses(endpoint, token)).toEqual([401]);
  });

  it('all know whose key a token is bound to, and the nonces of each other', async () => {
    const endpoint = `${office.gateway.url}/mcp-oauth/files/`;
    const { key, token } = await boundAgent(office, endpoint);
    expect(await statuses(endpoint, token)).toEqual([401]);
    expect(await statusesWithProofs(endpoint, token, key)).toEqual([200]);
    const late = await key.sign({ address: endpoint, token }, { iat: 1 });
    const call = modernCall('pay');
    const shown = (dpop: string) => {
      const headers = { ...call.headers, authorization: `DPoP ${token}`, dpop, connection: 'close' };
      return post(endpoint, undefined, { ...call, headers });
    };
    const nonce = (await shown(late)).headers.get('dpop-nonce');
    const again = async () =>
      (await shown(await key.sign({ address: endpoint, token }, { iat: 1, nonce }))).status;
    expect([...new Set(await Promise.all(Array.from({ length: ROUNDS }, again)))]).toEqual([200]);
  });

  it('hand on what an official client with a key sends in its session', async () => {
    const endpoint = `${office.gateway.url}/mcp-oauth/files/`;
    const { memory } = await boundAgent(office, endpoint);
    const agent = signingAgent('client 2.x', endpoint, memory);
    await agent.connect();
    // On connections of their own, which several processes take.
    const calls = Array.from({ length: ROUNDS }, () => agent.client.callTool({ name: 'pay', arguments: {} }));
    for (const { isError } of await Promise.all(calls)) expect(isError).not.toBe(true);
    await agent.end();
    await agent.client.close();
  });

  it('say where signing in begins', async () => {
    const refused = await post(`${office.gateway.url}/mcp-oauth/files/`, 'x', modernCall('pay'));
    expect(refused.headers.get('www-authenticate')).toContain(
      `resource_metadata="${office.gateway.url}/.well-known/oauth-protected-resource/mcp-oauth/files/"`,
    );
  });
});

describe('of several replicas', () => {
  let replicas: Replicas;
  let balancer: Balancer;
  let office: Office;
  beforeAll(async () => {
    const listening: number[] = [];
    let second = 0;
    balancer = await openBalancer(listening);
    const ports = async () => {
      const both = [await freePort(), await freePort()] as const;
      listening.push(both[0]);
      second = both[1];
      return both;
    };
    replicas = await bootReplicas(setup(), { dashboard: folder.path, publicUrl: balancer.origin, ports });
    // The other is there by now.
    listening.push(second);
    office = replicas.one;
  }, START_MS);
  afterAll(async () => {
    await replicas[Symbol.asyncDispose]();
    await balancer.close();
  });

  it('each goes on where another began, and what was ended at one is over at all', async () => {
    const endpoint = `${balancer.origin}/mcp-oauth/files/`;
    const { grant, memory, token } = await signedIn(office, endpoint);
    expect(balancer.asked.every((count) => count > 0)).toBe(true);
    expect(await statuses(endpoint, token)).toEqual([200]);
    // Each of them knows the token that the next refresh gives.
    const body = new URLSearchParams({
      ...{ grant_type: 'refresh_token', refresh_token: memory.kept?.refresh_token ?? '' },
      client_id: memory.client?.client_id ?? '',
    });
    const answer = await fetch(`${balancer.origin}/oauth/token`, { method: 'POST', body });
    // What the endpoint is specified to answer.
    const next = (await answer.json()) as { readonly access_token: string };
    expect(await statuses(endpoint, next.access_token)).toEqual([200]);
    await office.admin.client.grants.revoke({ params: { grant: grant.id } });
    await expect.poll(() => statuses(endpoint, next.access_token)).toEqual([401]);
  });

  it('take secrets of grants and what programs sign, and end what these let in, all together', async () => {
    const endpoint = `${balancer.origin}/mcp-oauth/files/`;
    const asked = async (fields: Readonly<Record<string, string>>) => {
      const body = new URLSearchParams({ grant_type: 'client_credentials', ...fields });
      const answer = await fetch(`${balancer.origin}/oauth/token`, { method: 'POST', body });
      // What the endpoint is specified to answer.
      const { access_token: token = '' } = (await answer.json()) as { readonly access_token?: string };
      return { status: answer.status, token };
    };
    const { id, token: secret } = await minted(office);
    const { token } = await asked({ client_id: id, client_secret: secret });
    expect(await statuses(endpoint, token)).toEqual([200]);
    await office.admin.client.grants.rotate({ params: { grant: id }, body: { keepToken: false } });
    await expect.poll(() => statuses(endpoint, token)).toEqual([401]);
    const assertion = await new SignJWT({ jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer('signing')
      .setSubject('signing')
      .setAudience(`${balancer.origin}/oauth`)
      .setExpirationTime('1m')
      .sign(keys.privateKey);
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    const shown = await Promise.all(
      Array.from({ length: 6 }, () => asked({ client_assertion: assertion, client_assertion_type: type })),
    );
    expect(shown.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401, 401]);
    const given = shown.find(({ status }) => status === 200)?.token ?? '';
    expect(await statuses(endpoint, given)).toEqual([200]);
  });

  it('hold a token to its key wherever it was given', async () => {
    const endpoint = `${balancer.origin}/mcp-oauth/files/`;
    const { key, token } = await boundAgent(office, endpoint);
    expect(await statuses(endpoint, token)).toEqual([401]);
    expect(await statusesWithProofs(endpoint, token, key)).toEqual([200]);
  });

  it('what is good once is so at all of them together', async () => {
    const memory = new AgentMemory();
    const endpoint = `${balancer.origin}/mcp-oauth/files/`;
    await expect(signingAgent('client 2.x', endpoint, memory).connect()).rejects.toThrow();
    const asked = await openInBrowser(office, memory.sentTo);
    const grants = await Promise.all(Array.from({ length: ROUNDS }, () => minted(office)));
    const { client } = asked.as(office.admin);
    const params = { signIn: asked.signIn };
    const answers = await Promise.all(
      grants.map(({ id }) => client.agentSignIns.consent({ params, body: { grant: id } })),
    );
    const [given, ...more] = answers.filter(({ ok }) => ok);
    expect(more).toEqual([]);
    const { returnTo } = expectOk(given ?? expect.fail('nobody consented'));
    const back = new URL(await asked.browser.follow(returnTo, (at) => at.startsWith(CALLBACK)));
    const body = new URLSearchParams({
      ...{ grant_type: 'authorization_code', code: back.searchParams.get('code') ?? '' },
      ...{ redirect_uri: CALLBACK, client_id: memory.client?.client_id ?? '' },
      code_verifier: memory.codeVerifier(),
    });
    const exchange = () => fetch(`${balancer.origin}/oauth/token`, { method: 'POST', body });
    const exchanged = await Promise.all(Array.from({ length: ROUNDS }, exchange));
    expect(exchanged.filter(({ ok }) => ok).length).toBeLessThanOrEqual(1);
  });

  it('an agent that comes while the database is away is asked to come again, and goes on then', async () => {
    const { memory } = await signedIn(office, `${balancer.origin}/mcp-oauth/files/`);
    const client = memory.client?.client_id ?? '';
    const body = new URLSearchParams({
      ...{ grant_type: 'refresh_token', refresh_token: memory.kept?.refresh_token ?? '' },
      client_id: client,
    });
    const refreshed = () => fetch(`${balancer.origin}/oauth/token`, { method: 'POST', body });
    await replicas.postgres.stop();
    const answer = await refreshed();
    const page = await fetch(`${balancer.origin}/oauth/authorize?client_id=${client}`, {
      headers: { accept: 'text/html' },
    });
    await replicas.postgres.start();
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: 'temporarily_unavailable' });
    expect(page.status).toBe(503);
    expect(await page.text()).toContain('temporarily_unavailable');
    await expect.poll(async () => (await refreshed()).status, { timeout: 10_000 }).toBe(200);
  });
});

describe('after weeks', () => {
  it('an agent that came back now and then is still known, and one that did not is not', async () => {
    const clock = movedClock(Date.now());
    await using office = await bootOffice({ dashboard: folder.path, clock }, setup());
    const endpoint = `${office.gateway.url}/mcp-oauth/files/`;
    const [one, other] = [await signedIn(office, endpoint), await signedIn(office, endpoint)];
    const refreshed = async ({ memory }: typeof one) => {
      const body = new URLSearchParams({
        ...{ grant_type: 'refresh_token', refresh_token: memory.kept?.refresh_token ?? '' },
        client_id: memory.client?.client_id ?? '',
      });
      const answer = await fetch(`${office.gateway.url}/oauth/token`, { method: 'POST', body });
      if (answer.ok) memory.saveTokens((await answer.json()) as Tokens);
      return answer.status;
    };
    for (const days of [2, 20, 20]) {
      clock.pass(days * DAY_MS);
      expect(await refreshed(one)).toBe(200);
    }
    expect(await statuses(endpoint, one.memory.kept?.access_token ?? '')).toEqual([200]);
    expect(await refreshed(other)).not.toBe(200);
  });
});

describe('after a restart', () => {
  it('an agent goes on with what it has', async () => {
    await using office = await bootOffice({ dashboard: folder.path }, setup());
    const { token } = await signedIn(office, `${office.gateway.url}/mcp-oauth/files/`);
    await office.test.restart();
    expect(await statuses(`${office.test.gateway.url}/mcp-oauth/files/`, token)).toEqual([200]);
  });
});
