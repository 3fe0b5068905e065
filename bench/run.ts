/**
 * `npm run bench [-- --json] [--seconds N]`: the cost of a decision and of a classification, the throughput of the whole path
 * beside a bare proxy and a direct call, and searches in a small index, all in one run. The proxy under test has one core,
 * everything else the other.
 * `--catalogue N`: only the index, of N servers; 43000 have 515,000 tools. `--control`: only the admin API. `--workers N`: only one
 * process beside N workers, none of them kept to one core.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchCatalogue } from './catalogue.ts';
import { benchClassify } from './classify.ts';
import { benchControl, printControl } from './control.ts';
import { benchDecide } from './decide.ts';
import { benchRead } from './read.ts';
import { compare, type Load, print, printCatalogue, type Rounds } from './report.ts';
import { ERAS, openSession, requestFor, type Target } from './requests.ts';

const CONNECTIONS = 32;
/** Short rounds by turns: where the speed of the machine drifts, it drifts for all. */
const ROUNDS = 7;
/** Seconds of load before anything counts: a process that runs for hours is compiled, and these are to be. */
const WARM_UP_SECONDS = 8;

/** Servers of the index, where only a look at it is wanted: some seconds. */
const SMALL_CATALOGUE = 2_000;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '2' },
    catalogue: { type: 'string' },
    control: { type: 'boolean', default: false },
    workers: { type: 'string' },
  },
});
const children: ChildProcess[] = [];
const folder = await mkdtemp(join(tmpdir(), 'boomgate-bench-'));

try {
  if (values.control) await benchApi();
  else if (values.workers !== undefined) await benchWorkers(Number(values.workers));
  else if (values.catalogue === undefined) await benchAll();
  else await benchIndex(Number(values.catalogue));
} finally {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map((child) => (child.exitCode === null ? once(child, 'exit') : undefined)));
  await rm(folder, { recursive: true, force: true });
}

async function benchAll(): Promise<void> {
  const pure = { decide: benchDecide(), read: benchRead(), classify: benchClassify() };
  const [upstreamPort = 0] = await startProgram('upstream.ts', [], 1);
  const [barePort = 0] = await startProgram('bare-proxy.ts', [String(upstreamPort)], 0);
  const [gateway, durable] = await Promise.all(
    ['normal', 'full'].map((mode) => startGateway(mode, upstreamPort)),
  );
  if (gateway === undefined || durable === undefined) throw new Error('a gateway did not start');
  const bare: Target = { name: 'bare proxy', port: barePort, path: '/mcp' };
  const direct: Target = { name: 'direct', port: upstreamPort, path: '/mcp' };
  const path = await measure([direct, bare, gateway, durable], Number(values.seconds));
  const eras = await measure(await Promise.all(ERAS.map((pair) => targetOf(pair, gateway))), 1);
  const figures = {
    ...pure,
    path: compare(path, bare.name),
    eras: compare(eras, ERAS[0].name),
    catalogue: await benchCatalogue(SMALL_CATALOGUE),
  };
  if (values.json)
    console.log(JSON.stringify({ node: process.version, connections: CONNECTIONS, ...figures }, null, 2));
  else print(figures, { connections: CONNECTIONS, rounds: ROUNDS });
}

async function benchIndex(servers: number): Promise<void> {
  const catalogue = await benchCatalogue(servers);
  if (values.json) console.log(JSON.stringify({ node: process.version, catalogue }, null, 2));
  else printCatalogue(catalogue);
}

/** The driver and the server share the cores with what is measured, so that the ratio alone says something. */
async function benchWorkers(count: number): Promise<void> {
  const origin = `http://127.0.0.1:${(await startProgram('upstream.ts', []))[0] ?? 0}`;
  const targets: Target[] = [];
  for (const [name, workers] of [
    ['one process', 1],
    [`${count} workers`, count],
  ] as const) {
    const args = [origin, join(folder, name), 'normal', String(workers)];
    const [port, token = ''] = (await startLine('gateway.ts', args)).split(' ');
    targets.push({ name, port: Number(port), path: '/mcp/bench/', token });
  }
  const path = compare(await measure(targets, Number(values.seconds)), 'one process');
  console.log(JSON.stringify({ node: process.version, connections: CONNECTIONS, path }, null, 2));
}

async function benchApi(): Promise<void> {
  const control = await benchControl();
  if (values.json) console.log(JSON.stringify({ node: process.version, control }, null, 2));
  else printControl(control);
}

/** Warms all targets up, then loads them by turns. */
async function measure(targets: readonly Target[], seconds: number): Promise<Rounds> {
  for (const target of targets) await load(target, WARM_UP_SECONDS);
  const rounds = new Map<string, Load[]>(targets.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const target of targets) rounds.get(target.name)?.push(await load(target, seconds));
  return rounds;
}

/** A pair of eras at the gateway; an agent with a handshake has shaken hands. */
async function targetOf(
  { legacyAgent, name, server, wantsProgress }: (typeof ERAS)[number],
  gateway: Target,
): Promise<Target> {
  const token = server === 'bench' ? gateway.token : `${server}-${gateway.token}`;
  const target = {
    ...gateway,
    name,
    path: `/mcp/${server}/`,
    wantsProgress,
    ...(token === undefined ? {} : { token }),
  };
  return legacyAgent ? { ...target, session: await openSession(target) } : target;
}

/** Starts a program of this folder on one core and gives the words of its first line, numbers as numbers. */
async function startProgram(
  script: string,
  args: readonly string[],
  core?: number,
): Promise<readonly number[]> {
  const line = await startLine(script, args, core);
  return line.split(' ').map(Number);
}

async function startLine(script: string, args: readonly string[], core?: number): Promise<string> {
  const command = [process.execPath, fileURLToPath(new URL(script, import.meta.url)), ...args];
  const [program = '', ...rest] = pinned(command, core);
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return String(line);
}

async function startGateway(mode: string, upstreamPort: number): Promise<Target> {
  const origin = `http://127.0.0.1:${upstreamPort}`;
  const [port, token = ''] = (await startLine('gateway.ts', [origin, join(folder, mode), mode], 0)).split(
    ' ',
  );
  const name = mode === 'full' ? 'gateway, synchronous=FULL' : 'gateway';
  return { name, port: Number(port), path: '/mcp/bench/', token };
}

/** Where the machine can, a program keeps to one core, so that the proxies are measured and not the driver. */
function pinned(command: readonly string[], core: number | undefined): readonly string[] {
  const canPin = core !== undefined && existsSync('/usr/bin/taskset') && cpus().length >= 2;
  return canPin ? ['/usr/bin/taskset', '-c', String(core), ...command] : command;
}

async function load(target: Target, seconds: number): Promise<Load> {
  const script = fileURLToPath(new URL('load.ts', import.meta.url));
  const [program = '', ...rest] = pinned(
    [process.execPath, script, String(target.port), String(CONNECTIONS), String(seconds)],
    1,
  );
  const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(requestFor(target));
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  // The line is what load.ts prints.
  const figures = JSON.parse(String(line)) as Load;
  if (figures.failures > 0) throw new Error(`${target.name}: ${figures.failures} calls failed`);
  return figures;
}
