import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/index.ts';
import { type Authority, type Certificate, makeAuthority } from '../support/certificates.ts';
import { bootGateway, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/programs.ts';
import { modernCall, post } from '../support/rpc.ts';
import { tlsBefore } from '../support/tls-front.ts';
import { newKitOverHttp } from '../upstreams/new-kit.ts';
import { oldKitOverHttp, oldKitOverSse } from '../upstreams/old-kit.ts';

/** Real servers of both eras and of every transport over HTTP. */
const KITS = {
  'a modern server': newKitOverHttp,
  'a legacy server': oldKitOverHttp,
  'a server over HTTP+SSE': oldKitOverSse,
} as const;

let ours: Authority;
let other: Authority;
let server: Certificate;
let client: Certificate;
let foreign: Certificate;
let folder: string;

/** The path of a file with this text. */
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

beforeAll(() => {
  ours = makeAuthority();
  other = makeAuthority();
  server = ours.issue('IP:127.0.0.1');
  client = ours.issue('DNS:gateway');
  foreign = other.issue('DNS:gateway');
  folder = mkdtempSync(join(tmpdir(), 'boomgate-tls-'));
});

afterAll(() => {
  ours[Symbol.dispose]();
  other[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

const echo = modernCall('echo', { text: 'x' });
const UNREACHED = /^\[UPSTREAM UNAVAILABLE\] /;
const WORKED = '"x"';

async function said(gateway: TestGateway, name: string, token = gateway.token): Promise<string | undefined> {
  return (await post(gateway.endpoint(name), token, echo)).body.result?.content?.[0]?.text;
}

/** A second grant, for the second server. */
const OTHER_TOKEN = 'token-of-the-second-grant-0123456789';
const second = { second: { server: 'second', policy: 'all', token: OTHER_TOKEN } };

describe.each(Object.entries(KITS))(
  'H-24 %s with a certificate of an authority of its own',
  (_what, start) => {
    it('is refused without `ca`, works with it, and is trusted for that server alone', async () => {
      await using kit = await start();
      await using front = await tlsBefore(kit, server);
      const ca = file('ca.pem', ours.ca);
      await using gateway = await bootGateway({
        mcpServers: { first: { url: front.url, tls: { ca } }, second: { url: front.url } },
        grants: second,
      });
      expect(await said(gateway, 'first')).toBe(WORKED);
      expect(await said(gateway, 'second', OTHER_TOKEN)).toMatch(UNREACHED);
      expect(await said(gateway, 'first')).toBe(WORKED);
    });

    it('that wants a certificate of its client refuses without one, and one of another authority', async () => {
      await using kit = await start();
      await using front = await tlsBefore(kit, {
        ...server,
        ca: ours.ca,
        requestCert: true,
        rejectUnauthorized: true,
      });
      const ca = file('ca.pem', ours.ca);
      const shown = (one: Certificate, name: string) => ({
        cert: file(`${name}.pem`, one.cert),
        key: file(`${name}.key`, one.key),
      });
      const entry = (tls: object) => ({ url: front.url, tls: { ca, ...tls } });
      await using gateway = await bootGateway({
        mcpServers: { first: entry(shown(client, 'client')), second: entry({}) },
        grants: { ...second, third: { server: 'third', policy: 'all', token: `${OTHER_TOKEN}3` } },
        more: { servers: { third: entry(shown(foreign, 'foreign')) } },
      });
      expect(await said(gateway, 'first')).toBe(WORKED);
      expect(await said(gateway, 'second', OTHER_TOKEN)).toMatch(UNREACHED);
      expect(await said(gateway, 'third', `${OTHER_TOKEN}3`)).toMatch(UNREACHED);
    });
  },
);

describe('H-24 the TLS settings of a server', () => {
  it("take the place of the system's authorities", async () => {
    const trusted = getCACertificates('default');
    setDefaultCACertificates([...trusted, ours.ca]);
    try {
      await using kit = await newKitOverHttp();
      await using front = await tlsBefore(kit, server);
      const ca = file('other.pem', other.ca);
      await using gateway = await bootGateway({
        mcpServers: { first: { url: front.url, tls: { ca } }, second: { url: front.url } },
        grants: second,
      });
      expect(await said(gateway, 'second', OTHER_TOKEN)).toBe(WORKED);
      expect(await said(gateway, 'first')).toMatch(UNREACHED);
    } finally {
      setDefaultCACertificates(trusted);
    }
  });

  it.each([
    ['that is for another host', () => ours.issue('DNS:other.invalid'), {}],
    ['that expired', () => ours.issue('IP:127.0.0.1', -1), {}],
    [
      'over TLS 1.1',
      () => server,
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    ],
  ] as const)('do not excuse a certificate %s', async (_what, certificate, options) => {
    await using kit = await newKitOverHttp();
    await using front = await tlsBefore(kit, { ...certificate(), ...options });
    const ca = file('ca.pem', ours.ca);
    await using gateway = await bootGateway({ mcpServers: { first: { url: front.url, tls: { ca } } } });
    expect(await said(gateway, 'first')).toMatch(UNREACHED);
  });

  it('are read from paths beside the configuration, and again when a file changes', async () => {
    await using kit = await newKitOverHttp();
    await using front = await tlsBefore(kit, server);
    await using gateway = await bootGateway({ mcpServers: { first: { url: front.url } } });
    const config = JSON.parse(await readFile(gateway.configFile, 'utf8'));
    const ca = join(gateway.data, 'ca.pem');
    await writeFile(ca, other.ca);
    await writeFile(
      gateway.configFile,
      JSON.stringify({ ...config, mcpServers: { first: { url: front.url, tls: { ca: './ca.pem' } } } }),
    );
    expect(await said(gateway, 'first')).toMatch(UNREACHED);
    await writeFile(`${ca}.new`, ours.ca);
    await rename(`${ca}.new`, ca);
    await until(async () => (await said(gateway, 'first')) === WORKED);
    await writeFile(`${ca}.new`, 'no PEM');
    await rename(`${ca}.new`, ca);
    await until(() =>
      gateway.lines.some(({ fields }) => JSON.stringify(fields).includes('found no certificate')),
    );
    expect(await said(gateway, 'first')).toBe(WORKED);
  });

  it('take the key from a variable, and neither log nor show it', async () => {
    await using kit = await newKitOverHttp();
    await using front = await tlsBefore(kit, {
      ...server,
      ca: ours.ca,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const tls = {
      ca: '${env:CA_FOLDER}/ca.pem',
      cert: file('client.pem', client.cert),
      key: '${env:CLIENT_KEY}',
    };
    file('ca.pem', ours.ca);
    await using gateway = await bootGateway({
      mcpServers: { first: { url: front.url, tls } },
      environment: { CA_FOLDER: folder, CLIENT_KEY: client.key },
    });
    expect(await said(gateway, 'first')).toBe(WORKED);
    expect(JSON.stringify(gateway.lines)).not.toContain(bodyOf(client.key));
  });
});

/** The first line of what is secret of a key. */
function bodyOf(key: string): string {
  return key.split('\n')[1] ?? key;
}

describe('H-24 TLS settings that cannot be used', () => {
  async function problemsOf(entry: object, environment: Record<string, string> = {}): Promise<string> {
    const path = file('boomgate.config.json', JSON.stringify({ mcpServers: { s: entry } }));
    const loaded = await loadConfig({ path, environment, allowPrivate: true });
    return loaded.ok ? '' : loaded.problems.join('\n');
  }
  const url = 'https://mcp.example/';
  const encrypted = '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII=\n-----END ENCRYPTED PRIVATE KEY-----\n';
  const broken = '-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n';

  it.each<[string, () => object, RegExp]>([
    [
      'a file that is not there',
      () => ({ ca: 'none.pem' }),
      /tls\.ca: expected a PEM file: .*none\.pem: cannot be read/,
    ],
    [
      'a file that is no PEM',
      () => ({ ca: file('text', 'x') }),
      /tls\.ca: .*text: expected PEM .* found no certificate/,
    ],
    [
      'a broken certificate',
      () => ({ ca: file('broken', ours.ca + broken) }),
      /broken: .* number 2 cannot be read/,
    ],
    ['a key for an authority', () => ({ ca: file('key', server.key) }), /found no certificate/],
    ['a certificate without its key', () => ({ cert: file('c', client.cert) }), /tls: .*found "cert" alone/],
    ['a key without its certificate', () => ({ key: file('k', client.key) }), /tls: .*found "key" alone/],
    [
      'a key of another',
      () => ({ cert: file('c', client.cert), key: file('k', server.key) }),
      /found that of another/,
    ],
    [
      'a key with a passphrase',
      () => ({ cert: file('c', client.cert), key: file('k', encrypted) }),
      /without a passphrase/,
    ],
    ['a way around the check', () => ({ rejectUnauthorized: false }), /rejectUnauthorized/],
  ])('are refused with the reason: %s', async (_what, tls, message) => {
    const problems = await problemsOf({ url, tls: tls() });
    expect(problems).toMatch(message);
    for (const { key } of [client, server]) expect(problems).not.toContain(bodyOf(key));
  });

  it.each([
    [{ url: 'http://mcp.example/' }, 'expected an https address'],
    [{ command: 'node' }, 'expected "url" with it'],
  ])('are refused for %j', async (entry, message) => {
    const ca = file('ca.pem', ours.ca);
    expect(await problemsOf({ ...entry, tls: { ca } })).toContain(message);
  });

  it('never say what a variable holds that is no key', async () => {
    const tls = { cert: file('c', client.cert), key: '${env:CLIENT_KEY}' };
    const cut = client.key.split('\n').slice(1, -2).join('');
    const problems = await problemsOf({ url, tls }, { CLIENT_KEY: cut });
    expect(problems).toContain('tls.key: expected a PEM file: ${env:CLIENT_KEY} names none that can be read');
    expect(problems).not.toContain(cut.slice(0, 20));
  });
});
