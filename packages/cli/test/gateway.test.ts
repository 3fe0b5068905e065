import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { GATEWAY, openSqliteStore, systemClock } from '@boomgate/server';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BOOMGATE, boomgate, cleanEnvironment, temporaryFolder } from './command.ts';

const EVERYTHING = fileURLToPath(
  new URL('../../../node_modules/@modelcontextprotocol/server-everything/dist/index.js', import.meta.url),
);

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Running = { readonly child: ChildProcess; readonly out: string[]; readonly err: string[] };

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(BOOMGATE, args, { env: cleanEnvironment(env) });
  const running: Running = { child, out: [], err: [] };
  createInterface({ input: child.stdout }).on('line', (line) => running.out.push(line));
  createInterface({ input: child.stderr }).on('line', (line) => running.err.push(line));
  closing.push(() => ended(child, 'SIGKILL'));
  return running;
}

/** Ends a process that may have ended already; resolves to its exit code. */
function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill(signal);
  });
}

async function folderWithConfig(): Promise<{ readonly data: string; readonly config: string }> {
  const folder = await temporaryFolder();
  closing.push(async () => folder[Symbol.asyncDispose]());
  const config = join(folder.path, 'boomgate.config.json');
  const tools = { echo: { rate_limit: '2/minute' } };
  const document = {
    mcpServers: { everything: { command: process.execPath, args: [EVERYTHING] } },
    policies: { echo: { version: '1', default: 'deny', tools } },
  };
  await writeFile(config, JSON.stringify(document));
  return { data: join(folder.path, 'data'), config };
}

const wait = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 30_000, interval: 50 });

async function gatewayUp(
  more: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<{ url: string; data: string; config: string; running: Running }> {
  const { data, config } = await folderWithConfig();
  const running = start(['up', '--config', config, '--port', '0', '--data', data, '--json', ...more], env);
  const line = await wait(() => {
    expect(running.out, running.err.join('\n')).not.toHaveLength(0);
    return running.out[0] ?? '';
  });
  const { url, servers, setup } = JSON.parse(line);
  expect(setup).toMatchObject({
    url: `${url}/welcome#${setup.code}`,
    code: expect.stringMatching(/^([A-Z2-7]{4}-){5}[A-Z2-7]{4}$/),
  });
  expect(servers).toEqual([{ server: 'everything', url: `${url}/mcp/everything`, grants: [] }]);
  return { url, data, config, running };
}

/** Answers whoever sends spans with a little more again and again. */
async function endlessCollector(): Promise<{ readonly url: string; readonly asked: () => number }> {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.writeHead(200, { 'content-type': 'application/x-protobuf' });
    const more = setInterval(() => response.write('x'), 100);
    response.on('close', () => clearInterval(more));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  // A listening TCP server has an address with a port.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
}

describe('a gateway started from the command line', () => {
  it('leaves no sockets behind when its main process is killed', async () => {
    const { data, config } = await folderWithConfig();
    const TMPDIR = join(dirname(data), 'tmp');
    await mkdir(TMPDIR);
    const args = ['up', '--config', config, '--port', '0', '--data', data, '--json', '--workers', '2'];
    const { child, err, out } = start(args, { TMPDIR, NODE_DISABLE_COMPILE_CACHE: '1' });
    await wait(() => expect(out, err.join('\n')).not.toHaveLength(0));
    const sockets = async () => (await readdir(TMPDIR)).filter((name) => name.startsWith('boomgate-'));
    expect(await sockets()).toHaveLength(1);
    await ended(child, 'SIGKILL');
    await wait(async () => expect(await sockets()).toEqual([]));
  });

  it('serves a grant that is minted while it runs, through the bridge, and logs each call', async () => {
    const { url, data, config, running } = await gatewayUp(['--workers', '2']);
    const mint = ['grant', 'mint', 'laptop', '--server', 'everything', '--policy', 'echo'];
    const minted = await boomgate([...mint, '--config', config, '--data', data, '--url', url]);
    expect(minted, minted.stderr).toMatchObject({ code: 0 });
    const token = minted.stdout.trim();
    expect(token).toMatch(/^bg_[0-9A-Za-z]{49}$/);
    expect(minted.stderr).toContain(
      `boomgate connect CLIENT --server everything --url ${url} --data ${data}`,
    );

    const knows = await wait(async () => {
      const headers = { authorization: `Bearer ${token}` };
      const { status } = await fetch(`${url}/mcp/everything`, { method: 'POST', headers });
      expect(status, 'a running gateway takes a new grant within a second').not.toBe(401);
      return true;
    });
    expect(knows).toBe(true);

    const tail = start(['log', '--tail', '--json', '--data', data, '--method', 'tools/call']);
    const client = new Client({ name: 'c', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    const args = ['run', '--server', 'everything', '--url', url];
    const env = cleanEnvironment({ BOOMGATE_GRANT: token });
    await client.connect(new StdioClientTransport({ command: BOOMGATE, args, env, stderr: 'ignore' }));
    closing.push(() => client.close());
    const call = async (name: string): Promise<boolean> =>
      (await client.callTool({ name, arguments: { message: 'hi' } })).isError === true;
    expect([await call('echo'), await call('echo'), await call('echo'), await call('get-sum')]).toEqual([
      false,
      false,
      true,
      true,
    ]);

    await wait(() => expect(tail.out).toHaveLength(4));
    const outcomes = tail.out.map((line) => JSON.parse(line).row.outcome);
    expect(outcomes).toEqual(['allow', 'allow', 'limit', 'deny']);
    expect(await ended(tail.child, 'SIGINT')).toBe(0);

    const shown = await boomgate(['log', '--data', data, '--outcome', 'limit']);
    expect(shown.stdout).toMatch(/^\d\d:\d\d:\d\d limit +laptop +everything\/echo +limits\/echo_rate\n$/);

    expect((await boomgate(['grant', 'revoke', 'laptop', '--data', data])).code).toBe(0);
    await wait(() => expect(call('echo')).rejects.toThrow('does not accept the grant'));
    expect(await ended(running.child, 'SIGTERM')).toBe(0);
    const all = [...running.out, ...running.err, ...tail.out, ...tail.err, shown.stdout].join('\n');
    expect(all).not.toContain(token);
  });

  it('serves a stack grant through the bridge, and ends whatever its collector of spans goes on with', async () => {
    const collector = await endlessCollector();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '20' };
    const { config, data, running, url } = await gatewayUp([], env);
    const mint = ['grant', 'mint', 'all', '--stack', 'everything=echo', '--config', config, '--data', data];
    const minted = await boomgate([...mint, '--url', url]);
    expect(minted.stderr).toContain(`boomgate connect CLIENT --stack --url ${url}`);
    const token = minted.stdout.trim();
    await wait(async () => {
      const headers = { authorization: `Bearer ${token}` };
      expect((await fetch(`${url}/mcp/`, { method: 'POST', headers })).status).not.toBe(401);
    });
    const client = new Client({ name: 'c', version: '1' });
    const ofGrant = cleanEnvironment({ BOOMGATE_GRANT: token, BOOMGATE_SERVER: 'everything' });
    const args = ['run', '--stack', '--url', url];
    const command = { command: BOOMGATE, args, env: ofGrant, stderr: 'ignore' } as const;
    await client.connect(new StdioClientTransport(command));
    closing.push(() => client.close());
    const result = await client.callTool({ name: 'everything__echo', arguments: { message: 'hi' } });
    expect(result.content).toEqual([{ type: 'text', text: 'Echo: hi' }]);
    await wait(() => expect(collector.asked()).toBeGreaterThan(0));
    expect(await ended(running.child, 'SIGTERM')).toBe(0);
  });

  it('manages grants beside it, and says what is wrong', async () => {
    const { data, config } = await gatewayUp();
    const grant = (...args: string[]) => boomgate(['grant', ...args, '--data', data]);
    const works = async (...args: string[]): Promise<void> =>
      expect(await grant(...args)).toMatchObject({ code: 0, stderr: expect.stringMatching(/^grant "a" is/) });
    const names = ['--server', 'everything', '--config', config];
    const minted = await grant('mint', 'a', ...names, '--label', 'team=x', '--expires', '1d');
    expect(minted.stderr).toContain('has no policy');
    // A port that the system picked is another one next time.
    expect(minted.stderr).toContain('It opens http://127.0.0.1:7411/mcp/everything;');
    expect(await grant('mint', 'a', ...names)).toMatchObject({ code: 2, stdout: '' });
    const unknown = await grant('mint', 'b', '--server', 'everthing', '--config', config);
    expect(unknown.stderr).toContain('known: everything');
    expect((await grant('mint', 'b', ...names, '--policy', 'x')).stderr).toContain('known: echo');
    const list = JSON.parse((await grant('list', '--json')).stdout);
    expect(list).toMatchObject([{ name: 'a', server: 'everything', labels: { team: 'x' }, state: 'active' }]);
    expect(list[0]).not.toHaveProperty('token');
    await works('pause', 'a');
    expect((await grant('list')).stdout).toMatch(/a +everything +\(none\) +paused/);
    await works('resume', 'a');
    await works('revoke', list[0].id);
    expect((await grant('resume', 'a')).stderr).toContain('revoked for good');
    expect((await grant('revoke', 'nobody')).stderr).toContain('known: a');
  });
});

it('says at its start which servers there are, registered or declared, and which grants open them, alone or with others', async () => {
  const { data, config } = await folderWithConfig();
  const policies = { p: { version: '1', default: 'deny' } };
  const grants = {
    robot: { servers: { files: 'p' }, token: 'a token of a test of thirty-two or more'.replaceAll(' ', '-') },
  };
  await writeFile(config, JSON.stringify({ mcpServers: { files: { command: 'c' } }, policies, grants }));
  const store = await openSqliteStore({ directory: data, clock: systemClock() });
  const secrets = { headers: {}, env: {}, query: [] };
  const entry = { url: 'https://mcp.example/mcp' };
  await store.servers.create({ organization: 'default', slug: 'tickets', entry, secrets }, GATEWAY);
  await store[Symbol.asyncDispose]();
  const { err, out } = start(['up', '--config', config, '--port', '0', '--data', data]);
  await wait(() =>
    expect(err.join('\n')).toContain(
      `boomgate grant mint NAME --server tickets --policy POLICY --config ${config}`,
    ),
  );
  expect(out.join('\n')).toMatch(/^tickets +http\S+ +\(none\)$/m);
  expect(out.join('\n')).toMatch(/^files +http\S+\/mcp\/files +\(none\)$/m);
  expect(out.join('\n')).toMatch(/^\(several\) +http\S+\/mcp\/ +robot$/m);
});

describe('wrong use of up', () => {
  it.each([
    [['--config', '/nowhere.json'], 'no such file'],
    [['--host', '0.0.0.0'], 'unencrypted'],
    [['--data', '/dev/null/x'], '/dev/null'],
  ])('%j is one clear message and exit 2', async (args, message) => {
    const folder = await temporaryFolder();
    closing.push(async () => folder[Symbol.asyncDispose]());
    const ran = await boomgate(['up', '--port', '0', '--data', folder.path, ...args], { cwd: folder.path });
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).not.toMatch(/\bat .*\.ts:\d+/);
  });

  it('says that the port is taken', async () => {
    const { url } = await gatewayUp();
    const folder = await temporaryFolder();
    closing.push(async () => folder[Symbol.asyncDispose]());
    const ran = await boomgate(['up', '--port', new URL(url).port, '--data', folder.path], {
      cwd: folder.path,
    });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('is taken');
  });
});

it('leaves to commands, also when it has ended, how it was reached', async () => {
  const { config, data } = await folderWithConfig();
  const reached = 'https://127.0.0.1:2';
  const { child, out, err } = start([
    ...['up', '--config', config, '--data', data, '--port', '0', '--json'],
    ...['--public-url', reached],
  ]);
  await wait(() => expect(out, err.join('\n')).not.toHaveLength(0));
  await ended(child, 'SIGTERM');
  const mint = ['grant', 'mint', '--server', 'everything', '--config', config, '--data', data];
  const minted = await boomgate([...mint, 'laptop']);
  expect(minted.stderr).toContain(`It opens ${reached}/mcp/everything; connect a client with`);
  expect(minted.stderr).toContain(`boomgate connect CLIENT --server everything --url ${reached}`);
  const elsewhere = await boomgate([...mint, 'desk', '--url', 'http://127.0.0.1:9', '--json']);
  expect(JSON.parse(elsewhere.stdout)).toMatchObject({ url: 'http://127.0.0.1:9/mcp/everything' });
  const { stdout } = await boomgate(['doctor', '--data', data, '--no-probe', '--json'], {
    cwd: dirname(config),
  });
  const gateway = JSON.parse(stdout).checks.filter(({ check }: { check: string }) => check === 'gateway');
  expect(gateway).toMatchObject([{ found: `none runs at ${reached}; the port is free` }]);
  const cursor = await boomgate(['connect', 'cursor', '--server', 'everything', '--data', data]);
  expect(cursor.stdout).toContain(`${reached}/mcp/everything`);
  const mistyped = ['connect', 'cursor', '--server', 'evrything', '--data', data];
  const refused = await boomgate(mistyped);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('found "evrything" (did you mean everything?); known: everything;');
  // Of a folder without a store its configuration file knows.
  const none = ['--data', join(data, 'none'), '--sign-in'];
  expect(await boomgate([...mistyped, ...none], { cwd: dirname(config) })).toMatchObject({ code: 2 });
  const ofAnother = await boomgate([...mistyped, '--url', 'https://127.0.0.1:3']);
  expect(ofAnother.stdout).toContain('https://127.0.0.1:3/mcp/evrything');
});

it('goes on when a terminal hangs up that is not its own, as behind nohup', async () => {
  const { running, url } = await gatewayUp(['--workers', '2']);
  const { pid } = running.child;
  const workers = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').map(Number);
  expect(workers).toHaveLength(2);
  // Twice, as a second signal that asks for the end has it come at once.
  for (const one of [...workers, Number(pid), ...workers, Number(pid)]) process.kill(one, 'SIGHUP');
  expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok\n');
  // Signals are handled in their order, and the one that ends it comes last.
  expect(await ended(running.child, 'SIGTERM')).toBe(0);
  expect(running.err.join('\n')).not.toContain('a process that answers agents is gone');
  expect(running.err.filter((line) => line.includes('stopping once requests'))).toHaveLength(1);
});

it('says where it listens, where it is reached, and where its dashboard does not open', async () => {
  const { config, data } = await folderWithConfig();
  const places = ['--config', config, '--data', data, '--port', '0'];
  const { out, err } = start(['up', ...places, '--public-url', 'https://gate.example/mcp-gate']);
  await wait(() => expect(err.join('\n')).toContain('does not open below a path'));
  expect([...out, ...err].join('\n')).not.toContain('/welcome');
  expect(out[0]).toMatch(/^Boomgate \S+ listens on http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  expect(out[1]).toBe('It is reached at https://gate.example/mcp-gate');
});

describe('up --demo', () => {
  it('shows a table of calls within 80 columns, the URL and the token, and keeps running', async () => {
    const folder = await temporaryFolder();
    closing.push(async () => folder[Symbol.asyncDispose]());
    const { child, out, err } = start(['up', '--demo', '--port', '0', '--data', folder.path]);
    await wait(() => expect(out.join('\n'), err.join('\n')).toContain('token'));
    const table = out.slice(0, out.indexOf(''));
    for (const word of ['allow', 'deny', 'hide', 'limit']) expect(table.join('\n')).toContain(word);
    for (const line of table) expect([...line].length).toBeLessThanOrEqual(80);
    const printed = [...out, ...err].filter((line) => !line.includes(folder.path));
    for (const line of printed) expect([...line].length, line).toBeLessThanOrEqual(80);
    expect(out.join('\n')).toMatch(/^Dashboard +http:\/\/\S+\/welcome#([A-Z2-7]{4}-){5}[A-Z2-7]{4}$/m);
    const url = /^URL +(\S+)$/m.exec(out.join('\n'))?.[1] ?? '';
    expect((await fetch(url, { method: 'POST' })).status).toBe(401);
    expect(err).toContain(`  boomgate log --tail --data ${folder.path}`);
    expect(await ended(child, 'SIGINT')).toBe(0);
  });

  it('names the command as it is to be typed in a checkout, where npm started it', async () => {
    const folder = await temporaryFolder();
    closing.push(async () => folder[Symbol.asyncDispose]());
    const asNpm = { npm_lifecycle_event: 'start' };
    const { child, err } = start(['up', '--demo', '--port', '0', '--data', folder.path], asNpm);
    await wait(() => expect(err).toContain(`  bin/boomgate log --tail --data ${folder.path}`));
    expect(await ended(child, 'SIGINT')).toBe(0);
  });
});
