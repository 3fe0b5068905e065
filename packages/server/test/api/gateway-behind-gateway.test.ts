import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { REFRESH_TOKEN_MS } from '../../src/limits/index.ts';
import { movedClock } from '../cases/support/time.ts';
import { askToConnect, comeBack, registered } from '../support/connecting.ts';
import { bootOffice, expectOk, NO_SERVER, type Office } from '../support/people.ts';
import { modernCall, post } from '../support/rpc.ts';
import { consented, dashboardFolder, openInBrowser } from '../support/signing-agent.ts';
import { type Stub, startStub } from '../support/stub.ts';

const clock = movedClock(Date.now());
let folder: Awaited<ReturnType<typeof dashboardFolder>>;
let stub: Stub;
/** The gateway that guards the server, and the one that is an agent to it. */
let inner: Office;
let outer: Office;
let token: string;

beforeAll(async () => {
  folder = await dashboardFolder();
  stub = await startStub({ era: 'legacy', tools: [{ name: 'pay' }] });
  const mcpServers = { files: { url: stub.url } };
  inner = await bootOffice({ clock, dashboard: folder.path }, { mcpServers });
  outer = await bootOffice({ clock }, { mcpServers: NO_SERVER });
  token = await registered(outer, 'inner', { url: `${inner.gateway.url}/mcp-oauth/files/` });
});
afterAll(async () => {
  await outer[Symbol.asyncDispose]();
  await inner[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});
/** Strangers of this machine are slowed otherwise. */
beforeEach(() => clock.pass(10_000));

const called = () => post(outer.test.endpoint('inner'), token, modernCall('pay'));
const done = async () => (await called()).body.result?.content?.[0]?.text;

/** An admin of the outer gateway connects it, and one of the inner lets it work with a new grant; that, and where the browser ends. */
async function connected() {
  // Sessions are over sooner than what is tried here.
  const [here, there] = [await outer.somebody('admin'), await inner.somebody('admin')];
  const { cookie, text, url } = await askToConnect(here, 'inner');
  if (url === '') throw new Error(`expected an address to go to, found ${text}`);
  const asked = await openInBrowser(inner, new URL(url));
  const body = { name: crypto.randomUUID(), server: 'files', policy: 'all', keepToken: false };
  const grant = expectOk(await there.client.grants.mint({ body }));
  const callback = `${outer.gateway.url}/api/v1/server-sign-in/callback`;
  const back = await consented(asked, there, { grant: grant.id, callback });
  const { headers } = await comeBack(here, back.href, cookie);
  const [signIn] = expectOk(await there.client.grants.signIns({ params: { grant: grant.id } })).signIns;
  return { grant: grant.id, there, signIn, location: headers['location'] };
}

it('signs in at another gateway as an agent, and renews what it got', async () => {
  expect((await called()).body.result?.isError).toBe(true);
  const { location, signIn } = await connected();
  expect(location).toBe(`${outer.gateway.url}/servers/inner?signIn=connected`);
  expect(signIn?.client).toEqual({ name: 'Boomgate', returnsTo: 'http://127.0.0.1' });
  expect(await done()).toBe('done');
  clock.pass(3_600_000);
  expect(await done()).toBe('done');
});

it('is connected again after the sign-in was ended there, also when that gateway has forgotten its name', async () => {
  for (const passMs of [0, REFRESH_TOKEN_MS]) {
    const { grant, signIn, there } = await connected();
    expect(await done()).toBe('done');
    await there.client.grants.endSignIn({ params: { grant, signIn: signIn?.id ?? '' } });
    // A token that was refused is not renewed while it is new.
    clock.pass(60_000);
    expect((await called()).text).toContain('connect it again');
    clock.pass(passMs);
  }
  expect((await connected()).location).toContain('signIn=connected');
  expect(await done()).toBe('done');
});
