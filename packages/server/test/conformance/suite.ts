import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Results } from './baseline.ts';
import { type Revision, SUITE, scenariosOf } from './pairs.ts';

/** Runs the conformance suite of a revision against a URL and reads what became of every required scenario. */
export async function runSuite(url: string, revision: Revision): Promise<Results> {
  const folder = await mkdtemp(join(tmpdir(), 'boomgate-conformance-'));
  try {
    const args = [`${SUITE}dist/index.js`, 'server', '--url', url, '--requirements', revision, '-o', folder];
    // It must be a Node of at least 22, whichever runs this: the suite imports what older ones do not have.
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    await once(child, 'exit');
    const folders = await readdir(folder);
    const results = scenariosOf(revision).map(async (scenario) => {
      // A folder is named after its scenario and the time.
      const own = folders.find((name) => new RegExp(`^server-${scenario}-\\d{4}-\\d\\d-\\d\\dT`).test(name));
      return [scenario, own === undefined ? ['did not run'] : await problemsIn(join(folder, own))] as const;
    });
    return new Map(await Promise.all(results));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Check = { readonly id: string; readonly status: string; readonly errorMessage?: string };

/** What failed in one scenario. A warning counts too: the fixture alone gives none, so the gateway caused it. */
async function problemsIn(folder: string): Promise<readonly string[]> {
  // The suite writes nothing else there.
  const checks = JSON.parse(await readFile(join(folder, 'checks.json'), 'utf8')) as readonly Check[];
  if (checks.every(({ status }) => status !== 'SUCCESS')) return ['nothing was checked'];
  return checks
    .filter(({ status }) => status === 'FAILURE' || status === 'WARNING')
    .map(({ id, errorMessage }) => `${id}: ${errorMessage ?? 'no message'}`);
}
