import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { movedClock } from '../cases/support/time.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { type Authority, type Certificate, makeAuthority } from '../support/certificates.ts';
import { askToConnect, comeBack } from '../support/connecting.ts';
import { bootOffice, type Office } from '../support/people.ts';
import { type ProtectedServer, startProtectedServer } from '../support/protected-server.ts';
import { modernCall, post } from '../support/rpc.ts';
import { type Front, tlsBefore } from '../support/tls-front.ts';

const HOUR_MS = 60 * 60 * 1_000;
const clock = movedClock(Date.now());
/** Which no system knows. */
let authority: Authority;
let certificate: Certificate;
let folder: string;
let issuer: AuthorizationServer;
let server: ProtectedServer;
let front: Front;

beforeAll(async () => {
  authority = makeAuthority();
  certificate = authority.issue('IP:127.0.0.1');
  folder = await mkdtemp(join(tmpdir(), 'boomgate-tls-'));
  const files = { 'ca.pem': authority.ca, 'cert.pem': certificate.cert, 'key.pem': certificate.key };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  // It looks at whatever certificate somebody shows.
  const asking = { ...certificate, requestCert: true, rejectUnauthorized: false };
  issuer = await startAuthorizationServer(() => clock.wallMs(), asking);
  server = await startProtectedServer(issuer);
  // It wants to be shown a certificate, also by who has no token yet.
  front = await tlsBefore(server, { ...certificate, ca: authority.ca, requestCert: true });
  const place = new URL('/.well-known/oauth-protected-resource/mcp', front.url);
  server.challenge = `Bearer resource_metadata="${place}", scope="pay"`;
  server.documents.set(place.pathname, { resource: front.url, authorization_servers: [issuer.issuer] });
});
afterAll(async () => {
  await front[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
  authority[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

const tls = () => ({
  ca: join(folder, 'ca.pem'),
  cert: join(folder, 'cert.pem'),
  key: join(folder, 'key.pem'),
});

/** As a browser does that knows the authority. */
async function consent(url: string): Promise<string> {
  // What the event is specified to bring.
  const [answer] = (await once(get(url, { ca: authority.ca, agent: false }), 'response')) as [
    IncomingMessage,
  ];
  answer.resume();
  return answer.headers.location ?? `none: ${answer.statusCode}`;
}

const textOf = async ({ test }: Office) =>
  (await post(test.endpoint('pay'), test.token, modernCall('pay'))).body.result?.content?.[0]?.text;

it.each([{}, { workers: 2 }])(
  'the gateway signs in, and renews its token, where the authorities of the settings alone vouch for both servers: %j',
  async (options) => {
    const mcpServers = { pay: { url: front.url, tls: tls() } };
    await using office = await bootOffice({ ...options, clock }, { mcpServers });
    expect(await textOf(office)).not.toBe('done');
    const { cookie, url } = await askToConnect(office.admin, 'pay');
    const back = await comeBack(office.admin, await consent(url), cookie);
    expect(back.headers['location']).toContain('signIn=connected');
    expect(await textOf(office)).toBe('done');
    const before = issuer.to('/token').length;
    clock.pass(HOUR_MS);
    expect(await textOf(office)).toBe('done');
    expect(issuer.to('/token')).toHaveLength(before + 1);
    const params = { server: 'pay' };
    expect((await office.admin.client.servers.disconnect({ params })).status).toBe(204);
    expect(issuer.to('/revoke').length).toBeGreaterThan(0);
  },
);

it('the gateway tells no authorization server what it shows the server, and believes none that nobody vouches for', async () => {
  const shown: string[] = [];
  issuer.instead.set('/.well-known/oauth-authorization-server', (request, response) => {
    // A cast: the server that is asked is one of TLS.
    const { socket } = request as unknown as { socket: { getPeerCertificate(): { subject?: unknown } } };
    shown.push(JSON.stringify(socket.getPeerCertificate().subject ?? 'nothing'));
    response.writeHead(404).end();
  });
  await using office = await bootOffice({}, { mcpServers: { pay: { url: front.url, tls: tls() } } });
  expect((await askToConnect(office.admin, 'pay')).text).toContain('authorization_server_failed');
  expect(shown).toEqual(['"nothing"']);
  issuer.instead.clear();
  using other = makeAuthority();
  await writeFile(join(folder, 'ca.pem'), other.ca);
  await using doubting = await bootOffice({}, { mcpServers: { pay: { url: front.url, tls: tls() } } });
  expect((await askToConnect(doubting.admin, 'pay')).text).toContain('the server cannot be asked');
});
