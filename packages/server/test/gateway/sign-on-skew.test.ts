/** People sign in by a provider at replicas of which one's clock is wrong. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SIGN_ON_MS } from '../../src/limits/index.ts';
import { runningClock } from '../cases/support/time.ts';
import { type Balancer, openBalancer } from '../support/balancer.ts';
import { Browser, CLIENT, type OidcProvider, openOidcProvider } from '../support/oidc.ts';
import { NO_SERVER } from '../support/people.ts';
import { freePort } from '../support/programs.ts';
import { bootReplicas, type Replicas } from '../support/replicas.ts';

const START_MS = 120_000;
const SECOND_MS = 1_000;
/** What passes while a test runs. */
const EDGE_MS = 10 * SECOND_MS;

const TOKEN = 'x'.repeat(40);

const clocks = [runningClock(), runningClock()] as const;
let provider: OidcProvider;
let balancer: Balancer;
let replicas: Replicas;
let entry: string;

beforeAll(async () => {
  const listening: number[] = [];
  balancer = await openBalancer(listening);
  balancer.leadTo(0);
  provider = await openOidcProvider(() => [at('callback')]);
  provider.accounts.set('ann', { email: 'ann@corp.example', email_verified: true, name: 'Ann Bond' });
  const corp = { issuer: provider.issuer, client_id: CLIENT.id, client_secret: CLIENT.secret };
  const providers = {
    corp: { ...corp, allowed_domains: ['corp.example'] },
    staff: { ...corp, scim: { token: TOKEN } },
  };
  const more = { signIn: { providers } };
  const ports = async () => {
    listening.push(await freePort(), await freePort());
    return listening as unknown as readonly [number, number]; // a cast: two were put in
  };
  const [clock, clockOfOther] = clocks;
  const options = { publicUrl: balancer.origin, ports, clock, clockOfOther };
  replicas = await bootReplicas({ mcpServers: NO_SERVER, more }, options);
  entry = (await tell('POST', '', { userName: 'ann@corp.example' })).body.id;
}, START_MS);
afterAll(async () => {
  await replicas[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
  await balancer.close();
});

const at = (path: string): string => `${balancer.origin}/api/v1/session/oidc/corp/${path}`;

async function tell(method: string, path: string, body: object) {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/scim+json' };
  const to = `${balancer.origin}/scim/v2/staff/Users${path}`;
  const answer = await fetch(to, { method, headers, body: JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json()) as { id: string; active: boolean } };
}

async function comeBack(): Promise<{ readonly browser: Browser; readonly back: string }> {
  const browser = new Browser();
  return {
    browser,
    back: await browser.follow(at('start'), (address) => address.startsWith(at('callback'))),
  };
}

async function codeOf(answer: Response): Promise<string> {
  if (answer.status === 302) return 'signed in';
  // Every refusal is a problem document.
  return ((await answer.json()) as { readonly code: string }).code;
}

/** How wrong, and which of the two is: the first begins. Nobody signs in where tokens of five minutes are over as they come. */
const ways = [-3_600, -120, -15, 15, 120, 3_600].flatMap((seconds) =>
  (Math.abs(seconds) > 120 ? [0] : [0, 1]).map((wrong) => [seconds, wrong] as const),
);

it.each(ways)(
  'that are %s s off: what began at one goes on at the other for ten minutes, once',
  async (seconds, wrong) => {
    for (const [ms, code] of [
      [SIGN_ON_MS - EDGE_MS, 'signed in'],
      [SIGN_ON_MS + EDGE_MS, 'sign_on_stale'],
    ] as const) {
      // So that clocks are right, or as wrong as they are to be, when the provider tells the time.
      for (const clock of clocks) clock.step(Math.round(Date.now() - clock.wallMs()) - ms);
      clocks[wrong === 0 ? 0 : 1].step(seconds * SECOND_MS);
      balancer.leadTo(0);
      const { back, browser } = await comeBack();
      const copy = new Browser();
      for (const [origin, jar] of browser.jars) copy.jars.set(origin, new Map(jar));
      for (const clock of clocks) clock.pass(ms);
      balancer.leadTo(1);
      expect(await codeOf(await browser.get(back))).toBe(code);
      for (const which of [0, 1]) {
        balancer.leadTo(which);
        expect(await codeOf(await copy.get(back))).toBe('sign_on_stale');
      }
    }
  },
);

it('has a session end at both of which the provider tells one that it ended there, once', async () => {
  for (const clock of clocks) clock.step(Math.round(Date.now() - clock.wallMs()));
  balancer.leadTo(0);
  const { back, browser } = await comeBack();
  expect(await codeOf(await browser.get(back))).toBe('signed in');
  const session = `${balancer.origin}/api/v1/session`;
  const status = async () => (await browser.get(session)).status;
  const iat = Math.floor(Date.now() / SECOND_MS);
  const said = { iss: provider.issuer, aud: CLIENT.id, sub: 'ann', iat, exp: iat + 120, jti: 'one' };
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  const token = await provider.sign({ ...said, events }, { typ: 'logout+jwt' });
  const tell = async () => {
    const body = new URLSearchParams({ logout_token: token });
    return (await fetch(at('backchannel-logout'), { method: 'POST', body })).status;
  };
  balancer.leadTo(1);
  expect([await status(), await tell(), await status()]).toEqual([200, 200, 401]);
  balancer.leadTo(0);
  expect([await status(), await tell()]).toEqual([401, 400]);
});

it('has a directory tell one that somebody has left, which the other goes by', async () => {
  balancer.leadTo(0);
  const { back, browser } = await comeBack();
  expect(await codeOf(await browser.get(back))).toBe('signed in');
  const status = async () => (await browser.get(`${balancer.origin}/api/v1/session`)).status;
  expect(await status()).toBe(200);
  balancer.leadTo(1);
  const replace = (value: object) => ({ Operations: [{ op: 'replace', value }] });
  expect((await tell('PATCH', `/${entry}`, replace({ active: false }))).body.active).toBe(false);
  balancer.leadTo(0);
  expect(await status()).toBe(401);
});
