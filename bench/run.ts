/**
 * `npm run bench [-- --json] [--seconds N]`: the cost of a decision, and the throughput of the whole path beside a bare proxy and
 * a direct call, all in one run. The proxy under test has one core, everything else the other.
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
import { benchDecide } from './decide.ts';

const CONNECTIONS = 32;
/** Short rounds by turns: where the speed of the machine drifts, it drifts for all. */
const ROUNDS = 7;
/** Seconds of load before anything counts: a process that runs for hours is compiled, and these are to be. */
const WARM_UP_SECONDS = 8;

type Load = {
  readonly calls: number;
  readonly failures: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
};
type Target = {
  readonly name: string;
  readonly port: number;
  readonly path: string;
  readonly token?: string;
};

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, seconds: { type: 'string', default: '2' } },
});
const children: ChildProcess[] = [];
const folder = await mkdtemp(join(tmpdir(), 'boomgate-bench-'));

try {
  const decide = benchDecide();
  const [upstreamPort = 0] = await startProgram('upstream.ts', [], 1);
  const [barePort = 0] = await startProgram('bare-proxy.ts', [String(upstreamPort)], 0);
  const gateways = await Promise.all(['normal', 'full'].map((mode) => startGateway(mode, upstreamPort)));
  const targets: Target[] = [
    { name: 'direct', port: upstreamPort, path: '/mcp' },
    { name: 'bare proxy', port: barePort, path: '/mcp' },
    ...gateways,
  ];
  for (const target of targets) await load(target, WARM_UP_SECONDS);
  const rounds = new Map<string, Load[]>(targets.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const target of targets) rounds.get(target.name)?.push(await load(target, Number(values.seconds)));
  }
  report(decide, rounds);
} finally {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map((child) => (child.exitCode === null ? once(child, 'exit') : undefined)));
  await rm(folder, { recursive: true, force: true });
}

/** Starts a program of this folder on one core and gives the words of its first line, numbers as numbers. */
async function startProgram(
  script: string,
  args: readonly string[],
  core: number,
): Promise<readonly number[]> {
  const line = await startLine(script, args, core);
  return line.split(' ').map(Number);
}

async function startLine(script: string, args: readonly string[], core: number): Promise<string> {
  const command = [process.execPath, fileURLToPath(new URL(script, import.meta.url)), ...args];
  const [program = '', ...rest] = pinned(command, core);
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return String(line);
}

async function startGateway(mode: string, upstreamPort: number): Promise<Target> {
  const url = `http://127.0.0.1:${upstreamPort}/mcp`;
  const [port, token = ''] = (await startLine('gateway.ts', [url, join(folder, mode), mode], 0)).split(' ');
  const name = mode === 'full' ? 'gateway, synchronous=FULL' : 'gateway';
  return { name, port: Number(port), path: '/mcp/bench/', token };
}

/** Where the machine can, a program keeps to one core, so that the proxies are measured and not the driver. */
function pinned(command: readonly string[], core: number): readonly string[] {
  const canPin = existsSync('/usr/bin/taskset') && cpus().length >= 2;
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

/** A 1 KB call of the modern era with its headers. */
function requestFor({ path, port, token }: Target): string {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const args = { query: 'y'.repeat(700), limit: 20, filters: { language: 'en', since: '2026-01-01' } };
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'search', arguments: args, _meta: meta },
  });
  const headers = {
    Host: `127.0.0.1:${port}`,
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
    'MCP-Protocol-Version': '2026-07-28',
    'Mcp-Method': 'tools/call',
    'Mcp-Name': 'search',
    'Content-Length': String(Buffer.byteLength(body)),
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  };
  const head = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return `POST ${path} HTTP/1.1\r\n${head}\r\n${body}`;
}

function medianOf<T>(all: readonly T[], by: (one: T) => number): T {
  const middle = all.toSorted((a, b) => by(a) - by(b))[Math.floor(all.length / 2)];
  if (middle === undefined) throw new Error('no rounds were run');
  return middle;
}

/** Each round is compared with the bare proxy's of the same moment. */
function ratioOf(rounds: readonly Load[], bare: readonly Load[]): number {
  const ratios = rounds.map(({ perSecond }, round) => perSecond / (bare[round]?.perSecond ?? Number.NaN));
  return Number(medianOf(ratios, (ratio) => ratio).toFixed(2));
}

function report(decide: ReturnType<typeof benchDecide>, loads: ReadonlyMap<string, readonly Load[]>): void {
  const bare = loads.get('bare proxy') ?? [];
  const path = [...loads].map(([name, rounds]) => ({
    name,
    ...medianOf(rounds, ({ perSecond }) => perSecond),
    ratio: ratioOf(rounds, bare),
  }));
  if (values.json) {
    console.log(JSON.stringify({ node: process.version, connections: CONNECTIONS, decide, path }, null, 2));
    return;
  }
  console.log(
    `Node ${process.version}, ${CONNECTIONS} connections, 1 KB calls, one limit, every call recorded; median of ${ROUNDS} rounds\n`,
  );
  for (const { nsPerCall, rules } of decide)
    console.log(`decide, ${String(rules).padStart(5)} rules   ${String(nsPerCall).padStart(7)} ns per call`);
  console.log(
    `\n${'whole path'.padEnd(28)}${'calls/s'.padStart(9)}${'p50 ms'.padStart(9)}${'p99 ms'.padStart(9)}${'ratio'.padStart(8)}`,
  );
  for (const { name, p50, p99, perSecond, ratio } of path) {
    console.log(
      `${name.padEnd(28)}${String(perSecond).padStart(9)}${p50.toFixed(2).padStart(9)}${p99.toFixed(2).padStart(9)}${ratio.toFixed(2).padStart(8)}`,
    );
  }
}
