import { generateKeyPairSync } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/sqlite/driver.ts';
import { ALLOW_ALL, bootGateway } from '../support/gateway.ts';
import { until } from '../support/programs.ts';
import { modernCall, post } from '../support/rpc.ts';
import { startStub } from '../support/stub.ts';

const DENY_ALL = { version: '1', default: 'deny' };

/** A gateway whose policy lets everything through, and whether it lets a call through now. */
async function bootAllowing() {
  const stub = await startStub({ era: 'modern', tools: [{ name: 'work' }] });
  const gateway = await bootGateway({
    mcpServers: { stub: { url: stub.url } },
    policies: { p: ALLOW_ALL },
  });
  const isAllowed = async (): Promise<boolean> =>
    (await post(gateway.endpoint('stub'), gateway.token, modernCall('work'))).body.result?.isError !== true;
  return {
    gateway,
    isAllowed,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await stub[Symbol.asyncDispose]();
    },
  };
}

describe('the configuration file', () => {
  it('is applied again when it changes; an invalid one changes nothing and says why', async () => {
    await using booted = await bootAllowing();
    const { gateway, isAllowed } = booted;
    expect(await isAllowed()).toBe(true);

    const good = JSON.parse(await readFile(gateway.configFile, 'utf8'));
    await writeFile(gateway.configFile, JSON.stringify({ ...good, policies: { p: DENY_ALL } }));
    await until(async () => !(await isAllowed()));

    await writeFile(
      gateway.configFile,
      JSON.stringify({ ...good, policies: { p: { version: '1', default: 'alow' } } }),
    );
    await until(() =>
      gateway.lines.some(({ level, fields }) => level === 'error' && JSON.stringify(fields).includes('alow')),
    );
    expect(await isAllowed()).toBe(false);

    await writeFile(gateway.configFile, JSON.stringify(good));
    await until(isAllowed);
    const [entry] = await gateway.gateway.store.decisions.query({ limit: 1, method: 'tools/call' });
    expect(entry?.row.policyVersion).toBeGreaterThan(0);
  });

  it('tells of what an edit misspells, which is ignored', async () => {
    await using booted = await bootAllowing();
    const { gateway } = booted;
    const config = JSON.parse(await readFile(gateway.configFile, 'utf8'));
    await writeFile(gateway.configFile, JSON.stringify({ ...config, retenton: { decisions: '1d' } }));
    await until(() => gateway.lines.some(({ message }) => message === 'configuration reloaded'));
    const said = gateway.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);
    expect(said).toEqual([expect.stringMatching(/retenton: .* did you mean "retention"\?$/)]);
  });

  it('tells of agents that an edit would let in by a provider or a key, where none can sign in', async () => {
    await using booted = await bootAllowing();
    const { gateway } = booted;
    const config = JSON.parse(await readFile(gateway.configFile, 'utf8'));
    const clients = { editor: { secret: 'x'.repeat(40) } };
    const corp = {
      issuer: 'https://corp.example',
      client_id: 'gate',
      client_secret: 'x',
      agents: { clients },
    };
    const keys = { jwks: { keys: [generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })] } };
    const [server] = Object.keys(config.mcpServers);
    const grants = { ...config.grants, nightly: { server, keys } };
    const edited = { ...config, grants, signIn: { providers: { corp } } };
    await writeFile(gateway.configFile, JSON.stringify(edited));
    await until(() => gateway.lines.some(({ message }) => message === 'configuration reloaded'));
    const said = gateway.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);
    expect(said).toContainEqual(expect.stringContaining('no agent comes in by its provider'));
    expect(said).toContainEqual(expect.stringContaining('programs that sign with a key get no access'));
  });

  it('is put in force when it can be, where the database is written by somebody else for too long', async () => {
    await using booted = await bootAllowing();
    const { gateway, isAllowed } = booted;
    const file = join(gateway.data, 'data', 'boomgate.db');
    const other = openDatabase(file, { readOnly: false, busyTimeoutMs: 1_000 });
    try {
      other.exec('begin immediate');
      const config = JSON.parse(await readFile(gateway.configFile, 'utf8'));
      await writeFile(gateway.configFile, JSON.stringify({ ...config, policies: { p: DENY_ALL } }));
      await until(() => gateway.lines.some(({ message }) => /could not be put in force yet/.test(message)));
      other.exec('rollback');
    } finally {
      other.close();
    }
    await until(async () => !(await isAllowed()));
  });

  it('takes in a change of a policy file that it names', async () => {
    await using booted = await bootAllowing();
    const { gateway, isAllowed } = booted;
    const file = join(gateway.data, 'policy.yaml');
    await writeFile(file, 'version: "1"\ndefault: deny\n');
    const config = JSON.parse(await readFile(gateway.configFile, 'utf8'));
    await writeFile(gateway.configFile, JSON.stringify({ ...config, policies: { p: './policy.yaml' } }));
    await until(async () => !(await isAllowed()));
    await writeFile(file, 'version: "1"\ndefault: deny\ntools:\n  work: {}\n');
    await until(isAllowed);
  });

  it('takes credentials from files, also when they change, and goes by the old ones while they cannot be read', async () => {
    await using stub = await startStub({ era: 'modern', tools: [{ name: 'work' }] });
    await using gateway = await bootGateway({
      mcpServers: { stub: { url: stub.url } },
      policies: { p: ALLOW_ALL },
    });
    const presented = async () => {
      await post(gateway.endpoint('stub'), gateway.token, modernCall('work'));
      return stub.received.at(-1)?.headers.authorization;
    };
    const secret = join(gateway.data, 'token');
    await writeFile(secret, 'the first\n');
    const config = JSON.parse(await readFile(gateway.configFile, 'utf8'));
    const headers = { Authorization: 'Bearer ${file:./token}' };
    const mcpServers = { stub: { url: stub.url, headers } };
    await writeFile(gateway.configFile, JSON.stringify({ ...config, mcpServers }));
    await until(async () => (await presented()) === 'Bearer the first');
    await rm(secret);
    await until(() =>
      gateway.lines.some(({ fields }) => JSON.stringify(fields).includes('token: cannot be read')),
    );
    expect(await presented()).toBe('Bearer the first');
    await writeFile(secret, 'the second');
    await until(async () => (await presented()) === 'Bearer the second');
    expect(JSON.stringify(gateway.lines)).not.toContain('the first');
  });

  it("may be a client's own file, with comments and keys that only a client knows", async () => {
    await using stub = await startStub({ era: 'modern', tools: [{ name: 'work' }] });
    await using gateway = await bootGateway({ mcpServers: { stub: { url: stub.url } } });
    const text = `{
      // as a client wrote it
      "globalShortcut": "Ctrl+Space",
      "mcpServers": {
        "My Server": { "type": "http", "url": ${JSON.stringify(stub.url)}, "alwaysAllow": ["work"], "timeout": 60, },
        "off": { "command": "nothing", "disabled": true },
      },
    }`;
    await writeFile(gateway.configFile, text);
    await until(() => gateway.gateway.config().servers.some(({ slug }) => slug === 'my-server'));
    const { servers, warnings } = gateway.gateway.config();
    expect(servers).toHaveLength(1);
    expect(warnings.join('\n')).toMatch(/globalShortcut[\s\S]*alwaysAllow, timeout/);
  });
});

describe('sessions and grants', () => {
  it('survive a restart of the gateway', async () => {
    await using stub = await startStub({ era: 'legacy', tools: [{ name: 'work' }] });
    await using gateway = await bootGateway({ mcpServers: { stub: { url: stub.url } } });
    const initialize = {
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'a', version: '1' } },
    };
    const opened = await post(gateway.endpoint('stub'), gateway.token, { body: JSON.stringify(initialize) });
    const session = opened.headers.get('mcp-session-id') ?? '';
    await gateway.restart();
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'work', arguments: {} } };
    const headers = { 'mcp-session-id': session, 'mcp-protocol-version': '2025-06-18' };
    const answer = await post(gateway.endpoint('stub'), gateway.token, {
      body: JSON.stringify(call),
      headers,
    });
    expect(answer.body.result?.content?.[0]?.text).toBe('done');

    const ended = await fetch(gateway.endpoint('stub'), {
      method: 'DELETE',
      headers: { authorization: `Bearer ${gateway.token}`, ...headers },
    });
    expect(ended.status).toBe(204);
    const [row] = await gateway.gateway.store.decisions.query({ limit: 1 });
    expect(row?.row).toMatchObject({ method: 'DELETE', outcome: 'served', protocol: '2025-06-18' });
    await gateway.restart();
    expect(
      (await post(gateway.endpoint('stub'), gateway.token, { body: JSON.stringify(call), headers })).status,
    ).toBe(404);
  });
});

describe('a grant in observe mode', () => {
  it('forwards everything and logs what would have been decided', async () => {
    await using stub = await startStub({ era: 'modern', tools: [{ name: 'work' }, { name: 'secret' }] });
    const policy = {
      version: '1',
      default: 'deny',
      hide: ['secret'],
      tools: { work: { limits: [{ counter: 'c', window: 'hour', max: 1, scope: 'grant' }] } },
    };
    const token = 'o'.repeat(40);
    const grants = { watcher: { server: 'stub', policy: 'p', token, mode: 'observe' } };
    await using gateway = await bootGateway({
      mcpServers: { stub: { url: stub.url } },
      policies: { p: policy },
      grants,
    });
    for (const tool of ['work', 'work', 'secret'])
      expect(
        (await post(gateway.endpoint('stub'), token, modernCall(tool))).body.result?.isError,
      ).toBeUndefined();
    expect(stub.calls()).toHaveLength(3);
    const entries = await gateway.gateway.store.decisions.query({ limit: 10, method: 'tools/call' });
    expect(entries.map(({ row }) => [row.outcome, row.mode, row.forwarded])).toEqual([
      ['allow', 'observe', true],
      ['limit', 'observe', true],
      ['hide', 'observe', true],
    ]);
    // The shadow counter is not the one that enforcing grants use.
    expect(
      (await post(gateway.endpoint('stub'), gateway.token, modernCall('work'))).body.result?.isError,
    ).toBeUndefined();
  });
});
