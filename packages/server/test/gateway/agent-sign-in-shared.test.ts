import { request as ask, createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listenOnLoopback } from '../support/oauth-http.ts';
import { bootOffice, expectOk, type Office } from '../support/people.ts';
import { freePort } from '../support/programs.ts';
import { bootReplicas, type Replicas } from '../support/replicas.ts';
import { modernCall, post } from '../support/rpc.ts';
import {
  AgentMemory,
  consented,
  dashboardFolder,
  openInBrowser,
  signingAgent,
} from '../support/signing-agent.ts';
import { type Stub, startStub } from '../support/stub.ts';

const START_MS = 120_000;
const ROUNDS = 12;

let folder: Awaited<ReturnType<typeof dashboardFolder>>;
let stub: Stub;
const setup = () => ({ mcpServers: { files: { url: stub.url } } });

beforeAll(async () => {
  folder = await dashboardFolder();
  stub = await startStub({ era: 'modern', tools: [{ name: 'pay' }] });
});
afterAll(async () => {
  await stub[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** An agent that signed in at an address with a grant of its own. */
async function signedIn(office: Office, endpoint: string) {
  const body = { name: crypto.randomUUID(), server: 'files', policy: 'all', keepToken: false };
  const grant = expectOk(await office.admin.client.grants.mint({ body }));
  const memory = new AgentMemory();
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

  it('say where signing in begins', async () => {
    const refused = await post(`${office.gateway.url}/mcp-oauth/files/`, 'x', modernCall('pay'));
    expect(refused.headers.get('www-authenticate')).toContain(
      `resource_metadata="${office.gateway.url}/.well-known/oauth-protected-resource/mcp-oauth/files/"`,
    );
  });
});

describe('of several replicas', () => {
  let replicas: Replicas;
  let balancer: Awaited<ReturnType<typeof openBalancer>>;
  let office: Office;
  beforeAll(async () => {
    const ports = [await freePort(), await freePort()] as const;
    const listening = [ports[0]];
    balancer = await openBalancer(listening);
    replicas = await bootReplicas(setup(), { dashboard: folder.path, publicUrl: balancer.origin, ports });
    // The other is there by now.
    listening.push(ports[1]);
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
});

describe('after a restart', () => {
  it('an agent goes on with what it has', async () => {
    await using office = await bootOffice({ dashboard: folder.path }, setup());
    const { token } = await signedIn(office, `${office.gateway.url}/mcp-oauth/files/`);
    await office.test.restart();
    expect(await statuses(`${office.test.gateway.url}/mcp-oauth/files/`, token)).toEqual([200]);
  });
});

/** One address before several gateways, which take its requests by turns. */
async function openBalancer(ports: readonly number[]) {
  const asked = [0, 0];
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    turn = (turn + 1) % ports.length;
    asked[turn] = (asked[turn] ?? 0) + 1;
    const { headers, method, url: path } = incoming;
    const forwarded = ask({ port: ports[turn], host: '127.0.0.1', path, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  });
  return { ...(await listenOnLoopback(server)), asked };
}
