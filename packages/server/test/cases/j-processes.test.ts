import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bootGateway, type TestGateway, type TestSetup } from '../support/gateway.ts';
import { until } from '../support/programs.ts';
import { modernCall, post, type RawAnswer } from '../support/rpc.ts';
import { killChildGateways, startChildGateway } from './support/crash.ts';

const MIB = 1024 * 1024;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'boomgate-j-'));
});

afterEach(killChildGateways);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A legacy server of a few lines; `onMessage` and `onCall` are the case's. */
const PRELUDE = `
const fs = require('node:fs');
const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
const text = (m, value) => say({ id: m.id, result: { content: [{ type: 'text', text: JSON.stringify(value) }] } });
let onCall = (m) => text(m, m.params.arguments);
const answer = (m) => {
  if (m.method === 'initialize') say({ id: m.id, result: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'script', version: '1' } } });
  if (m.method === 'tools/list') say({ id: m.id, result: { tools: [{ name: 'work', inputSchema: { type: 'object' } }] } });
  if (m.method === 'tools/call') onCall(m);
};
let rest = '';
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\\n');
  rest = lines.pop();
  for (const line of lines) answer(JSON.parse(line));
});
`;

type Entry = { readonly command: string; readonly args: readonly string[]; readonly [key: string]: unknown };

function script(program: string, more: object = {}): Entry {
  return { command: process.execPath, args: ['-e', PRELUDE + program], era: 'legacy', ...more };
}

/** The same behind a shell that stays, as `npx` does. */
function wrapped(program: string): Entry {
  const file = join(folder, `${Math.random()}.cjs`);
  return {
    command: '/bin/sh',
    args: ['-c', `"${process.execPath}" "${file}"; true`],
    era: 'legacy',
    file,
    program,
  };
}

async function boot(
  mcpServers: TestSetup['mcpServers'],
  more: Partial<TestSetup> = {},
): Promise<TestGateway> {
  return bootGateway({ mcpServers, ...more });
}

function call(gateway: TestGateway, args: object = {}, server = 's'): Promise<RawAnswer> {
  return post(gateway.endpoint(server), gateway.token, modernCall('work', args));
}

/** What a process answered; undefined when the call failed. */
function saidBy({ body }: RawAnswer): unknown {
  if (body.result?.isError === true || body.result?.content?.[0]?.text === undefined) return undefined;
  return JSON.parse(body.result.content[0].text);
}

const isUnavailable = ({ body }: RawAnswer): boolean =>
  body.result?.content?.[0]?.text?.startsWith('[UPSTREAM UNAVAILABLE] ') === true;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that nobody has waited for yet is gone all the same.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

async function lastStatus(gateway: TestGateway, server?: string): Promise<string | undefined> {
  await gateway.gateway.store.journal.flush();
  const rows = await gateway.gateway.store.decisions.query({
    limit: 100,
    ...(server === undefined ? {} : { server }),
  });
  return rows.findLast(({ row }) => row.forwarded)?.outcomeRow?.status;
}

/** The open descriptors of a process. */
async function descriptorsOf(pid: string | number): Promise<readonly number[]> {
  return (await readdir(`/proc/${pid}/fd`)).map(Number).sort((a, b) => a - b);
}

/** 0, 1 and 2, and what this process itself was given to pass on by whoever started it. */
async function descriptorsOfAnyChild(): Promise<readonly number[]> {
  const child = spawn('/bin/sh', ['-c', 'echo ready; read line; true'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  const found = await descriptorsOf(child.pid ?? 0);
  child.stdin.end();
  return found;
}

describe('J how a process is started', () => {
  it('J-03 shell metacharacters reach it as they are', async () => {
    const trap = join(folder, 'pwned');
    const args = [
      '; touch TRAP',
      '$(touch TRAP)',
      '`touch TRAP`',
      '&& touch TRAP',
      '| touch TRAP',
      '\n touch TRAP',
      '> TRAP',
      '*',
      "'",
      '"',
      '\\',
      '%PATH%',
      '',
      ' ',
    ].map((text) => text.replace('TRAP', trap));
    const program = `onCall = (m) => text(m, process.argv.slice(1));`;
    await using gateway = await boot({
      s: { ...script(program), args: ['-e', PRELUDE + program, '--', ...args] },
    });
    expect(saidBy(await call(gateway))).toEqual(args);
    expect(existsSync(trap)).toBe(false);
  });

  it('J-03 a NUL in an argument is an error, not a shorter argument', async () => {
    await using gateway = await boot({
      s: { command: process.execPath, args: ['-v\u0000-e'], era: 'legacy' },
    });
    expect(isUnavailable(await call(gateway))).toBe(true);
  });

  it('J-06 it has three descriptors, its own folder, and no variable that nobody named', async () => {
    const pidFile = join(folder, 'pid');
    const file = join(folder, 'env.cjs');
    await writeFile(file, `${PRELUDE} onCall = (m) => text(m, process.env);`);
    process.env['BOOMGATE_CASE_SECRET'] = 'of-the-gateway';
    await using gateway = await boot({
      s: {
        command: '/bin/sh',
        args: ['-c', `echo $$ > "${pidFile}"; "${process.execPath}" "${file}"; true`],
        env: { NAMED: 'yes' },
        era: 'legacy',
      },
    });
    const env = saidBy(await call(gateway));
    delete process.env['BOOMGATE_CASE_SECRET'];
    const names = Object.keys(env as object).filter(
      (name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name),
    );
    expect(names.filter((name) => !['PATH', 'HOME', 'LANG', 'NAMED'].includes(name))).toEqual([]);
    expect(names).toContain('NAMED');
    const pid = (await readFile(pidFile, 'utf8')).trim();
    expect(await descriptorsOf(pid)).toEqual(await descriptorsOfAnyChild());
    expect(readlinkSync(`/proc/${pid}/cwd`)).toBe(process.cwd());
  });

  it('J-06 it does not start among the data of a gateway that runs there', async () => {
    const data = join(folder, 'data-cwd');
    const config = join(folder, 'cwd.config.json');
    const token = 'token-of-the-grant-for-the-folder-case';
    const first = await startWith(config, { s: script('onCall = (m) => text(m, process.cwd());') }, token);
    const before = await startChildGateway({ config: first, data });
    await before.kill();
    const gateway = await startChildGateway({ config: first, data, cwd: data });
    const answer = await post(`${gateway.url}/mcp/s`, token, modernCall('work'));
    expect(saidBy(answer)).toBe(process.env['HOME'] ?? homedir());
    await gateway.kill();
  });
});

/** Writes a configuration with one grant for each server, under `token`, `token-2` …; gives its path. */
async function startWith(config: string, mcpServers: Record<string, object>, token: string): Promise<string> {
  const names = Object.keys(mcpServers);
  const grants = Object.fromEntries(
    names.map((server, at) => [
      server,
      { server, policy: 'all', token: at === 0 ? token : `${token}-${at}` },
    ]),
  );
  await writeFile(
    config,
    JSON.stringify({ mcpServers, policies: { all: { version: '1', default: 'allow' } }, grants }),
  );
  return config;
}

describe('J what a process writes', () => {
  it('J-07 noise is skipped: it reaches neither the agent nor the log', async () => {
    const noise = `
      const NOISE = ['Server ready! token=hush-hush', '\\u001b[32mok\\u001b[0m', '', '   ', '{"half":', '[]', '42', 'null', '"text"', '{}',
        '{"jsonrpc":"1.0","id":1,"result":{}}', '{"jsonrpc":"2.0"}', '{"jsonrpc":"2.0","id":null,"result":{}}', '\\u0000\\ufeff', '{"id":2,"id":2}'];
      const shout = () => { for (const line of NOISE) process.stdout.write(line + '\\n'); };
      shout();
      onCall = (m) => { shout(); text(m, 'quiet'); shout(); };
    `;
    await using gateway = await boot({ s: script(noise) });
    for (let round = 0; round < 3; round += 1) {
      const answer = await call(gateway);
      expect(saidBy(answer)).toBe('quiet');
      expect(answer.text).not.toContain('hush-hush');
    }
    expect(JSON.stringify(gateway.lines)).not.toContain('hush-hush');
  });

  it('J-08 a line of ten million characters is an answer; one without end is not, and takes no memory', async () => {
    const program = `
      const endless = () => { while (process.stdout.write('x'.repeat(1 << 20))) {} };
      onCall = (m) => {
        if (m.params.arguments.legit) return text(m, 'x'.repeat(10_000_000));
        process.stdout.on('drain', endless);
        endless();
      };
    `;
    await using gateway = await boot(
      { s: script(program), other: script('') },
      {
        grants: { other: { server: 'other', policy: 'all', token: OTHER } },
      },
    );
    expect(String(saidBy(await call(gateway, { legit: true }))).length).toBe(10_000_000);
    await callOther(gateway);
    let peak = 0;
    const before = process.memoryUsage.rss();
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 5);
    const answer = await call(gateway);
    clearInterval(watch);
    expect(isUnavailable(answer)).toBe(true);
    expect(peak - before).toBeLessThan(64 * MIB);
    expect(await lastStatus(gateway)).toBe('unknown');
    expect(saidBy(await callOther(gateway))).toEqual({ other: 1 });
  });

  it('J-15 a flood on stderr is cut each second and does not fill the log', async () => {
    const program = `
      onCall = (m) => { for (let line = 0; line < 50_000; line += 1) console.error('flood ' + line); text(m, 'done'); };
    `;
    await using gateway = await boot({ s: script(program) });
    const startMs = performance.now();
    expect(saidBy(await call(gateway))).toBe('done');
    await until(() => gateway.lines.some(({ fields }) => String(fields['line']).startsWith('flood')));
    const seconds = Math.ceil((performance.now() - startMs) / 1_000) + 1;
    const flood = gateway.lines.filter(({ fields }) => String(fields['line']).startsWith('flood'));
    expect(flood.length).toBeLessThanOrEqual(101 * seconds);
  });
});

const OTHER = 'token-of-the-grant-for-the-other-server';
const callOther = (gateway: TestGateway): Promise<RawAnswer> =>
  post(gateway.endpoint('other'), OTHER, modernCall('work', { other: 1 }));

describe('J a process that ends', () => {
  it.each([
    ['exits with 0', 'process.exit(0)'],
    ['exits with 1', 'process.exit(1)'],
    ['crashes', `process.kill(process.pid, 'SIGSEGV')`],
    ['is killed', `process.kill(process.pid, 'SIGKILL')`],
  ])(
    'J-10 in the middle of a call (%s): told within a second, never sent twice, started again',
    async (how, end) => {
      const file = join(folder, `received ${how}`);
      const program = `
      onCall = (m) => {
        fs.appendFileSync(${JSON.stringify(file)}, JSON.stringify(m.params.arguments) + '\\n');
        if (m.params.arguments.die) ${end};
        else if (!m.params.arguments.hold) text(m, process.pid);
      };
    `;
      await using gateway = await boot(
        { s: script(program), other: script('') },
        {
          grants: { other: { server: 'other', policy: 'all', token: OTHER } },
        },
      );
      const pid = saidBy(await call(gateway, { first: 1 }));
      const held = call(gateway, { hold: 1 });
      await until(() => readFileSync(file, 'utf8').includes('hold'));
      const startMs = performance.now();
      const died = await call(gateway, { die: 1 });
      expect(performance.now() - startMs).toBeLessThan(1_000);
      expect(isUnavailable(died)).toBe(true);
      expect(isUnavailable(await held)).toBe(true);
      expect(await lastStatus(gateway)).toBe('unknown');
      expect(saidBy(await callOther(gateway))).toEqual({ other: 1 });
      const next = saidBy(await call(gateway, { again: 1 }));
      expect(next).toEqual(expect.any(Number));
      expect(next).not.toBe(pid);
      const received = readFileSync(file, 'utf8').trim().split('\n');
      expect(received).toEqual(['{"first":1}', '{"hold":1}', '{"die":1}', '{"again":1}']);
    },
  );

  it('J-11 one that never reads its stdin is ended, and nothing gathers for it meanwhile', {
    timeout: 40_000,
  }, async () => {
    const program = `setInterval(() => {}, 1000); onCall = (m) => { process.stdin.pause(); text(m, 'deaf now'); };`;
    await using gateway = await boot(
      { s: script(program), other: script('') },
      {
        grants: { other: { server: 'other', policy: 'all', token: OTHER } },
      },
    );
    expect(saidBy(await call(gateway))).toBe('deaf now');
    const startMs = performance.now();
    const ends: { readonly ms: number; readonly answer: RawAnswer }[] = [];
    const big = { text: 'x'.repeat(MIB - 100) };
    await Promise.all(
      Array.from({ length: 28 }, async () => {
        const answer = await call(gateway, big);
        ends.push({ ms: performance.now() - startMs, answer });
      }),
    );
    expect(ends.every(({ answer }) => isUnavailable(answer))).toBe(true);
    expect(ends.at(-1)?.ms).toBeGreaterThan(9_000);
    expect(ends.at(-1)?.ms).toBeLessThan(20_000);
    // What 16 MiB of waiting bytes have no room for is refused at once.
    expect(ends.filter(({ ms }) => ms < 9_000).length).toBeGreaterThanOrEqual(8);
    expect(saidBy(await callOther(gateway))).toEqual({ other: 1 });
  });
});

describe('J the end of the gateway', () => {
  /** Ignores the end of its stdin and SIGTERM, and has a child that does the same. */
  const stubborn = (pids: string): string => `
    process.on('SIGTERM', () => {});
    process.stdin.on('end', () => {});
    setInterval(() => {}, 1000);
    const grandchild = require('node:child_process').spawn('/bin/sh', ['-c', 'trap "" TERM; while :; do sleep 1; done'], { stdio: 'ignore' });
    fs.appendFileSync(${JSON.stringify(pids)}, process.pid + '\\n' + grandchild.pid + '\\n');
    onCall = (m) => text(m, process.pid);
  `;

  const readPids = (file: string): readonly number[] =>
    readFileSync(file, 'utf8').trim().split('\n').map(Number);

  it('J-14 kill -9 leaves no process behind within 5 s, also none that a wrapper started', async () => {
    const pids = join(folder, 'pids of kill');
    const config = join(folder, 'kill.config.json');
    const token = 'token-of-the-grants-for-the-kill-case';
    const servers: Record<string, Entry> = {};
    for (let at = 0; at < 8; at += 1) {
      const entry = at % 2 === 0 ? script(stubborn(pids)) : wrapped(stubborn(pids));
      if (typeof entry['file'] === 'string')
        await writeFile(entry['file'], PRELUDE + String(entry['program']));
      servers[`s${at}`] = { command: entry.command, args: entry.args, era: 'legacy' };
    }
    await startWith(config, servers, token);
    const gateway = await startChildGateway({ config, data: join(folder, 'kill') });
    const answers = await Promise.all(
      Object.keys(servers).map((server, at) =>
        post(`${gateway.url}/mcp/${server}`, at === 0 ? token : `${token}-${at}`, modernCall('work')),
      ),
    );
    expect(answers.map(saidBy)).toEqual(answers.map(() => expect.any(Number)));
    const started = readPids(pids);
    expect(started).toHaveLength(16);
    expect(started.every(isAlive)).toBe(true);
    const killedMs = performance.now();
    await gateway.kill('SIGKILL');
    await until(() => !started.some(isAlive));
    expect(performance.now() - killedMs).toBeLessThan(5_000);
  });

  it('a stop ends a process that ignores SIGTERM, with what it started', async () => {
    const pids = join(folder, 'pids of stop');
    const gateway = await boot({ s: script(stubborn(pids)) });
    expect(saidBy(await call(gateway))).toEqual(expect.any(Number));
    const startMs = performance.now();
    await gateway[Symbol.asyncDispose]();
    expect(performance.now() - startMs).toBeLessThan(8_000);
    expect(readPids(pids).some(isAlive)).toBe(false);
  });
});

describe('J-16 one process for several grants', () => {
  /** Answers late, in any order, twice, and with ids of nobody. */
  const mixed = `
    onCall = (m) => setTimeout(() => {
      text({ id: m.id + 1_000_000 }, 'nobody');
      text(m, [process.pid, m.params.arguments]);
      text(m, 'the second answer');
      text({ id: String(m.id) }, 'an id as text');
    }, Math.random() * 20);
  `;

  it('mixes no answers of 64 agents that all send id 1 (D-21)', async () => {
    const grants = Object.fromEntries(
      Array.from({ length: 64 }, (_, at) => [
        `agent ${at}`,
        { server: 's', policy: 'all', token: `${OTHER}-${at}` },
      ]),
    );
    await using gateway = await boot({ s: script(mixed) }, { grants });
    const pids = new Set<unknown>();
    await Promise.all(
      Object.values(grants).map(async ({ token }, at) => {
        for (let round = 0; round < 10; round += 1) {
          const marker = { agent: at, round };
          const answer = await post(gateway.endpoint('s'), token, modernCall('work', marker, 1));
          const [pid, args] = saidBy(answer) as readonly [number, object];
          expect(args).toEqual(marker);
          pids.add(pid);
        }
      }),
    );
    expect(pids.size).toBe(1);
  });

  it('is one process for each grant where the server wants that, and no state is shared', async () => {
    const program = `const seen = []; onCall = (m) => { seen.push(m.params.arguments.n); text(m, seen); };`;
    await using gateway = await boot(
      { s: script(program, { isolation: 'grant' }) },
      {
        grants: { second: { server: 's', policy: 'all', token: OTHER } },
      },
    );
    const second = (n: number) => post(gateway.endpoint('s'), OTHER, modernCall('work', { n }));
    expect(saidBy(await call(gateway, { n: 1 }))).toEqual([1]);
    expect(saidBy(await second(2))).toEqual([2]);
    expect(saidBy(await call(gateway, { n: 3 }))).toEqual([1, 3]);
    expect(saidBy(await second(4))).toEqual([2, 4]);
  });
});

describe.runIf(process.platform === 'linux')('J-15 bounds of a process', () => {
  const other = { other: script('') };
  const grants = { other: { server: 'other', policy: 'all', token: OTHER } };
  const bootBounded = (program: string, bounds: object): Promise<TestGateway> =>
    boot({ s: script(program, { bounds }), ...other }, { grants });

  it('a memory hog is refused memory and dies, other servers answer, and it starts again', async () => {
    // Within what any machine can promise, were it not refused; nothing is written into it.
    const program = `
      onCall = (m) => {
        const kept = [];
        while (m.params.arguments.hungry && kept.length < 48) kept.push(Buffer.allocUnsafe(64 * ${MIB}));
        text(m, [process.pid, kept.length]);
      };
    `;
    await using gateway = await bootBounded(program, { memory_mib: 2_048 });
    const [pid] = saidBy(await call(gateway)) as readonly [number, number];
    const hungry = call(gateway, { hungry: true });
    expect(saidBy(await callOther(gateway))).toEqual({ other: 1 });
    expect(saidBy(await hungry)).toBeUndefined();
    expect(await lastStatus(gateway, 's')).toBe('unknown');
    expect(isAlive(pid)).toBe(false);
    expect(saidBy(await callOther(gateway))).toEqual({ other: 1 });
    await until(async () => saidBy(await call(gateway)) !== undefined);
  });

  it('a file does not grow beyond them', async () => {
    const file = join(folder, 'too large');
    const program = `
      onCall = (m) => {
        try { fs.writeFileSync(${JSON.stringify(file)}, Buffer.alloc(2 * ${MIB})); text(m, 'written'); }
        catch ({ code }) { text(m, [code, fs.statSync(${JSON.stringify(file)}).size]); }
      };
    `;
    await using gateway = await bootBounded(program, { file_mib: 1 });
    expect(saidBy(await call(gateway))).toEqual(['EFBIG', MIB]);
    expect(saidBy(await callOther(gateway))).toEqual({ other: 1 });
  });

  it('no more files are open than they say', async () => {
    const program = `
      onCall = (m) => {
        const opened = [];
        try { while (opened.length < 1000) opened.push(fs.openSync('/dev/null')); } catch ({ code }) { opened.push(code); }
        text(m, [opened.length < 64, opened.at(-1)]);
      };
    `;
    await using gateway = await bootBounded(program, { open_files: 64 });
    expect(saidBy(await call(gateway))).toEqual([true, 'EMFILE']);
    expect(saidBy(await callOther(gateway))).toEqual({ other: 1 });
  });

  // The system binds no root to a number of processes, and only root can become somebody who has no others.
  it.runIf(process.getuid?.() === 0)('a fork bomb of another user comes to its end', async () => {
    const bomb = 'i=0; while [ $i -lt 64 ]; do sleep 60 & i=$((i+1)); done';
    const program = `
      const nobody = ['--reuid=65534', '--clear-groups', '/bin/sh', '-c', ${JSON.stringify(bomb)}];
      onCall = (m) => text(m, require('node:child_process').spawnSync('/usr/bin/setpriv', nobody, { stdio: 'ignore' }).status);
    `;
    await using gateway = await bootBounded(program, { processes: 32 });
    expect(saidBy(await call(gateway))).toBe(2);
    expect(saidBy(await callOther(gateway))).toEqual({ other: 1 });
  });

  it('hold what the process starts too, and it leads its group as any other', async () => {
    const program = `
      const { execFileSync } = require('node:child_process');
      const limits = execFileSync('/bin/cat', ['/proc/self/limits'], { encoding: 'utf8' });
      const bounds = ['address space', 'processes', 'file size', 'open files'].map((name) =>
        limits.match(new RegExp('^Max ' + name + ' +([0-9]+) +([0-9]+) ', 'm'))?.slice(1).map(Number));
      const group = Number(fs.readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ')[2]);
      onCall = (m) => text(m, { bounds, leads: group === process.pid });
    `;
    const bounds = { memory_mib: 2_048, processes: 500, file_mib: 3, open_files: 100 };
    await using gateway = await bootBounded(program, bounds);
    const both = (bound: number): readonly number[] => [bound, bound];
    expect(saidBy(await call(gateway))).toEqual({
      bounds: [both(2_048 * MIB), both(500), both(3 * MIB), both(100)],
      leads: true,
    });
  });
});
