import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintToken } from '../../src/index.ts';
import { bootOffice, expectOk, type Office, problemOf, type Somebody } from '../support/people.ts';
import { modernCall, post } from '../support/rpc.ts';
import {
  AgentMemory,
  CALLBACK,
  consented,
  dashboardFolder,
  GENERATIONS,
  type Generation,
  openInBrowser,
  signingAgent,
} from '../support/signing-agent.ts';
import { type Stub, startStub } from '../support/stub.ts';

let folder: Awaited<ReturnType<typeof dashboardFolder>>;
let stub: Stub;
let office: Office;

beforeAll(async () => {
  folder = await dashboardFolder();
  stub = await startStub({ era: 'legacy', tools: [{ name: 'pay' }, { name: 'look' }] });
  office = await bootOffice({ dashboard: folder.path }, { mcpServers: { files: { url: stub.url } } });
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const endpoint = (server = 'files') => `${office.gateway.url}/mcp-oauth/${server}/`;

/** A minted grant for the server; of the admin unless it says otherwise. */
async function minted(more: { owner?: string; ownerMaySignIn?: boolean } = {}) {
  const body = { name: crypto.randomUUID(), server: 'files', policy: 'all', keepToken: false, ...more };
  return expectOk(await office.admin.client.grants.mint({ body }));
}

/** An agent that was sent away to sign in, and what waits in the browser. */
async function begun(generation: Generation = 'client 2.x') {
  const memory = new AgentMemory();
  await expect(signingAgent(generation, endpoint(), memory).connect()).rejects.toThrow(/unauthorized/i);
  return { memory, asked: await openInBrowser(office, memory.sentTo) };
}

/** An agent that signed in with a grant of its own. */
async function signedIn(generation: Generation = 'client 2.x', who: Somebody = office.admin) {
  const grant = await minted();
  const { asked, memory } = await begun(generation);
  const back = await consented(asked, who, grant.id);
  await signingAgent(generation, endpoint(), memory).finish(back);
  return { memory, grant, back };
}

const call = (token: string, at = endpoint()) => post(at, token, modernCall('pay'));
const statusOf = async (token: string, at = endpoint()) => (await call(token, at)).status;

function form(path: string, fields: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(`${office.gateway.url}/oauth${path}`, { method: 'POST', body: new URLSearchParams(fields) });
}

const refreshed = ({ client, kept }: AgentMemory, token = kept?.refresh_token ?? '') =>
  form('/token', { grant_type: 'refresh_token', refresh_token: token, client_id: client?.client_id ?? '' });

describe('an agent that signs in by itself', () => {
  it.each(GENERATIONS)('finds its way, works with the grant that a person chose, and no other, %s', async (generation) => {
    const { grant, memory } = await signedIn(generation);
    const agent = signingAgent(generation, endpoint(), memory);
    await agent.connect();
    const { tools } = await agent.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['pay', 'look']);
    await agent.client.callTool({ name: 'pay', arguments: {} });
    await agent.client.close();
    const { items } = await office.gateway.store.decisions.list({ organization: 'default', limit: 1 } as never);
    expect(items[0]).toMatchObject({ grantId: grant.id });
  });

  it('is shown with what it says of itself, and is no grant of the address for tokens', async () => {
    const { asked } = await begun();
    const grant = await minted();
    const { signIn } = asked;
    const shown = expectOk(await asked.as(office.admin).client.agentSignIns.show({ params: { signIn } }));
    expect(shown).toMatchObject({
      client: { name: 'Agent of the tests', returnsTo: 'http://127.0.0.1' },
      server: 'files',
      mayMint: true,
    });
    expect(shown.client.document).toBeUndefined();
    expect(shown.grants).toContainEqual({ id: grant.id, name: grant.name, policy: 'all', servers: ['files'] });
    // What the configuration file declares is changed there alone.
    expect(shown.grants.map(({ name }) => name)).not.toContain('test');
  });
});
