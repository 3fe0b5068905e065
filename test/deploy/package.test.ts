/** The npm package, installed by npm from the file that `npm run package` makes, on the oldest Node that it asks for. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { cleanEnvironment, temporaryFolder } from '../../packages/cli/test/command.ts';
import { ROOT } from '../sources.ts';

type Packed = {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { path: string }[];
};

/** The one that runs the tests where npm has no older one for this system. */
const NODE = process.env['BOOMGATE_OLDEST_NODE'] ?? process.execPath;
const PATIENCE_MS = 180_000;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let packed: Packed;
let installed: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  const made = join(folder.path, 'made');
  const home = join(folder.path, 'home');
  await mkdir(home);
  await writeFile(join(home, 'package.json'), '{"private":true}');
  run(process.execPath, [join(ROOT, 'scripts', 'program.mjs'), made], ROOT);
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  // A cast: it is what npm prints of one package.
  [packed] = JSON.parse(run('npm', ['pack', made, '--json'], folder.path)) as [Packed];
  run('npm', ['install', join(folder.path, packed.filename), ...flags], home);
  installed = join(home, 'node_modules', 'boomgate');
}, PATIENCE_MS);

afterAll(() => folder[Symbol.asyncDispose]());

it('holds the program, the dashboard, the index, the schemas and the documents alone', () => {
  const paths = packed.files.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      'LICENSE',
      'README.md',
      'program/main.js',
      'program/dashboard/index.html',
      'program/servers.ndjson',
      'program/schema/policy-1.json',
      'program/schema/config.json',
    ]),
  );
  const documents = /^(?:LICENSE|[A-Z]+\.md|(?:docs|decisions)\/.*\.(?:md|png)|deploy\/.*)$/;
  const other = paths.filter(
    (path) => !/^(?:package\.json|program\/.*)$/.test(path) && !documents.test(path),
  );
  expect(other).toEqual([]);
  expect(paths.filter((path) => /\.ts$|\.test\.|node_modules|\/\.[^/]*$/.test(path))).toEqual([]);
  expect(packed.size).toBeLessThan(5_000_000);
  const notices = readFileSync(join(installed, 'program', 'dashboard', 'LICENSES.md'), 'utf8');
  expect(notices).toContain('## react ');
});

it('has every page to which its README and its documents lead, but for what only a checkout can run', () => {
  const pages = packed.files.map(({ path }) => path).filter((path) => path.endsWith('.md'));
  const missing = pages.flatMap((page) => {
    const links = readFileSync(join(installed, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g);
    const places = [...links].map(([, link = '']) => join(dirname(page), link));
    return places.filter((place) => !existsSync(join(installed, place)));
  });
  expect(missing.filter((place) => !/^(?:examples|scripts|packages|Dockerfile)\b/.test(place))).toEqual([]);
});

it('has npm install everything that its programs import, and nothing else', () => {
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  const declared = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)];
  expect(importedBy(join(installed, 'program'))).toEqual(declared.toSorted());
});

it('runs the demo and tells what was decided', async () => {
  const data = join(folder.path, 'demo');
  const lines = await started(['up', '--demo', '--port', '0', '--data', data], 'Stop with Ctrl-C');
  for (const word of ['allow', 'deny', 'hide', 'limit']) expect(lines).toMatch(new RegExp(` ${word} `));
  expect(boomgate('log', '--data', data)).toContain('workspace/run_report');
});

it('runs its other programs: workers, and the threads that search and compare', async () => {
  const data = join(folder.path, 'workers');
  await started(['up', '--workers', '2', '--port', '0', '--data', data], 'dashboard');
  expect(boomgate('catalogue', 'search', 'filesystem', '--data', data)).toContain('filesystem');
  const before = '{"version":"1","default":"deny"}';
  const pair = { before, after: '{"version":"1","default":"allow"}' };
  const comparing = new Worker(join(installed, 'program', 'server-comparison-worker.js'), {
    workerData: pair,
  });
  const [found] = await once(comparing, 'message');
  expect(found).toMatchObject({ verdict: 'yes' });
});

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stderr, stdout } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Runs a command to its end. The oldest Node comes first on the path, as it would for a person who has no other. */
function boomgate(...args: readonly string[]): string {
  const env = environment();
  const { status, stderr, stdout } = spawnSync(command(), args, { env, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return stdout;
}

/** Starts a gateway, stops it as Ctrl-C does once it has said some words, and gives all that it said. */
async function started(args: readonly string[], words: string): Promise<string> {
  const gateway = spawn(command(), args, { env: environment() });
  const ended = new Promise((resolve) => gateway.once('close', resolve));
  const lines: string[] = [];
  for (const stream of [gateway.stdout, gateway.stderr])
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
  try {
    await vi.waitFor(() => expect(lines.join('\n')).toContain(words), { timeout: 30_000 });
  } finally {
    gateway.kill('SIGINT');
  }
  expect(await ended).toBe(0);
  return lines.join('\n');
}

function command(): string {
  return join(dirname(installed), '.bin', 'boomgate');
}

function environment(): Record<string, string> {
  const env = cleanEnvironment();
  return { ...env, PATH: `${dirname(NODE)}:${env['PATH']}` };
}

/** Names of the packages that a folder's programs import, once each and in order. */
function importedBy(place: string): readonly string[] {
  const texts = readdirSync(place)
    .filter((name) => name.endsWith('.js'))
    .map((name) => readFileSync(join(place, name), 'utf8'));
  const names = texts.flatMap((text) =>
    [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "([^"./][^"]*)"|\bimport\("([^"./][^"]*)"\)/gm)].map(
      ([, still = '', late = '']) => still + late,
    ),
  );
  const packages = names
    .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name))
    .map((name) => (/^@[^/]+\/[^/]+|^[^/]+/.exec(name) as RegExpExecArray)[0]); // a cast: no name is empty
  return [...new Set(packages)].toSorted();
}
