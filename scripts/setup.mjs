// Everything a fresh clone needs before it can run: dependencies, and a Node that is new enough. Runs on Node 20,
// without any dependency of its own; does nothing when nothing has changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const STAMP = join(ROOT, 'node_modules', '.boomgate-setup');
const MANIFESTS = [
  'package.json',
  'package-lock.json',
  'packages/engine/package.json',
  'packages/functions/package.json',
  'packages/catalogue/package.json',
  'packages/contract/package.json',
  'packages/server/package.json',
  'packages/cli/package.json',
  'packages/comfyui-mcp/package.json',
  'packages/dashboard/package.json',
];
const NEEDED_NODE = [22, 19];

/** Installs what is missing and gives the path of the Node that runs the project. */
export function setUp() {
  const wanted = fingerprint();
  if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== wanted) {
    const started = Date.now();
    console.error('Setting up: installing dependencies with npm ci (about a minute the first time) …');
    runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error', '--progress=true']);
    writeFileSync(STAMP, wanted);
    console.error(`Setting up: done in ${Math.round((Date.now() - started) / 1000)} s.`);
  }
  return findNode();
}

/** What the dashboard is built from. */
const DASHBOARD_SOURCES = [
  'contract/src',
  'engine/src',
  'functions/src',
  'catalogue/src',
  'dashboard/src',
  'dashboard/public',
];
const DASHBOARD = join(ROOT, 'packages', 'dashboard');

/** Builds the dashboard when it is not there or its sources have changed. */
export function buildDashboard(node) {
  const stamp = join(DASHBOARD, 'dist', '.built');
  const wanted = dashboardFingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const started = Date.now();
  console.error('Building the dashboard …');
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  run(node, [vite, 'build', '--logLevel', 'warn'], { cwd: DASHBOARD });
  writeFileSync(stamp, wanted);
  console.error(`Building the dashboard: done in ${Math.round((Date.now() - started) / 1000)} s.`);
}

function dashboardFingerprint() {
  const hash = createHash('sha256').update(fingerprint());
  const files = DASHBOARD_SOURCES.flatMap((folder) =>
    readdirSync(join(ROOT, 'packages', folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
      .map(({ name, parentPath, path }) => join(parentPath ?? path, name)),
  );
  for (const file of [...files, join(DASHBOARD, 'index.html'), join(DASHBOARD, 'vite.config.ts')].sort())
    hash.update(file.slice(ROOT.length)).update(readFileSync(file));
  return hash.digest('hex');
}

/** Runs a program to its end with this terminal; ends this process with its exit code when it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
  if (result.error) fail(`cannot run ${command}: ${result.error.message}`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of MANIFESTS) hash.update(readFileSync(join(ROOT, file)));
  return hash.digest('hex');
}

export function runNpm(args) {
  const npm = process.env.npm_execpath;
  if (npm !== undefined) run(process.execPath, [npm, ...args]);
  else run('npm', args, { shell: process.platform === 'win32' });
}

/** The pinned Node where there is a package of it for this platform, else the one that runs this script. */
function findNode() {
  const pinned = join(
    ROOT,
    'node_modules',
    `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (existsSync(pinned)) return pinned;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > NEEDED_NODE[0] || (major === NEEDED_NODE[0] && minor >= NEEDED_NODE[1]))
    return process.execPath;
  return fail(
    `this platform needs Node ${NEEDED_NODE.join('.')} or newer, found ${process.versions.node}; install one and try again`,
  );
}

function fail(message) {
  console.error(`boomgate: ${message}`);
  process.exit(2);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUp();
