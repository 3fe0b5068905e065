import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from './load.ts';
import { MAX_FILE_BYTES } from './read-bytes.ts';
import { readText } from './read-document.ts';

/** What is said of a file with this text. */
async function load(text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'boomgate-load-'));
  const path = join(folder, 'boomgate.config.json');
  await writeFile(path, text);
  const result = await loadConfig({ path, environment: {}, allowPrivate: true });
  await rm(folder, { recursive: true });
  const lines = result.ok ? result.config.warnings : result.problems;
  return lines.map((line) => line.replace(`${path}:`, ''));
}

it('a file that ends too early says so once', async () => {
  expect(await load('{ "mcpServers": {')).toEqual(['1:18: close brace expected']);
});

it('a key that is misspelt is told from one that only a client knows', async () => {
  const server = '"command": "c", "alow_private": false, "timeout": 60, "alwaysAllow": []';
  expect(await load(`{ "mcpServers": { "s": { ${server} } }, "polices": {}, "theme": "dark" }`)).toEqual([
    expect.stringContaining('polices: is not a key of this file and was ignored; did you mean "policies"?'),
    expect.stringMatching(/theme: is not a key of this file and was ignored$/),
    expect.stringContaining(
      'mcpServers.s.alow_private: is not a key of a server and was ignored; did you mean "allow_private"?',
    ),
    expect.stringMatching(/mcpServers\.s: ignored what only a client needs: timeout, alwaysAllow$/),
  ]);
});

it('a key that is misspelt stands before what is wrong for want of it, and others that are ignored do not', async () => {
  const grant = `"grants": { "g": { "server": "t", "policy": "p", "token": "${'t'.repeat(40)}" } }`;
  const servers = `"mcpServers": { "s": { "comand": "c", "timeout": 60 }, "t": { "command": "c" } }`;
  expect(await load(`{ ${servers}, "polices": { "p": {} }, ${grant}, "theme": "dark" }`)).toEqual([
    expect.stringMatching(/^1:\d+: polices: .*; did you mean "policies"\?$/),
    expect.stringMatching(/^1:\d+: mcpServers\.s\.comand: .*; did you mean "command"\?$/),
    expect.stringContaining('mcpServers.s: expected "url" or "command", found neither'),
    expect.stringContaining('there is no policy "p"; known: none'),
  ]);
});

it('a key that is unknown where no client has one is refused, beside those that there are and the nearest', async () => {
  const file = `{ "mcpServers": {},\n "webhooks": [{ "url": "https://x.example",\n "secert": "a" }],\n "approvals": { "x": 1 } }`;
  expect(await load(file)).toEqual([
    '4:22: approvals: expected no other keys than hold_ms; found "x"',
    '2:15: webhooks.0.secret: expected a text, found nothing',
    '3:12: webhooks.0: expected no other keys than url, secret, kind, events, allow_private; found "secert" (did you mean "secret"?)',
  ]);
});

it('headers that the gateway sends by itself are passed over, and those that nobody may set are refused', async () => {
  const file = (headers: object) =>
    JSON.stringify({ mcpServers: { s: { url: 'https://mcp.example', headers } } });
  const ofClients = { 'Content-Type': 'application/json', accept: 'text/event-stream', 'X-Key': 'k' };
  expect(await load(file(ofClients))).toEqual([
    expect.stringMatching(
      /mcpServers\.s\.headers: ignored what the gateway sends by itself: Content-Type, accept$/,
    ),
  ]);
  expect(await load(file({ 'A B': 'secret', Host: 'other.example', 'X-Key': 'secret\n' }))).toEqual([
    expect.stringMatching(/mcpServers\.s\.headers\.A B: expected the name of a header, found "A B"$/),
    expect.stringContaining('mcpServers.s.headers.Host: the header "Host" cannot be set for a server'),
    expect.stringMatching(/mcpServers\.s\.headers\.X-Key: .* its value has a line break/),
  ]);
});

it('names of grants, owners and providers hold nothing that shows them as another name', async () => {
  const server = { command: 'c' };
  const token = 't'.repeat(32);
  const text = (name: string) =>
    JSON.stringify({
      mcpServers: { s: server },
      grants: { [name]: { server: 's', token }, other: { server: 's', token: `${token}2`, owner: name } },
      signIn: { providers: { p: { name, issuer: 'https://id.example', client_id: 'c' } } },
    });
  for (const name of ['a\u202eb', 'a\u001b[2Jb', 'a\nb', 'a\u2028b'])
    expect(await load(text(name)), JSON.stringify(name)).toEqual([
      expect.stringMatching(/: grants\.a\\u[0-9a-f]{4}.*b: expected no control characters$/),
      expect.stringMatching(/grants\.other\.owner: .*control characters/),
      expect.stringMatching(/signIn\.providers\.p\.name: .*control characters/),
    ]);
  expect(await load(text('Zoë’s laptop'))).toEqual([]);
});

it('the token of a directory is long enough, and opens nothing else', async () => {
  const token = (letter: string) => letter.repeat(40);
  const provider = (scim: string, of: number) => ({
    issuer: `https://id${of}.example`,
    client_id: 'c',
    scim: { token: scim },
  });
  const text = (...tokens: readonly string[]) =>
    JSON.stringify({
      mcpServers: { s: { command: 'c' } },
      grants: { laptop: { server: 's', token: token('g') } },
      metrics: { token: token('m') },
      signIn: { providers: Object.fromEntries(tokens.map((one, at) => [`p${at}`, provider(one, at)])) },
    });
  expect(await load(text(token('a'), token('b')))).toEqual([]);
  expect(
    await load(text('x'.repeat(31), '${env:NONE}', token('g'), token('m'), token('a'), token('a'))),
  ).toEqual([
    expect.stringMatching(/providers\.p0\.scim\.token: expected 32 to 256 characters, found 31$/),
    expect.stringContaining('providers.p1.scim.token: the environment variable NONE is not set'),
    expect.stringMatching(/providers\.p2\.scim\.token: is the same as that of the grant laptop$/),
    expect.stringMatching(/providers\.p3\.scim\.token: is the same as that of "metrics"$/),
    expect.stringMatching(/providers\.p5\.scim\.token: is the same as that of the provider p4$/),
  ]);
});

it('a program that a provider vouches for has an id and a secret that all send alike, and one provider', async () => {
  const secret = 's'.repeat(40);
  const text = (...all: readonly (Readonly<Record<string, string>> | undefined)[]) =>
    JSON.stringify({
      mcpServers: { s: { command: 'c' } },
      signIn: {
        providers: Object.fromEntries(
          all.map((given = {}, at) => {
            const clients = Object.entries(given).map(([id, one]) => [id, { secret: one }]);
            const agents = { clients: Object.fromEntries(clients) };
            return [`p${at}`, { issuer: `https://id${at}.example`, client_id: 'c', agents }];
          }),
        ),
      },
    });
  expect(await load(text({ 'an.editor-of~acme_1': secret, other: secret }, undefined))).toEqual([]);
  expect(await load(text({ a: 'short', b: `${secret}%`, c: `${secret}+`, d: '${env:NONE}' }))).toEqual([
    expect.stringMatching(
      /providers\.p0\.agents\.clients\.a\.secret: expected 32 to 256 characters, found 5$/,
    ),
    expect.stringMatching(/clients\.b\.secret: expected no % and no \+, found one$/),
    expect.stringMatching(/clients\.c\.secret: expected no % and no \+, found one$/),
    expect.stringContaining('clients.d.secret: the environment variable NONE is not set'),
  ]);
  expect(await load(text({ e: secret }, { e: 'o'.repeat(40) }))).toEqual([
    expect.stringMatching(/providers\.p1\.agents\.clients\.e: is a client of the provider p0, too$/),
  ]);
  for (const id of ['https://client.example/x', 'a:b', 'a b', ''])
    expect(await load(text({ [id]: secret }))).not.toEqual([]);
});

it('keys of grants are public, asymmetric and long enough', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
  const short = generateKeyPairSync('rsa', { modulusLength: 2047 }).publicKey.export({ format: 'jwk' });
  const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const curve = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({ format: 'jwk' });
  const good = publicKey.export({ format: 'jwk' });
  const problemsOf = async (jwks: unknown) => {
    const grants = { g: { server: 's', keys: { jwks } } };
    return (await load(JSON.stringify({ mcpServers: { s: { command: 'c' } }, grants }))).join();
  };
  expect(await problemsOf({ keys: [good] })).toBe('');
  expect(await problemsOf(JSON.stringify({ keys: [good] }))).toBe('');
  expect(await problemsOf({ keys: [{ ...good, kid: 'a', key_ops: ['verify'] }, good, good] })).toBe('');
  const wrong = [
    [{ keys: [privateKey.export({ format: 'jwk' })] }, /grants\.g\.keys\.jwks: key 1: is a private key/],
    [{ keys: [good, { kty: 'oct', k: 'c2VjcmV0' }] }, /key 2: is a shared secret/],
    [{ keys: [weak] }, /expected 2048 bits or more, found 1024/],
    [{ keys: [short] }, /expected 2048 bits or more, found 2047/],
    [{ keys: [{ ...good, key_ops: ['sign'] }] }, /is not for signatures \("key_ops"\)/],
    [{ keys: [{ ...good, kid: 'a' }, good, { ...other, kid: 'a' }] }, /key 3: has the kid of key 1/],
    [{ keys: [curve] }, /expected one of the curves/],
    [{ keys: [{ kty: 'EC' }] }, /is not understood/],
    ['{', /expected a set of public keys/],
    ['${env:NOT_THERE}', /NOT_THERE is not set/],
  ] as const;
  for (const [jwks, problem] of wrong) expect(await problemsOf(jwks)).toMatch(problem);
});

it('workloads are of issuers that there are, and of subjects that name nobody else', async () => {
  const rule = (subject: string, issuer = 'a') => ({ issuer, subject });
  const text = (issuers: object, ...rules: readonly object[]) =>
    JSON.stringify({
      mcpServers: { s: { command: 'c' } },
      workloads: issuers,
      grants: { g: { server: 's', workloads: rules } },
    });
  const a = { issuer: 'https://a.example' };
  expect(await load(text({ a }, rule('repo:acme/web:*'), rule('spiffe://acme/*')))).toEqual([]);
  const everybodyOf = { issuer: 'a', subject: 'repo:*', claims: { repository_owner: 'acme' } };
  expect(await load(text({ a }, everybodyOf))).toEqual([]);
  const names = ['repo:acme*', '*', ':*', 'repo:*:main', 'a/*/*', '', 'repo:*', 'spiffe://*'];
  expect(await load(text({ a }, ...names.map((name) => rule(name))))).toEqual(
    names.map((_, at) =>
      expect.stringMatching(new RegExp(`grants\\.g\\.workloads\\.${at}\\.subject: expected`)),
    ),
  );
  const others = {
    a,
    b: a,
    c: { issuer: 'http://c.example' },
    d: { issuer: 'https://d.example', audience: '${env:NONE}' },
  };
  expect(await load(text(others, rule('x', 'nobody')))).toEqual([
    expect.stringMatching(/workloads\.b\.issuer: is the same as that of a$/),
    expect.stringMatching(/workloads\.c\.issuer: expected an https address/),
    expect.stringContaining('workloads.d.audience: the environment variable NONE is not set'),
    expect.stringMatching(/grants\.g\.workloads\.0\.issuer: there is no issuer "nobody" .*; known: a, b$/),
  ]);
  expect(
    await load(JSON.stringify({ mcpServers: { s: { command: 'c' } }, grants: { g: { server: 's' } } })),
  ).toEqual([
    expect.stringMatching(/grants\.g: expected a "token", or "workloads" or "keys" that need none$/),
  ]);
});

it('an issuer has one directory, whichever provider people come by', async () => {
  const text = (...scims: readonly (object | undefined)[]) =>
    JSON.stringify({
      mcpServers: { s: { command: 'c' } },
      signIn: {
        providers: Object.fromEntries(
          scims.map((scim, at) => [`p${at}`, { issuer: 'https://id.example', client_id: 'c', scim }]),
        ),
      },
    });
  const [one, other] = ['a', 'b'].map((letter) => ({ token: letter.repeat(40) }));
  expect(await load(text(undefined, one))).toEqual([]);
  expect(await load(text(one, other))).toEqual([
    expect.stringMatching(/providers\.p1\.scim: expected one directory of the issuer .* provider p0, too/),
  ]);
});

describe('a file that a person names', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boomgate-read-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is read to its bound, and no further where it has no end', async () => {
    const path = join(folder, 'large');
    await writeFile(path, 'a'.repeat(MAX_FILE_BYTES));
    expect(await readText(path)).toMatchObject({ text: expect.stringMatching(/^a/) });
    await writeFile(path, 'a', { flag: 'a' });
    const problem = `${path}: expected a file of at most ${MAX_FILE_BYTES} bytes, found a longer one`;
    expect(await readText(path)).toEqual({ problem });
  });

  // In a process of its own: one that reads on would take all memory before a test could time out.
  it.skipIf(process.platform !== 'linux')('may be a device', () => {
    const module = new URL('read-document.ts', import.meta.url).href;
    const code = `const { readText } = await import(${JSON.stringify(module)});
      process.stdout.write((await readText('/dev/zero')).problem);`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { timeout: 10_000 });
    expect(String(stdout)).toMatch(/found a longer one$/);
  });

  it('is UTF-8: other bytes are not taken for the characters that stand for them', async () => {
    const path = join(folder, 'latin');
    await writeFile(path, Buffer.from('{ "caf\u00e9": {} }', 'latin1'));
    expect(await readText(path)).toEqual({
      problem: `${path}: cannot be read: expected UTF-8 text, found other bytes; save the file as UTF-8`,
    });
    await writeFile(path, '\ufeff{}');
    expect(await readText(path)).toEqual({ text: '{}' });
  });
});
