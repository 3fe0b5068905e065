import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { endEverySignedIn, moveSignedIn } from '../../src/agent-sign-in/signed-in.ts';
import { GATEWAY } from '../../src/index.ts';
import { ACCESS_TOKEN_MS, CONSENT_MS, REFRESHES_AT_ONCE, STRANGERS_AT_ONCE } from '../../src/limits/index.ts';
import { movedClock } from '../cases/support/time.ts';
import { expectOk, type Office, problemOf, type Somebody } from '../support/people.ts';
import { modernCall, post } from '../support/rpc.ts';
import {
  AgentMemory,
  CALLBACK,
  consented,
  GENERATIONS,
  type Generation,
  openInBrowser,
  signingAgent,
  type Tokens,
} from '../support/signing-agent.ts';
import { bootSigningOffice, type SigningOffice } from '../support/signing-office.ts';
import type { Stub } from '../support/stub.ts';

const clock = movedClock(Date.now());
let signing: SigningOffice;
let office: Office;
let stub: Stub;

beforeAll(async () => {
  signing = await bootSigningOffice(clock);
  ({ office, stub } = signing);
});
afterAll(() => signing[Symbol.asyncDispose]());

const url = () => office.gateway.url;
const endpoint = (server = 'files') => `${url()}/mcp-oauth/${server}/`;

type Wanted = { readonly owner?: string; readonly ownerMaySignIn?: boolean; readonly server?: string };

/** A minted grant; of the admin unless it says otherwise. */
async function minted(more: Wanted = {}) {
  const body = { name: crypto.randomUUID(), server: 'files', policy: 'all', keepToken: false, ...more };
  return expectOk(await office.admin.client.grants.mint({ body }));
}

/** An agent that was sent away to sign in, and what waits in the browser. */
async function begun(generation: Generation = 'client 2.x', at = endpoint()) {
  const memory = new AgentMemory();
  await expect(signingAgent(generation, at, memory).connect()).rejects.toThrow();
  return { memory, asked: await openInBrowser(office, memory.sentTo) };
}

/** An agent that signed in with a grant of its own, or with the one that is given. */
async function signedIn({
  by = office.admin,
  generation = 'client 2.x',
  grant,
}: {
  readonly by?: Somebody;
  readonly generation?: Generation;
  readonly grant?: { readonly id: string; readonly name: string };
} = {}) {
  const own = grant ?? (await minted());
  const { asked, memory } = await begun(generation);
  const back = await consented(asked, by, { grant: own.id });
  await signingAgent(generation, endpoint(), memory).finish(back);
  // Which of two is the newest can be told.
  clock.pass(1);
  return { memory, grant: own, back, asked, token: memory.kept?.access_token ?? '' };
}

const statusOf = async (token: string | undefined, at = endpoint()) =>
  (await post(at, token, modernCall('pay'))).status;

type Answered = Partial<Tokens> & { readonly error?: string; readonly error_description?: string };

async function form(path: string, fields: Readonly<Record<string, string>>) {
  const body = new URLSearchParams(fields);
  const answer = await fetch(`${url()}/oauth${path}`, { method: 'POST', body });
  const text = await answer.text();
  // What the endpoint is specified to answer.
  return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Answered };
}

const idOf = ({ client }: AgentMemory) => client?.client_id ?? '';
const refreshed = (memory: AgentMemory, token = memory.kept?.refresh_token ?? '') =>
  form('/token', { grant_type: 'refresh_token', refresh_token: token, client_id: idOf(memory) });
const exchanged = (memory: AgentMemory, back: URL, more: Readonly<Record<string, string>> = {}) =>
  form('/token', {
    ...{ grant_type: 'authorization_code', code: back.searchParams.get('code') ?? '' },
    ...{ client_id: idOf(memory), redirect_uri: CALLBACK, code_verifier: memory.codeVerifier(), ...more },
  });

const signInsOf = async (grant: string) =>
  expectOk(await office.admin.client.grants.signIns({ params: { grant } })).signIns;

async function registered(metadata: object = {}) {
  const answer = await fetch(`${url()}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none', ...metadata }),
  });
  // What the endpoint is specified to answer.
  const body = (await answer.json()) as { readonly client_id?: string; readonly error?: string };
  return { status: answer.status, id: body.client_id ?? '', error: body.error };
}

/** Where a browser is led, or the text of the page on which it stays. */
async function authorization(parameters: readonly (readonly [string, string])[]) {
  const query = new URLSearchParams(parameters.map((pair): [string, string] => [...pair]));
  const headers = { accept: 'text/html' };
  const answer = await fetch(`${url()}/oauth/authorize?${query}`, { redirect: 'manual', headers });
  const location = answer.headers.get('location');
  if (location === null) return `page: ${await answer.text()}`;
  const to = new URL(location, url());
  const inHash = new URLSearchParams(to.hash.slice(1)).get('error');
  return to.searchParams.get('error') ?? inHash ?? to.pathname.replace(/[^/]+$/, '');
}

const rightly = (client: string): [string, string][] => [
  ['client_id', client],
  ['redirect_uri', CALLBACK],
  ['response_type', 'code'],
  ['code_challenge', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'],
  ['code_challenge_method', 'S256'],
  ['resource', endpoint()],
];
/** The same with another value, or none. */
const but = (of: [string, string][], name: string, value?: string): [string, string][] => [
  ...of.filter(([one]) => one !== name),
  ...(value === undefined ? [] : [[name, value] as [string, string]]),
];

describe('an agent that signs in by itself', () => {
  it.each(GENERATIONS)('finds its way from an address without the final slash, %s', async (generation) => {
    const [grant, at] = [await minted(), endpoint().slice(0, -1)];
    const { asked, memory } = await begun(generation, at);
    const back = await consented(asked, office.admin, { grant: grant.id });
    await signingAgent(generation, at, memory).finish(back);
    const agent = signingAgent(generation, at, memory);
    await agent.connect();
    await agent.client.callTool({ name: 'pay', arguments: {} });
    await agent.client.close();
  });

  it.each(GENERATIONS)(
    'finds its way, and works with the grant that a person chose, %s',
    async (generation) => {
      const { grant, memory } = await signedIn({ generation });
      const agent = signingAgent(generation, endpoint(), memory);
      await agent.connect();
      const { tools } = await agent.client.listTools();
      expect(tools.map(({ name }) => name)).toEqual(['look', 'pay']);
      await agent.client.callTool({ name: 'pay', arguments: {} });
      await agent.client.close();
      const query = { grant: grant.name, method: 'tools/call' };
      const { items } = expectOk(await office.admin.client.decisions.list({ query }));
      expect(items.map(({ target }) => target)).toEqual(['pay']);
      expect(stub.received.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    },
  );

  it('is shown with what it says of itself, and the grants that it may be given', async () => {
    const { asked } = await begun();
    const grant = await minted();
    await minted({ server: 'other' });
    const { signIn } = asked;
    const shown = expectOk(await asked.as(office.admin).client.agentSignIns.show({ params: { signIn } }));
    const client = { name: 'Agent of the tests', returnsTo: 'http://127.0.0.1' };
    expect(shown).toMatchObject({ client, server: 'files', mayMint: true });
    expect(shown.client.document).toBeUndefined();
    expect(shown.grants).toContainEqual({
      id: grant.id,
      name: grant.name,
      policy: 'all',
      servers: ['files'],
    });
    expect(new Set(shown.grants.flatMap(({ servers }) => servers))).toEqual(new Set(['files']));
    // What the configuration file declares is changed there alone.
    expect(shown.grants.map(({ name }) => name)).not.toContain('test');
  });

  it('is told that its person sent it away', async () => {
    const { asked } = await begun();
    const { client } = asked.as(office.admin);
    const params = { signIn: asked.signIn };
    const { returnTo } = expectOk(await client.agentSignIns.refuse({ params }));
    const back = new URL(await asked.browser.follow(returnTo, (at) => at.startsWith(CALLBACK)));
    expect(Object.fromEntries(back.searchParams)).toMatchObject({
      error: 'access_denied',
      iss: `${url()}/oauth`,
    });
    expect(problemOf(await asked.as(office.admin).client.agentSignIns.show({ params }))).toBe(
      'sign_on_stale',
    );
  });

  it('comes to a stack of servers by a stack grant', async () => {
    const stack = [
      { server: 'files', policy: 'all' },
      { server: 'other', policy: 'all' },
    ];
    const body = { name: crypto.randomUUID(), stack, keepToken: false };
    const grant = expectOk(await office.admin.client.grants.mint({ body }));
    const at = `${url()}/mcp-oauth/`;
    const { asked, memory } = await begun('client 2.x', at);
    const { signIn } = asked;
    const shown = expectOk(await asked.as(office.admin).client.agentSignIns.show({ params: { signIn } }));
    expect(shown.server).toBeUndefined();
    expect(shown.grants.map(({ servers }) => servers)).toEqual([['files', 'other']]);
    await signingAgent('client 2.x', at, memory).finish(
      await consented(asked, office.admin, { grant: grant.id }),
    );
    const agent = signingAgent('client 2.x', at, memory);
    await agent.connect();
    const { tools } = await agent.client.listTools();
    expect(tools.map(({ name }) => name)).toContain('other__pay');
    await agent.client.close();
  });

  it('may be one of several that sign in by the same browser, each with a grant of its own', async () => {
    const [one, other] = [await minted(), await minted()];
    const first = await begun();
    await consented(first.asked, office.admin, { grant: one.id });
    const second = await begun();
    const { browser } = first.asked;
    const asked = await openInBrowser(office, second.memory.sentTo, browser);
    const back = await consented(asked, office.admin, { grant: other.id });
    expect((await exchanged(second.memory, back)).status).toBe(200);
    expect((await signInsOf(other.id)).length).toBe(1);
  });

  it('waits beside others that began in the same browser, which answers them in any order', async () => {
    const grant = await minted();
    const agents = [await begun(), await begun(), await begun()];
    const { browser } = agents[0]?.asked ?? {};
    const tabs = [];
    for (const { memory } of agents)
      tabs.push({ memory, asked: await openInBrowser(office, memory.sentTo, browser) });
    for (const { asked, memory } of tabs) {
      const back = await consented(asked, office.admin, { grant: grant.id });
      expect((await exchanged(memory, back)).status).toBe(200);
    }
    expect((await signInsOf(grant.id)).length).toBe(3);
  });

  it('leaves neither token nor code in the log', async () => {
    const { back, memory } = await signedIn();
    await refreshed(memory);
    const said = JSON.stringify(office.test.lines);
    const secrets = [memory.kept?.access_token, memory.kept?.refresh_token, back.searchParams.get('code')];
    for (const secret of secrets) {
      expect(secret).toMatch(/^[\w-]{40,}$/);
      expect(said).not.toContain(secret);
    }
  });
});

describe('the consent of a person', () => {
  it('is asked in the browser in which the agent began, and in no other', async () => {
    const grant = await minted();
    const one = await begun();
    const other = await begun();
    const params = { signIn: one.asked.signIn };
    // Who follows an address that somebody else sent, and who has begun something else.
    for (const { client } of [office.admin, other.asked.as(office.admin)]) {
      expect(problemOf(await client.agentSignIns.show({ params }))).toBe('sign_on_stale');
      expect(problemOf(await client.agentSignIns.consent({ params, body: { grant: grant.id } }))).toBe(
        'sign_on_stale',
      );
      expect(problemOf(await client.agentSignIns.refuse({ params }))).toBe('sign_on_stale');
    }
    // And the browser that consented is the one that goes on.
    const { client } = one.asked.as(office.admin);
    const { returnTo } = expectOk(await client.agentSignIns.consent({ params, body: { grant: grant.id } }));
    expect((await fetch(returnTo, { redirect: 'manual' })).status).toBe(400);
  });

  it('is given once', async () => {
    const grant = await minted();
    const { asked } = await begun();
    const params = { signIn: asked.signIn };
    const sent = { params, body: { grant: grant.id } };
    const answers = [];
    for (let times = 0; times < 2; times += 1)
      answers.push(await asked.as(office.admin).client.agentSignIns.consent(sent));
    expect(answers.map(problemOf)).toEqual(['none', 'sign_on_stale']);
    expect(await signInsOf(grant.id)).toHaveLength(1);
  });

  it('is given once also by several who do so at once, each with another grant', async () => {
    const grants = [await minted(), await minted(), await minted(), await minted()];
    const { asked } = await begun();
    const params = { signIn: asked.signIn };
    const answers = await Promise.all(
      grants.map(({ id }) =>
        asked.as(office.admin).client.agentSignIns.consent({ params, body: { grant: id } }),
      ),
    );
    expect(answers.map(problemOf).sort()).toEqual(['none', ...Array(3).fill('sign_on_stale')]);
    const made = await Promise.all(grants.map(({ id }) => signInsOf(id)));
    expect(made.flat()).toHaveLength(1);
  });

  it('waits for ten minutes', async () => {
    const { asked } = await begun();
    clock.pass(CONSENT_MS);
    const params = { signIn: asked.signIn };
    expect(problemOf(await asked.as(office.admin).client.agentSignIns.show({ params }))).toBe(
      'sign_on_stale',
    );
  });

  it('is on record with the agent and the grant', async () => {
    const { grant } = await signedIn();
    const { items } = expectOk(await office.admin.client.audit.list({ query: { limit: 1 } }));
    expect(items[0]).toMatchObject({
      action: 'grant.signed_in',
      target: { kind: 'grant', id: grant.id },
      after: { client: { name: 'Agent of the tests' } },
    });
  });

  it('gives admins any grant for the server, and others their own alone, where an admin said so', async () => {
    const outcome = async (who: Somebody, grant: string) => {
      const { asked } = await begun();
      const sent = { params: { signIn: asked.signIn }, body: { grant } };
      return problemOf(await asked.as(who).client.agentSignIns.consent(sent));
    };
    const viewer = await office.somebody('viewer');
    const owned = await minted({ owner: viewer.email });
    expect(await outcome(viewer, owned.id)).toBe('grant_not_offered');
    await office.admin.client.grants.update({ params: { grant: owned.id }, body: { ownerMaySignIn: true } });
    expect(await outcome(viewer, owned.id)).toBe('none');
    const anothers = await minted({ owner: 'eve@acme.example', ownerMaySignIn: true });
    expect(await outcome(viewer, anothers.id)).toBe('grant_not_offered');
    expect(await outcome(await office.somebody('policy_manager'), anothers.id)).toBe('grant_not_offered');
    expect(await outcome(office.admin, anothers.id)).toBe('none');
    const foreign = await office.somebody('admin', await office.elsewhere());
    expect(await outcome(foreign, anothers.id)).toBe('grant_not_offered');
  });

  it('takes no grant that opens nothing here', async () => {
    const outcome = async (grant: string) => {
      const { asked } = await begun();
      const sent = { params: { signIn: asked.signIn }, body: { grant } };
      return problemOf(await asked.as(office.admin).client.agentSignIns.consent(sent));
    };
    const { grants } = office.admin.client;
    const paused = await minted();
    await grants.pause({ params: { grant: paused.id } });
    const revoked = await minted();
    await grants.revoke({ params: { grant: revoked.id } });
    const other = await minted({ server: 'other' });
    const ofFile = (await office.gateway.store.grants.list()).find(({ origin }) => origin === 'file');
    for (const id of [paused.id, revoked.id, other.id, ofFile?.id ?? '', crypto.randomUUID()])
      expect(await outcome(id)).toBe('grant_not_offered');
  });
});

describe('an access token', () => {
  it('opens its server at the address for such tokens, and nothing else', async () => {
    const { token } = await signedIn();
    const like = expectOk(
      await office.admin.client.grants.mint({
        body: { name: crypto.randomUUID(), server: 'files', policy: 'all' },
      }),
    );
    expect(await statusOf(token)).toBe(200);
    expect(await statusOf(token, office.test.endpoint('files'))).toBe(401);
    expect(await statusOf(token, endpoint('other'))).toBe(401);
    expect(await statusOf(token, `${url()}/mcp-oauth/`)).toBe(401);
    // The token of a grant goes on at its own address, and is nothing here.
    expect(await statusOf(like.token, office.test.endpoint('files'))).toBe(200);
    expect(await statusOf(like.token)).toBe(401);
    expect(await statusOf(undefined)).toBe(401);
  });

  it('ends after an hour, and another takes its place', async () => {
    const { memory, token } = await signedIn();
    expect(memory.kept?.expires_in).toBe(ACCESS_TOKEN_MS / 1_000);
    clock.pass(ACCESS_TOKEN_MS);
    expect(await statusOf(token)).toBe(401);
    const again = await refreshed(memory);
    expect(await statusOf(again.body.access_token)).toBe(200);
  });

  it('is renewed at /token too, where clients in Python look after they were started again', async () => {
    const { memory } = await signedIn();
    clock.pass(ACCESS_TOKEN_MS);
    const kept = { client_id: idOf(memory), refresh_token: memory.kept?.refresh_token ?? '' };
    const body = new URLSearchParams({ grant_type: 'refresh_token', resource: endpoint(), ...kept });
    const answer = await fetch(`${url()}/token`, { method: 'POST', body });
    // What the endpoint is specified to answer.
    const { access_token: next } = (await answer.json()) as Answered;
    expect(await statusOf(next)).toBe(200);
  });

  it('ends with its grant, at once, and comes back with one that was paused', async () => {
    const { grant, memory, token } = await signedIn();
    const params = { grant: grant.id };
    const { grants } = office.admin.client;
    await grants.pause({ params });
    expect(await statusOf(token)).toBe(401);
    expect((await refreshed(memory)).body.error).toBe('invalid_grant');
    await grants.resume({ params });
    expect(await statusOf(token)).toBe(200);
    await grants.rotate({ params, body: {} });
    expect(await statusOf(token)).toBe(200);
    await grants.revoke({ params });
    expect(await statusOf(token)).toBe(401);
    expect((await refreshed(memory)).body.error).toBe('invalid_grant');
    expect(await signInsOf(grant.id)).toEqual([]);
  });

  it('ends with its sign-in, which leaves those of other agents alone', async () => {
    const one = await signedIn();
    const other = await signedIn({ grant: one.grant });
    const params = { grant: one.grant.id };
    const [newest, oldest] = await signInsOf(one.grant.id);
    expect(newest).toMatchObject({ client: { name: 'Agent of the tests' }, person: office.admin.email });
    const { grants } = office.admin.client;
    const ended = { params: { ...params, signIn: oldest?.id ?? '' } };
    expect(problemOf(await grants.endSignIn(ended))).toBe('none');
    expect(problemOf(await grants.endSignIn(ended))).toBe('not_found');
    expect(await statusOf(one.token)).toBe(401);
    expect((await refreshed(one.memory)).body.error).toBe('invalid_grant');
    expect(await statusOf(other.token)).toBe(200);
    expect((await signInsOf(one.grant.id)).map(({ id }) => id)).toEqual([newest?.id]);
    const { items } = expectOk(await office.admin.client.audit.list({ query: { limit: 1 } }));
    expect(items[0]).toMatchObject({ action: 'grant.signed_out', target: { id: one.grant.id } });
  });

  it('ends with the membership of who consented, which leaves those of other people alone', async () => {
    const leaver = await office.somebody('admin');
    const { grant, memory, token } = await signedIn({ by: leaver });
    const staying = await signedIn({ grant });
    const { members } = office.admin.client;
    expect(problemOf(await members.remove({ params: { member: leaver.member } }))).toBe('none');
    expect(await statusOf(token)).toBe(401);
    expect((await refreshed(memory)).body.error).toBe('invalid_grant');
    expect(await statusOf(staying.token)).toBe(200);
    expect((await signInsOf(grant.id)).map(({ person }) => person)).toEqual([office.admin.email]);
    const { items } = expectOk(await office.admin.client.audit.list({ query: { limit: 1 } }));
    expect(items[0]).toMatchObject({
      action: 'member.removed',
      before: { role: 'admin', signedInAgents: 1 },
    });
  });

  it('ends with a membership that was not removed at first, as the store failed on the way', async () => {
    const leaver = await office.somebody('admin');
    const { token } = await signedIn({ by: leaver });
    const remove = () => office.admin.client.members.remove({ params: { member: leaver.member } });
    const { agentSignIns } = office.gateway.store;
    const broken = vi.spyOn(agentSignIns, 'ofPerson').mockRejectedValueOnce(new Error('a test'));
    expect(problemOf(await remove())).toBe('internal');
    expect(problemOf(await remove())).toBe('none');
    broken.mockRestore();
    expect(await statusOf(token)).toBe(401);
  });

  it('is the last one where who consented left and nobody was told', async () => {
    const leaver = await office.somebody('admin');
    const { memory, token } = await signedIn({ by: leaver });
    await office.gateway.store.people.members.remove('default', leaver.member);
    expect(await statusOf(token)).toBe(200);
    expect((await refreshed(memory)).body.error).toBe('invalid_grant');
  });

  it('is the last one where who consented could not do so any more, and not where they can again', async () => {
    const admin = await office.somebody('admin');
    const { grant, memory, token } = await signedIn({ by: admin });
    const { grants, members } = office.admin.client;
    const refusal = async () => (await refreshed(memory)).body.error;
    await members.changeRole({ params: { member: admin.member }, body: { role: 'viewer' } });
    expect(await statusOf(token)).toBe(200);
    expect(await refusal()).toBe('invalid_grant');
    await grants.update({ params: { grant: grant.id }, body: { owner: admin.email, ownerMaySignIn: true } });
    expect(await statusOf((await refreshed(memory)).body.access_token)).toBe(200);
  });

  it('goes on under another e-mail of who consented, also where it is the owner who may, and ends with the account', async () => {
    const owner = await office.somebody('viewer');
    const grant = await minted({ owner: owner.email, ownerMaySignIn: true });
    const { memory, token } = await signedIn({ by: owner, grant });
    const { store } = office.gateway;
    const next = `new-${owner.email}`;
    await store.people.accounts.changeEmail(owner.person, next, GATEWAY);
    expect(await moveSignedIn(store, { from: owner.email, to: next })).toBe(1);
    expect(await statusOf(token)).toBe(200);
    expect((await signInsOf(grant.id)).map(({ person }) => person)).toEqual([next]);
    const renewed = await refreshed(memory);
    expect(await statusOf(renewed.body.access_token)).toBe(200);
    expect(await endEverySignedIn(store, next)).toBe(1);
    expect(await statusOf(renewed.body.access_token)).toBe(401);
    expect(await signInsOf(grant.id)).toEqual([]);
  });

  it('is the last one under an e-mail that who consented has no longer', async () => {
    const admin = await office.somebody('admin');
    const { memory } = await signedIn({ by: admin });
    await office.gateway.store.people.accounts.changeEmail(admin.person, `new-${admin.email}`, GATEWAY);
    expect((await refreshed(memory)).body.error).toBe('invalid_grant');
  });

  it('ends with a membership in the organisation of its grant alone', async () => {
    const elsewhere = await office.elsewhere();
    const { client } = await office.somebody('admin', elsewhere);
    const both = await office.somebody('admin');
    const member = await office.join(both, elsewhere);
    const { memory, token } = await signedIn({ by: both });
    expect(problemOf(await client.members.remove({ params: { member } }))).toBe('none');
    expect(await statusOf(token)).toBe(200);
    expect((await refreshed(memory)).status).toBe(200);
  });

  it.each(['access_token', 'refresh_token'] as const)(
    'ends with the whole sign-in when its agent, and no other, gives its %s back',
    async (name) => {
      const { grant, memory, token } = await signedIn();
      const other = await registered();
      const given = { token: memory.kept?.[name] ?? '' };
      const refused = await form('/revoke', { ...given, client_id: other.id });
      expect([refused.status, refused.body.error]).toEqual([400, 'invalid_grant']);
      expect(await statusOf(token)).toBe(200);
      await form('/revoke', { ...given, client_id: idOf(memory) });
      expect(await statusOf(token)).toBe(401);
      expect((await refreshed(memory)).body.error).toBe('invalid_grant');
      expect(await signInsOf(grant.id)).toEqual([]);
    },
  );

  it('leaves the streams of a sign-in that ended', async () => {
    const { grant, token } = await signedIn();
    const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
    const stream = await fetch(`${endpoint()}sse`, { headers });
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    // The address to post to is one that takes the same tokens.
    expect((await reader?.read())?.value).toMatch(/data: \/mcp-oauth\/files\/message\?sessionId=/);
    const [own] = await signInsOf(grant.id);
    await office.admin.client.grants.endSignIn({ params: { grant: grant.id, signIn: own?.id ?? '' } });
    const rest = [];
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read())
      rest.push(part.value);
    expect(rest.join('')).not.toContain('event: message');
  });
});

describe('what is good once', () => {
  it('is a refresh token: whoever comes with an old one ends the sign-in for both', async () => {
    const { grant, memory } = await signedIn();
    const events = ['misused' as const];
    const hook = { name: 'hook', url: 'https://hooks.example/x', events };
    const { webhooks } = office.admin.client;
    const { id: webhook } = expectOk(await webhooks.create({ body: hook }));
    const first = memory.kept?.refresh_token;
    const next = await refreshed(memory);
    expect(next.body.refresh_token).not.toBe(first);
    expect((await refreshed(memory, first)).body.error).toBe('invalid_grant');
    expect((await refreshed(memory, next.body.refresh_token)).body.error).toBe('invalid_grant');
    expect(await statusOf(next.body.access_token)).toBe(401);
    expect(await signInsOf(grant.id)).toEqual([]);
    const rows = () => office.gateway.store.audit.query({ action: 'grant.signed_out', limit: 9 });
    await expect.poll(async () => (await rows()).map(({ target }) => target.id)).toContain(grant.id);
    expect((await rows()).find(({ target }) => target.id === grant.id)).toMatchObject({
      actor: { kind: 'system', address: '127.0.0.1' },
      before: { client: { name: expect.any(String) } },
      after: { reason: 'used_twice' },
    });
    expect(office.test.lines.map(({ message }) => message).join()).toContain('used twice');
    const deliveries = async () => expectOk(await webhooks.deliveries({ params: { webhook } })).items;
    await expect.poll(async () => (await deliveries()).map(({ event }) => event)).toEqual(['misused']);
    expectOk(await webhooks.remove({ params: { webhook } }));
  });

  it('is replaced no more often than an agent needs, and stays good where it is not', async () => {
    const { memory } = await signedIn();
    let token = memory.kept?.refresh_token;
    let answer = await refreshed(memory, token);
    for (let times = 0; times <= REFRESHES_AT_ONCE && answer.status === 200; times += 1) {
      token = answer.body.refresh_token;
      // Strangers of this machine are slowed before.
      clock.pass(1_000);
      answer = await refreshed(memory, token);
    }
    expect([answer.status, answer.body.error]).toEqual([400, 'slow_down']);
    expect((await refreshed(memory, token)).body.error).toBe('slow_down');
  });

  it('is a code: of many who come with it at once one gets tokens, if any keeps them', async () => {
    const grant = await minted();
    const { asked, memory } = await begun();
    const back = await consented(asked, office.admin, { grant: grant.id });
    const answers = await Promise.all(Array.from({ length: 8 }, () => exchanged(memory, back)));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect((await exchanged(memory, back)).body.error).toBe('invalid_grant');
    const tokens = answers.flatMap(({ body }) => body.access_token ?? []);
    // Who came too late had it copied, or so it looks.
    for (const token of tokens) expect(await statusOf(token)).toBe(401);
  });

  it('is for who began: another verifier, client or address of return gets nothing', async () => {
    const grant = await minted();
    const other = await registered();
    const wrong = [
      { code_verifier: 'x'.repeat(43) },
      { redirect_uri: 'http://127.0.0.1:1/callback' },
      { client_id: other.id },
      { resource: endpoint('other') },
    ];
    for (const more of wrong) {
      const { asked, memory } = await begun();
      const back = await consented(asked, office.admin, { grant: grant.id });
      const { body, status } = await exchanged(memory, back, more as Readonly<Record<string, string>>);
      expect([status, body.access_token]).toEqual([400, undefined]);
    }
  });
});

describe('the authorization server', () => {
  it('wants PKCE by S256, one address of the gateway, and an address of return that is registered', async () => {
    const { id } = await registered();
    const right = rightly(id);
    expect(await authorization(right)).toBe('/agent-sign-in/');
    const outcomes = await Promise.all([
      authorization(but(right, 'code_challenge')),
      authorization(but(right, 'code_challenge_method', 'plain')),
      authorization(but(right, 'resource')),
      authorization(but(right, 'resource', `${url()}/mcp/files/`)),
      authorization(but(right, 'resource', 'https://evil.example/mcp-oauth/files/')),
      authorization([...right, ['resource', endpoint('other')]]),
      authorization(but(right, 'response_type', 'token')),
      authorization([...right, ['prompt', 'none']]),
    ]);
    expect(outcomes).toEqual([
      ...['invalid_request', 'invalid_request', 'invalid_target', 'invalid_target', 'invalid_target'],
      ...['invalid_target', 'unsupported_response_type', 'interaction_required'],
    ]);
    const secretive = await registered({ token_endpoint_auth_method: 'client_secret_basic' });
    const without = but(but(rightly(secretive.id), 'code_challenge'), 'code_challenge_method');
    expect(await authorization(without)).toBe('invalid_request');
    const away = await authorization(but(right, 'redirect_uri', 'https://evil.example/callback'));
    expect(away).toContain('redirect_uri');
    expect(await authorization(but(right, 'client_id', 'nobody'))).toMatch(/^page: .*invalid_client/s);
    // Programs on the machine of their person listen wherever they can.
    expect(await authorization(but(right, 'redirect_uri', 'http://127.0.0.1:50123/callback'))).toBe(
      '/agent-sign-in/',
    );
  });

  it('registers the clients that there are, as they ask, and none that leads into a page', async () => {
    const loopback = ['http://127.0.0.1/', 'http://127.0.0.1:33418/', 'http://localhost:1/callback'];
    const cursor = ['cursor://anysphere.cursor-mcp/oauth/callback', ...loopback];
    const code = ['https://vscode.dev/redirect', 'https://insiders.vscode.dev/redirect', ...loopback];
    const grantTypes = ['authorization_code', 'refresh_token'];
    for (const redirectUris of [loopback, cursor, code, ['https://claude.ai/api/mcp/auth_callback']]) {
      const metadata = { redirect_uris: redirectUris, grant_types: grantTypes, response_types: ['code'] };
      expect((await registered(metadata)).status).toBe(201);
    }
    for (const bad of [
      'javascript:alert(1)',
      'data:text/html,x',
      'http://evil.example/',
      'https://a.example/#x',
    ])
      expect((await registered({ redirect_uris: [bad] })).error).toBe('invalid_redirect_uri');
  });

  it('takes of a registration what counts, and no more than real ones have', async () => {
    const asked = {
      jwks_uri: 'http://127.0.0.1:1/',
      sector_identifier_uri: 'https://127.0.0.1/',
      scope: 'openid x',
    };
    expect((await registered({ ...asked, client_name: 'x'.repeat(5_000) })).status).toBe(201);
    expect((await registered({ client_name: 'x'.repeat(10_000) })).status).toBe(413);
    const { id } = await registered();
    const long = [...rightly(id), ['state', 'x'.repeat(9_000)]] as [string, string][];
    expect(await authorization(long)).toContain('too large');
    const paths = ['me', 'session/end', 'token/introspection', 'request', 'device/auth', 'interaction/x'];
    for (const path of paths) expect((await fetch(`${url()}/oauth/${path}`)).status).toBe(404);
  });

  it('says the same of servers that are there and of those that are not', async () => {
    const paths = ['files/', 'nothing/', 'files', ''];
    for (const path of paths) {
      const address = `${url()}/mcp-oauth/${path}`;
      const refused = await post(address, 'x', modernCall('pay'));
      expect(refused.status).toBe(401);
      const told = refused.headers.get('www-authenticate') ?? '';
      const metadata = await (await fetch(/resource_metadata="([^"]+)"/.exec(told)?.[1] ?? '')).json();
      expect(metadata).toMatchObject({
        authorization_servers: [`${url()}/oauth`],
        scopes_supported: ['mcp'],
      });
    }
    const direct = await fetch(`${url()}/.well-known/oauth-protected-resource/mcp-oauth/files`);
    expect(await direct.json()).toMatchObject({ resource: `${url()}/mcp-oauth/files` });
  });

  it('is found from the address for tokens alone, whatever a request says of hosts', async () => {
    const forged = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
    };
    const found = [
      '/.well-known/oauth-authorization-server/oauth',
      '/oauth/.well-known/openid-configuration',
    ];
    for (const path of [...found, '/.well-known/oauth-protected-resource/mcp-oauth/files/']) {
      const answer = await fetch(url() + path, { headers: forged });
      expect([answer.status, (await answer.text()).includes('evil.example')]).toEqual([200, false]);
    }
    const roots = ['oauth-authorization-server', 'openid-configuration', 'oauth-protected-resource'];
    for (const path of [
      ...roots,
      'oauth-protected-resource/mcp/files/',
      'oauth-authorization-server/mcp/files',
    ])
      expect((await fetch(`${url()}/.well-known/${path}`)).status).toBe(404);
    const plain = await post(office.test.endpoint('files'), 'x', modernCall('pay'));
    expect(plain.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    const visitor = office.visitor();
    const { port } = new URL(url());
    for (const path of found) {
      // Another name of this machine, which is let in.
      const { text } = await visitor.send(path, { sent: { host: `localhost:${port}` } });
      expect(JSON.parse(text).token_endpoint).toBe(`${url()}/oauth/token`);
    }
    for (const path of [...found, '/oauth/token', '/oauth/authorize'])
      expect((await visitor.send(path, { sent: { host: 'evil.example' } })).status).toBe(403);
  });

  it('keeps no more of strangers than it has to', async () => {
    const answers = [];
    for (let times = 0; times <= STRANGERS_AT_ONCE + 50; times += 1)
      answers.push((await registered()).status);
    expect(answers).toContain(429);
  });
});
