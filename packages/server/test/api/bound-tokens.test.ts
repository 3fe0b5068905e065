import {
  Client,
  DpopSession,
  type OAuthClientProvider,
  SSEClientTransport,
} from '@modelcontextprotocol/client';
import { exportJWK } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { STRANGERS_AT_ONCE } from '../../src/limits/index.ts';
import { runningClock } from '../cases/support/time.ts';
import { expectOk, type Office } from '../support/people.ts';
import { type ProofOf, proofKey } from '../support/proofs.ts';
import { modernCall, post } from '../support/rpc.ts';
import {
  AgentMemory,
  consented,
  openInBrowser,
  signingAgent,
  type Tokens,
} from '../support/signing-agent.ts';
import { bootSigningOffice, type SigningOffice } from '../support/signing-office.ts';

const MINUTE_MS = 60_000;
const OFF_MS = 10 * MINUTE_MS;

const running = runningClock();
let restedMs = 0;
/** Time that goes by without the time of day: that of the clients is the machine's. */
const clock = { ...running, monotonicMs: () => running.monotonicMs() + restedMs };
let signing: SigningOffice;
let office: Office;

beforeAll(async () => {
  signing = await bootSigningOffice(clock);
  office = signing.office;
});
afterAll(() => signing[Symbol.asyncDispose]());
/** Thieves of this machine are slowed otherwise. */
beforeEach(() => {
  restedMs += MINUTE_MS;
});

const endpoint = (server = 'files') => `${office.gateway.url}/mcp-oauth/${server}/`;

/** An official client that signed in with a key, with which a test signs what it likes as well. */
async function signedIn(alg: 'ES256' | 'EdDSA' = 'ES256') {
  const body = { name: crypto.randomUUID(), server: 'files', policy: 'all', keepToken: false };
  const grant = expectOk(await office.admin.client.grants.mint({ body }));
  const key = await proofKey(alg);
  const session = await DpopSession.create({ keyPair: key.keyPair });
  const memory = Object.assign(new AgentMemory(), { dpop: () => session });
  await expect(signingAgent('client 2.x', endpoint(), memory).connect()).rejects.toThrow();
  const asked = await openInBrowser(office, memory.sentTo);
  const back = await consented(asked, office.admin, { grant: grant.id });
  await signingAgent('client 2.x', endpoint(), memory).finish(back);
  return { grant, key, memory, session, token: memory.kept?.access_token ?? '' };
}
type Agent = Awaited<ReturnType<typeof signedIn>>;

const typeOf = ({ kept }: AgentMemory) =>
  (kept as (Tokens & { readonly token_type?: string }) | undefined)?.token_type;

/** A call with a token and a proof, as they are given. */
const called = (token: string, proof: string | undefined, scheme = 'DPoP') => {
  const call = modernCall('pay');
  const headers = { authorization: `${scheme} ${token}`, ...(proof === undefined ? {} : { dpop: proof }) };
  return post(endpoint(), undefined, { ...call, headers: { ...call.headers, ...headers } });
};

/** A call of the client with something about its proof that is otherwise. */
async function calledWith(
  { key, token }: Agent,
  {
    claims = {},
    header = {},
    of = {},
  }: { readonly claims?: object; readonly header?: object; readonly of?: Partial<ProofOf> },
) {
  return called(token, await key.sign({ address: endpoint(), token, ...of }, claims, header));
}

const errorIn = ({ headers, status }: Awaited<ReturnType<typeof called>>) =>
  `${status} ${/^DPoP error="(\w+)"/.exec(headers.get('www-authenticate') ?? '')?.[1]}`;

describe('an official client with a key', () => {
  it.each(['ES256', 'EdDSA'] as const)(
    'signs in, calls, hears, renews its token and ends its session, %s',
    async (alg) => {
      const { grant, memory } = await signedIn(alg);
      expect(typeOf(memory)).toBe('DPoP');
      const params = { grant: grant.id };
      const { signIns } = expectOk(await office.admin.client.grants.signIns({ params }));
      expect(signIns).toMatchObject([{ isBound: true }]);
      const agent = signingAgent('client 2.x', endpoint(), memory);
      await agent.connect();
      await agent.client.callTool({ name: 'pay', arguments: {} });
      const before = memory.kept ?? expect.fail('has no token');
      memory.kept = { ...before, access_token: 'one that has ended' };
      await agent.client.callTool({ name: 'look', arguments: {} });
      await agent.end();
      expect(memory.kept.access_token).not.toBe(before.access_token);
      expect(typeOf(memory)).toBe('DPoP');
      await agent.client.close();
    },
  );

  it('works at the addresses of 2024-11-05', async () => {
    const { memory } = await signedIn();
    // A cast as in `signingAgent`.
    const authProvider = memory as unknown as OAuthClientProvider;
    const transport = new SSEClientTransport(new URL(`${endpoint()}sse`), { authProvider });
    const client = new Client({ name: 'agent', version: '1' });
    await client.connect(transport);
    expect((await client.listTools()).tools.length).toBeGreaterThan(0);
    await client.close();
  });
});

describe('a token that is bound to a key', () => {
  let agent: Agent;
  beforeAll(async () => {
    agent = await signedIn();
  });

  it('opens with a proof of its key, in both spellings of the address, with a query or without', async () => {
    const address = endpoint();
    for (const of of [address, address.slice(0, -1), `${address}?x=1`])
      expect((await calledWith(agent, { of: { address: of } })).status).toBe(200);
  });

  const nowS = () => Math.floor(Date.now() / 1_000);
  it.each([
    ['another method', { of: { method: 'GET' } }],
    ['another server', { of: { address: 'http://127.0.0.1/mcp-oauth/other/' } }],
    ['another token', { of: { token: 'another' } }],
    ['no token', { claims: { ath: undefined } }],
    ['nothing that is shown once', { claims: { jti: '' } }],
    ['no time', { claims: { iat: undefined } }],
    ['a time in no form', { claims: { iat: '1' } }],
    ['another kind of text', { header: { typ: 'jwt' } }],
    ['what is not known', { header: { crit: ['b64'], b64: true } }],
  ])('opens nothing with a proof of %s', async (_what, wrong) => {
    expect(errorIn(await calledWith(agent, wrong))).toBe('401 invalid_dpop_proof');
  });

  it('opens nothing by itself, however it is shown, nor with what is no proof', async () => {
    const { key, token } = agent;
    const proof = await key.sign({ address: endpoint(), token });
    const [head = '', body = '', signature = ''] = proof.split('.');
    expect(errorIn(await called(token, undefined, 'Bearer'))).toBe('401 invalid_token');
    expect(errorIn(await called(token, proof, 'Bearer'))).toBe('401 invalid_token');
    const none = Buffer.from(JSON.stringify({ typ: 'dpop+jwt', alg: 'none', jwk: key.jwk })).toString(
      'base64url',
    );
    const other = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    for (const wrong of [
      undefined,
      '',
      'x',
      `${head}.${body}.`,
      `${none}.${body}.`,
      `${head}.${body}.${other}`,
    ])
      expect(errorIn(await called(token, wrong))).toBe('401 invalid_dpop_proof');
  });

  it('opens nothing with a proof of another key, of a secret one, or of a kind that both sides know', async () => {
    const { key, token } = agent;
    const other = await proofKey();
    expect(errorIn(await called(token, await other.sign({ address: endpoint(), token })))).toBe(
      '401 invalid_token',
    );
    const secret = await exportJWK(key.keyPair.privateKey);
    expect(errorIn(await calledWith(agent, { header: { jwk: secret } }))).toBe('401 invalid_dpop_proof');
    // Its own key in the header, and the signature of another.
    const swapped = await other.sign({ address: endpoint(), token }, {}, { jwk: key.jwk });
    expect(errorIn(await called(token, swapped))).toBe('401 invalid_dpop_proof');
  });

  it('opens once with a proof, and only while that is new', async () => {
    const { key, token } = agent;
    const proof = await key.sign({ address: endpoint(), token });
    expect((await called(token, proof)).status).toBe(200);
    expect(errorIn(await called(token, proof))).toBe('401 invalid_dpop_proof');
    for (const iat of [nowS() - 120, nowS() + 60]) {
      const answer = await calledWith(agent, { claims: { iat } });
      expect(errorIn(answer)).toBe('401 use_dpop_nonce');
      const nonce = answer.headers.get('dpop-nonce') ?? '';
      expect((await calledWith(agent, { claims: { iat, nonce } })).status).toBe(200);
    }
    expect(errorIn(await calledWith(agent, { claims: { nonce: 'x' } }))).toBe('401 use_dpop_nonce');
  });

  it.each(['POST ', 'GET ', 'DELETE ', 'GET sse', 'POST message?sessionId=x'])(
    'opens no door without a proof: %s',
    async (door) => {
      const [method = '', path] = door.split(' ');
      const headers = { authorization: `Bearer ${agent.token}`, accept: 'text/event-stream' };
      const answer = await fetch(`${endpoint()}${path}`, { method, headers });
      expect(`${answer.status} ${answer.headers.get('www-authenticate')}`).toMatch(
        /^401 DPoP error="invalid_token"/,
      );
    },
  );

  it('is asked for one proof', async () => {
    const { key, token } = agent;
    const proofs = [
      await key.sign({ address: endpoint(), token }),
      await key.sign({ address: endpoint(), token }),
    ];
    expect(errorIn(await called(token, proofs.join(', ')))).toBe('401 invalid_dpop_proof');
  });

  it('is renewed with its key alone', async () => {
    const { memory } = await signedIn();
    const at = `${office.gateway.url}/oauth/token`;
    const refresh = async (proof?: string) => {
      const fields = { grant_type: 'refresh_token', refresh_token: memory.kept?.refresh_token ?? '' };
      const body = new URLSearchParams({ ...fields, client_id: memory.client?.client_id ?? '' });
      const answer = await fetch(at, {
        method: 'POST',
        body,
        headers: proof === undefined ? {} : { dpop: proof },
      });
      // What the endpoint is specified to answer.
      return ((await answer.json()) as { readonly error?: string }).error;
    };
    const other = await proofKey();
    expect(await refresh()).toBe('invalid_grant');
    expect(await refresh(await other.sign({ address: at }))).toBe('invalid_grant');
  });

  it('leaves a row with its grant where somebody else shows it, also after many a guess, and never the proof', async () => {
    restedMs += 60 * MINUTE_MS;
    const { grant, key, token } = await signedIn();
    const proof = await key.sign({ address: endpoint('other'), token });
    for (let guess = 0; guess <= STRANGERS_AT_ONCE + 50; guess += 1)
      await called('guess', undefined, 'Bearer');
    expect((await called(token, undefined, 'Bearer')).status).toBe(429);
    await called(token, proof);
    const rows = async () =>
      expectOk(await office.admin.client.audit.list({ query: { action: 'request.refused' } }));
    await expect.poll(async () => JSON.stringify(await rows())).toContain(grant.id);
    const said = JSON.stringify(await rows());
    expect(said).toContain('"proof"');
    expect(said).not.toContain(proof.split('.')[1]);
  });
});

describe('a token that is bound to no key', () => {
  it('is shown as it was given alone', async () => {
    const body = { name: crypto.randomUUID(), server: 'files', policy: 'all', keepToken: false };
    const grant = expectOk(await office.admin.client.grants.mint({ body }));
    const memory = new AgentMemory();
    await expect(signingAgent('client 2.x', endpoint(), memory).connect()).rejects.toThrow();
    const back = await consented(await openInBrowser(office, memory.sentTo), office.admin, {
      grant: grant.id,
    });
    await signingAgent('client 2.x', endpoint(), memory).finish(back);
    const token = memory.kept?.access_token ?? '';
    expect(typeOf(memory)).toBe('Bearer');
    expect((await called(token, undefined, 'Bearer')).status).toBe(200);
    const proof = await (await proofKey()).sign({ address: endpoint(), token });
    expect(errorIn(await called(token, proof))).toBe('401 invalid_token');
  });
});

it('says how proofs are to be signed', async () => {
  const at = (path: string) => fetch(`${office.gateway.url}/.well-known/${path}`);
  for (const path of ['oauth-authorization-server/oauth', 'oauth-protected-resource/mcp-oauth/files/'])
    expect(await (await at(path)).json()).toMatchObject({
      dpop_signing_alg_values_supported: expect.arrayContaining(['ES256', 'EdDSA', 'RS256']),
    });
});

/** The last: the time of day of a gateway never goes back. */
it('an official client goes on by nonces where its clock is off', async () => {
  const { memory, session } = await signedIn();
  clock.step(OFF_MS);
  const agent = signingAgent('client 2.x', endpoint(), memory);
  await agent.connect();
  const first = session.nonceFor(endpoint());
  expect(first).toBeDefined();
  clock.pass(MINUTE_MS);
  await agent.client.callTool({ name: 'pay', arguments: {} });
  // The next one comes with an answer, before the first is over.
  const next = session.nonceFor(endpoint());
  expect(next).not.toBe(first);
  await agent.client.close();
});
