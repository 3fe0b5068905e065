// The Postgres that the tests of the store start: the one that is there, or the system's package.
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { aptInstall } from './apt.mjs';

/** Where Debian and Ubuntu keep the programs, a folder for each version. */
const VERSIONS = '/usr/lib/postgresql';

/** The folder with `initdb` and `postgres`, installed when it can be; ends this process with what to do when there is none. */
export function findPostgres() {
  const chosen = process.env.BOOMGATE_POSTGRES;
  const found = chosen ?? places().find((place) => existsSync(join(place, 'initdb')));
  if (found !== undefined) return found;
  if (aptInstall('postgresql')) return findPostgres();
  console.error(
    'no Postgres was found, which the tests of the store need: install the package postgresql (Debian, Ubuntu: apt-get install postgresql), or say in which folder initdb is with BOOMGATE_POSTGRES',
  );
  process.exit(2);
}

function places() {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS) : [];
  const newestFirst = versions.toSorted((one, other) => Number(other) - Number(one));
  return [
    ...newestFirst.map((version) => join(VERSIONS, version, 'bin')),
    ...process.env.PATH.split(delimiter),
  ];
}
