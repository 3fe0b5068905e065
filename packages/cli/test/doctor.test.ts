import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, open, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import type { JsonObject } from '@boomgate/engine';
import { openStore, type Store, systemClock, type ToolSnapshot } from '@boomgate/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeAuthority } from '../../server/test/support/certificates.ts';
import { openMailbox } from '../../server/test/support/mailbox.ts';
import { CLIENT, openOidcProvider } from '../../server/test/support/oidc.ts';
import { tlsBefore } from '../../server/test/support/tls-front.ts';
import { BOOMGATE, boomgate, cleanEnvironment, temporaryFolder } from './command.ts';
import { startDualServer, type TestServer, TOKEN } from './mcp-server.ts';

const GRANT = 'token-of-the-grant-for-the-tests-of-the-doctor';
const MODERN = '2026-07-28';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: TestServer;
let gateway: ChildProcess;
let url: string;
let data: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  data = join(folder.path, 'data');
  server = await startDualServer();
  const config = join(folder.path, 'boomgate.config.json');
  const target = {
    url: `${server.url}/mcp/test`,
    headers: { authorization: `Bearer ${TOKEN}` },
    era: 'modern',
  };
  await writeFile(
    config,
    JSON.stringify({
      mcpServers: { test: target },
      policies: { all: { version: '1', default: 'allow' } },
      grants: { g: { server: 'test', policy: 'all', token: GRANT } },
    }),
  );
  const args = ['up', '--config', config, '--port', '0', '--data', data, '--json', '--log-level', 'error'];
  gateway = spawn(BOOMGATE, args, { env: cleanEnvironment() });
  const [line] = await once(createInterface({ input: gateway.stdout ?? process.stdin }), 'line');
  url = JSON.parse(String(line)).url;
});
afterAll(async () => {
  gateway.kill('SIGKILL');
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

type Report = {
  readonly wrong: number;
  readonly checks: readonly { check: string; state: string; found: string }[];
};

async function doctor(...args: readonly string[]): Promise<Report & { code: number | null; text: string }> {
  const all = ['doctor', '--data', data, '--url', url, '--json', ...args];
  const ran = await boomgate(all, { cwd: folder.path, env: { HOME: folder.path } });
  expect(ran.stderr).toBe('');
  return { ...JSON.parse(ran.stdout), code: ran.code, text: ran.stdout };
}

describe('a set-up', () => {
  it('that is sound has nothing wrong, also while its gateway runs', async () => {
    const { checks, code, text } = await doctor();
    expect(checks.filter(({ state }) => state !== 'ok')).toEqual([
      {
        ...{ check: 'policy all', state: 'skipped' },
        found: 'no gateway has listed the tools of test here yet',
      },
    ]);
    expect(checks.map(({ check }) => check)).toEqual([
      'node',
      'data folder',
      'disk space',
      'file system',
      'database',
      'schema and keys',
      'logs',
      'clock',
      'gateway',
      'configuration',
      'policy all',
      'server test',
      'clients',
    ]);
    expect(checks.find(({ check }) => check === 'server test')?.found).toBe('answers with 3 tools');
    expect(code).toBe(0);
    expect(text).not.toContain(GRANT);
  });

  it('is told why a server cannot be reached, such as by a certificate that ran out', async () => {
    await using other = await temporaryFolder();
    using authority = makeAuthority();
    await using front = await tlsBefore(server, authority.issue('IP:127.0.0.1', -1));
    await writeFile(join(other.path, 'ca.pem'), authority.ca);
    const config = join(other.path, 'boomgate.config.json');
    const target = { url: front.url, tls: { ca: './ca.pem' } };
    await writeFile(config, JSON.stringify({ mcpServers: { test: target } }));
    const { checks } = await doctor('--config', config);
    const found = checks.find(({ check }) => check === 'server test')?.found;
    expect(found).toBe('the server cannot be reached (certificate has expired)');
  });

  it('that has no database yet, or one of an earlier version, is no fault', async () => {
    await using other = await temporaryFolder();
    const args = ['doctor', '--data', other.path, '--url', url, '--no-probe', '--json'];
    const found = async () => {
      const ran = await boomgate(args, { cwd: other.path, env: { HOME: other.path } });
      const { checks, wrong } = JSON.parse(ran.stdout);
      return [wrong, (checks as Report['checks']).find(({ check }) => check === 'database')];
    };
    expect(await found()).toEqual([0, { check: 'database', state: 'skipped', found: 'none yet' }]);
    const database = new DatabaseSync(join(other.path, 'boomgate.db'));
    database.exec('create table kysely_migration (name text, timestamp text)');
    database.close();
    const note = { state: 'note', mend: 'before that, make a backup with the version that runs now' };
    expect(await found()).toMatchObject([0, note]);
  });

  it('that lacks the master key is not told to restore a backup', async () => {
    await using other = await temporaryFolder();
    const masterKey = Buffer.alloc(32, 7).toString('base64');
    const place = { directory: other.path };
    await (await openStore({ place, as: 'writer', clock: systemClock(), masterKey }))[Symbol.asyncDispose]();
    const { checks } = await doctor('--data', other.path, '--no-probe');
    expect(checks.filter(({ state }) => state === 'wrong')).toEqual([
      {
        ...{
          check: 'schema and keys',
          state: 'wrong',
          mend: 'until then boomgate up says the same, and does not start',
        },
        found: `${join(other.path, 'keys.json')} is sealed: set BOOMGATE_MASTER_KEY to the key that sealed it`,
      },
    ]);
    for (const name of await readdir(other.path))
      if (name.startsWith('boomgate.db')) await rm(join(other.path, name));
    const alone = await doctor('--data', other.path, '--no-probe');
    const database = alone.checks.find(({ check }) => check === 'database');
    expect(database).toMatchObject({
      state: 'wrong',
      found: expect.stringContaining('boomgate.db is missing, but'),
    });
  });

  it('is told in 80 columns what is wrong with it, what each costs, and how to mend it', async () => {
    await using other = await temporaryFolder();
    const broken = join(other.path, 'data');
    await boomgate(['grant', 'mint', 'a', '--server', 's', '--policy', 'p', '--data', broken]);
    await chmod(broken, 0o755);
    await chmod(join(broken, 'keys.json'), 0o644);
    const file = await open(join(broken, 'boomgate.db'), 'r+');
    await file.write(Buffer.alloc(4096, 0xa5), 0, 4096, 2 * 4096);
    await file.close();
    await writeFile(join(other.path, 'boomgate.config.json'), '{"mcpServers": {"s": {}}}');
    await mkdir(join(other.path, '.cursor'));
    await writeFile(join(other.path, '.cursor', 'mcp.json'), '{"mcpServers": {"x": {"command": "true"}}}');
    const stranger = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    // A listening TCP server has an address with a port.
    const elsewhere = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    const ran = await boomgate(['doctor', '--data', broken, '--url', elsewhere], {
      cwd: other.path,
      env: { HOME: other.path },
    });
    stranger.close();
    expect(ran.code, ran.stderr).toBe(1);
    const lines = ran.stdout.split('\n');
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
    const states = lines.map((line) => /^(.+?) +(ok|note|wrong|skipped) /.exec(line)?.slice(1, 3).join(' '));
    expect(states).toEqual(
      expect.arrayContaining([
        'data folder wrong',
        'database wrong',
        'gateway wrong',
        'configuration wrong',
        'Cursor note',
      ]),
    );
    const text = ran.stdout.replace(/\s+/g, ' ');
    expect(text).toContain('others may read keys.json: chmod -R go-rwx');
    expect(text).toContain('something else answers at');
    expect(text).toContain('boomgate restore FILE --force');
    expect(text).toContain('boomgate stack --route cursor');
  });
});

describe('what people need', () => {
  it('is asked for: the mail server with its password, and the providers, as those who vouch for workloads; not with --no-probe', async () => {
    await using other = await temporaryFolder();
    await using mailbox = await openMailbox({ asksLogin: true });
    await using provider = await openOidcProvider(() => ['https://gate.example/callback']);
    const config = join(other.path, 'boomgate.config.json');
    const found = async (mail: string, issuer: string, ...args: readonly string[]) => {
      const corp = { name: 'Corp', issuer, client_id: CLIENT.id, client_secret: CLIENT.secret };
      const grants = { g: { server: 'none', workloads: [{ issuer: 'ci', subject: 'x' }] } };
      const file = {
        ...{ mail: { url: mail, from: 'gate@example.com' }, signIn: { providers: { corp } } },
        ...{
          mcpServers: { none: { command: 'none', disabled: true } },
          workloads: { ci: { issuer } },
          grants,
        },
      };
      await writeFile(config, JSON.stringify(file));
      const { checks, code, text } = await doctor('--config', config, ...args);
      expect(text).not.toMatch(/let%20me|let me in/);
      const own = checks.filter(({ check }) => /^(?:mail|provider|workloads)/.test(check));
      return [code, ...own.map(({ check, state, found }) => `${state} ${check}: ${found}`)];
    };
    expect(await found(mailbox.url, provider.issuer)).toEqual([
      0,
      'ok workloads of ci: their issuer gives its keys',
      'ok mail: 127.0.0.1 would take letters',
      'ok provider corp: says where people sign in',
    ]);
    const wrong = mailbox.url.replace('let%20me%20in', 'let%20me');
    expect(await found(wrong, `${provider.issuer}/elsewhere`)).toEqual([
      1,
      expect.stringMatching(/^wrong workloads of ci: expected its OpenID configuration/),
      'wrong mail: the mail server answered 535 (EAUTH)',
      expect.stringMatching(/^wrong provider corp: expected its OpenID configuration/),
    ]);
    expect(await found(wrong, provider.issuer, '--no-probe')).toEqual([
      0,
      'skipped workloads of ci: not asked, because of --no-probe',
      'skipped mail: not asked, because of --no-probe',
      'skipped provider corp: not asked, because of --no-probe',
    ]);
    expect(mailbox.letters).toEqual([]);
  });

  it('has an admin whom a provider knows, where people sign in by one alone', async () => {
    await using other = await temporaryFolder();
    const config = join(other.path, 'boomgate.config.json');
    const issuer = 'https://login.corp.example';
    const found = async (signIn: object, more: object = {}, wanted = 'sign-in of admins') => {
      const corp = { issuer, client_id: CLIENT.id, ...more };
      await writeFile(config, JSON.stringify({ signIn: { ...signIn, providers: { corp } } }));
      const { checks } = await doctor('--config', config, '--no-probe');
      return checks.filter(({ check }) => check === wanted).map(({ state }) => state);
    };
    const only = { only: 'providers' };
    expect([await found({}), await found(only)]).toEqual([[], ['wrong']]);
    await using store = await openStore({
      place: { directory: data },
      as: 'writer',
      clock: systemClock(),
      masterKey: undefined,
    });
    const place = { organization: 'default', organizationName: 'Acme', memberId: 'm', mayLink: true };
    await store.people.externalIdentities.admit({
      ...{ issuer, subject: 'ann', email: 'ann@corp.example', joinsAs: 'admin', ...place },
      ...{ newPerson: { id: 'ann', name: 'Ann' }, from: { via: 'dashboard', address: '' } },
    });
    expect(await found(only)).toEqual(['ok']);
    // And what its directory has said of her.
    const directory = (token?: string) =>
      found({}, token === undefined ? {} : { scim: { token } }, 'directory corp');
    const token = 'x'.repeat(40);
    expect([await directory(), await directory(token)]).toEqual([[], ['note']]);
    const of = { organization: 'default', provider: 'corp', issuer };
    const attributes = { userName: 'ann@corp.example', isActive: true };
    const actor = { kind: 'system', id: 'corp', name: 'corp', via: 'api', address: '' } as const;
    const { directoryEntries } = store.people;
    await directoryEntries.create(of, { id: 'e', attributes, most: 9 }, { actor });
    expect(await directory(token)).toEqual(['ok']);
    // A provider that left the file, or has no directory any more: its entries are told.
    expect(await directory()).toEqual(['note']);
    const closed = { id: 'e', version: 1, attributes: { ...attributes, isActive: false } };
    await directoryEntries.change(of, closed, { actor });
    expect(await directory(token)).toEqual(['wrong']);
    // And whether its people have grants that their agents get by its word.
    const agents = { agents: { clients: { editor: { secret: token } } } };
    expect([await found({}, {}, 'agents by corp'), await found({}, agents, 'agents by corp')]).toEqual([
      [],
      ['note'],
    ]);
    const owned = {
      owner: 'ann@corp.example',
      ownerMaySignIn: true,
      origin: 'minted',
      mode: 'enforce',
    } as const;
    await store.grants.create(
      { ...owned, id: 'g', organization: 'default', name: 'of ann', server: 'files', labels: {} },
      'h'.repeat(64),
    );
    expect(await found({}, agents, 'agents by corp')).toEqual(['ok']);
  });
});

describe('policies of the configuration file', () => {
  const amount = {
    ...{ type: 'object', properties: { amount: { type: 'number' } } },
    ...{ required: ['amount'], additionalProperties: false },
  };
  const careful = {
    version: '1',
    default: 'deny',
    tools: {
      refund: {
        validate: { schema: true },
        deny_if: [{ conditions: [{ path: 'args.amuont', op: 'gt', value: 5 }] }],
      },
    },
  };
  const snapshotOf = (tool: string, inputSchema: JsonObject): ToolSnapshot => ({
    ...{ organization: 'default', server: 'shop', tool, fingerprint: `of ${tool}` },
    definition: { name: tool, inputSchema },
    classification: { class: 'Financial', severity: 'Critical', evidence: [], signals: [], by: '1' },
    ...{ state: 'accepted', isOffered: true, firstSeenAtMs: 1, seenAtMs: 1, decidedAtMs: 1 },
    decidedBy: 'first_sight',
  });

  it('are held against the tools that the store has of the servers whose grants name them', async () => {
    await using other = await temporaryFolder();
    const place = { directory: join(other.path, 'data') };
    const config = join(other.path, 'boomgate.config.json');
    const unreached = { command: 'true' };
    const open = { version: '1', default: 'allow' };
    await writeFile(
      config,
      JSON.stringify({
        mcpServers: { shop: unreached, branch: unreached },
        policies: {
          careful,
          open,
          fitting: { version: '1', default: 'deny', tools: { refund: {} } },
          unused: careful,
        },
        grants: {
          one: { server: 'shop', policy: 'careful', token: GRANT },
          two: { servers: { shop: 'fitting', branch: 'careful' }, token: `${GRANT}-two` },
        },
      }),
    );
    const looked = async () => {
      const args = ['doctor', '--data', place.directory, '--url', url, '--no-probe', '--json'];
      const ran = await boomgate(args, { cwd: other.path, env: { HOME: other.path } });
      const { checks } = JSON.parse(ran.stdout) as Report;
      return { code: ran.code, told: checks.filter(({ check }) => check.startsWith('policy')) };
    };
    expect(await looked()).toEqual({ code: 0, told: [] });
    const minted: Parameters<Store['grants']['create']>[0] = {
      ...{ id: 'minted', organization: 'default', name: 'minted', server: 'shop', policy: 'open' },
      labels: {},
      mode: 'enforce',
      origin: 'minted',
    };
    {
      await using store = await openStore({
        place,
        as: 'writer',
        clock: systemClock(),
        masterKey: undefined,
      });
      const seen = ['refund', 'delete_1', 'delete_2', 'delete_3', 'delete_4'].map((tool) =>
        snapshotOf(tool, amount),
      );
      await store.tools.record({ organization: 'default', server: 'shop' }, { seen, gone: [] });
      await store.grants.create(minted, 'a'.repeat(64));
    }
    expect(await looked()).toMatchObject({
      code: 1,
      told: [
        {
          ...{ check: 'policy careful', state: 'wrong' },
          found: expect.stringMatching(/^for the tools of shop: error at \/tools\/refund\/.*amuont/),
        },
        {
          ...{ check: 'policy careful', state: 'skipped' },
          found: 'no gateway has listed the tools of branch here yet',
        },
        {
          ...{ check: 'policy open', state: 'note' },
          found: expect.stringMatching(
            /: warning at \/default: the tool "\w+" is of class Financial.*; 2 more$/,
          ),
        },
        { check: 'policy fitting', state: 'ok', found: 'fits the tools of shop' },
      ],
    });
    {
      await using store = await openStore({
        place,
        as: 'writer',
        clock: systemClock(),
        masterKey: undefined,
      });
      await store.grants.setState('minted', 'revoked');
    }
    expect((await looked()).told.map(({ check }) => check)).not.toContain('policy open');
  });
});

type SignInFacts = Parameters<Store['serverSignIns']['connect']>[1]['facts'];

it('names grants that nobody has used for 90 days', async () => {
  await using other = await temporaryFolder();
  const place = { directory: join(other.path, 'data') };
  const longAgoMs = Date.now() - 91 * 86_400_000;
  const clock = { ...systemClock(), wallMs: () => longAgoMs };
  {
    await using store = await openStore({ place, as: 'writer', clock, masterKey: undefined });
    for (const name of ['old\u202e', 'paused'])
      await store.grants.create(
        {
          ...{ id: name, name, organization: 'default', server: 's', labels: {} },
          ...{ mode: 'enforce', origin: 'minted' },
        },
        (name === 'paused' ? 'b' : 'a').repeat(64),
      );
    await store.grants.setState('paused', 'paused');
  }
  const args = ['doctor', '--data', place.directory, '--url', url, '--no-probe', '--json'];
  const ran = await boomgate(args, { cwd: other.path, env: { HOME: other.path } });
  const { checks } = JSON.parse(ran.stdout) as Report;
  expect(checks.filter(({ check }) => check === 'quiet grants')).toMatchObject([
    { state: 'note', found: 'no request is known for 90 days of old\\u{202e}' },
  ]);
});

describe('sign-ins of the gateway at servers', () => {
  const facts: SignInFacts = {
    ...{ issuer: 'https://as.example', address: 'https://mcp.example/mcp', scopes: ['read'] },
    ...{ grant: 'authorization_code', renews: true },
  };

  it('are named where somebody has to connect one again, or the server misses scopes', async () => {
    await using other = await temporaryFolder();
    const place = { directory: join(other.path, 'data') };
    const signedIn = async (store: Store, slug: string, more: Partial<SignInFacts> = {}) => {
      const owner = { organization: 'default', slug };
      const entry = { url: slug === 'moved' ? 'https://mcp.example/other' : facts.address };
      const server = await store.servers.create({ ...owner, entry, secrets: NO_SECRETS }, BY);
      if (server === 'taken') throw new Error('expected a new name');
      await store.serverSignIns.connect({ ...owner, server: server.id }, signInOf({ ...facts, ...more }), BY);
      return { id: server.id, signedInAtMs: (await store.servers.find(owner))?.signedInAtMs ?? 0 };
    };
    const looked = async () => {
      const args = ['doctor', '--data', place.directory, '--url', url, '--no-probe', '--json'];
      const ran = await boomgate(args, { cwd: other.path, env: { HOME: other.path } });
      const { checks } = JSON.parse(ran.stdout) as Report;
      return {
        code: ran.code,
        told: checks.flatMap(({ check, found, state }) =>
          check.startsWith('sign-in') ? [`${state} ${check}: ${found}`] : [],
        ),
      };
    };
    {
      await using store = await openStore({
        place,
        as: 'writer',
        clock: systemClock(),
        masterKey: undefined,
      });
      await signedIn(store, 'good');
      await store.serverSignIns.begin(
        { organization: 'default', slug: 'begun', server: await store.servers.idFor('default', 'begun') },
        signInOf(facts),
        BY,
      );
    }
    expect(await looked()).toEqual({ code: 0, told: ['ok sign-ins: at 1 servers'] });
    {
      await using store = await openStore({
        place,
        as: 'writer',
        clock: systemClock(),
        masterKey: undefined,
      });
      const over = await signedIn(store, 'over');
      const { version = 0 } = (await store.serverSignIns.find(over.id)) ?? {};
      await store.serverSignIns.needsSignIn(over.id, version);
      await signedIn(store, 'moved');
      await signedIn(store, 'late', { renews: false });
      const lacking = await signedIn(store, 'lacking');
      await store.serverSignIns.lacks(lacking.id, { ...lacking, scopes: ['write', 'admin'] });
      const mute = await signedIn(store, 'mute');
      await store.serverSignIns.lacks(mute.id, { ...mute, scopes: [] });
    }
    const again = 'the gateway needs to be signed in there again; until then its requests are refused';
    expect(await looked()).toEqual({
      code: 1,
      told: [
        'note sign-in lacking: the server refuses requests that need write admin',
        `wrong sign-in late: ${again}`,
        `wrong sign-in moved: ${again}`,
        'note sign-in mute: the server refuses requests without saying what is missing',
        `wrong sign-in over: ${again}`,
      ],
    });
  });
});

const BY = { kind: 'system', id: 'test', name: 'test', via: 'gateway', address: '' } as const;
const NO_SECRETS = { headers: {}, env: {}, query: [] };

/** What is kept of a sign-in; its token has ended. */
const signInOf = (facts: SignInFacts) => ({
  facts,
  client: { issuer: facts.issuer, secret: '{}' },
  tokens: { secret: '{}', endsAtMs: 1 },
});

describe('a gateway that is told to stop', () => {
  it('is not ready any more while it still answers, and ends with 0 when its requests have ended (N-17)', async () => {
    const gone = new AbortController();
    const meta = {
      'io.modelcontextprotocol/protocolVersion': MODERN,
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const call = fetch(`${url}/mcp/test`, {
      method: 'POST',
      signal: gone.signal,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${GRANT}`,
        'mcp-protocol-version': MODERN,
        'mcp-method': 'tools/call',
        'mcp-name': 'wait',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'wait', arguments: {}, _meta: meta },
      }),
    }).catch(() => undefined);
    await vi.waitFor(() => expect(server.waits.begun).toBe(1), { timeout: 15_000 });
    const ended = once(gateway, 'exit');
    const seen: string[] = [];
    const look = async (path: string): Promise<void> => {
      const answered = await fetch(`${url}${path}`);
      seen.push(`${path} ${answered.status} ${await answered.text()}`);
    };
    gateway.kill('SIGTERM');
    await vi.waitFor(
      async () => {
        await look('/readyz');
        expect(seen.at(-1)).toContain('"running":"the gateway is stopping"');
      },
      { timeout: 15_000, interval: 5 },
    );
    expect(seen.at(-1)).toMatch(/^\/readyz 503 /);
    expect(gateway.exitCode).toBe(null);
    gone.abort();
    await call;
    expect(await ended).toEqual([0, null]);
    expect(server.waits.cancelled).toBe(1);
  });
});
