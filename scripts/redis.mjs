// The Redis that the tests of replicas start, or the Valkey: the one that is there, or the system's package.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { aptInstall } from './apt.mjs';

const NAMES = ['redis-server', 'valkey-server'];

/** The program, installed when it can be; ends this process with what to do when there is none. */
export function findRedis() {
  const chosen = process.env.BOOMGATE_REDIS_SERVER;
  const found = chosen ?? places().find((place) => existsSync(place));
  if (found !== undefined) return found;
  if (aptInstall('redis-server')) return findRedis();
  console.error(
    'no Redis was found, which the tests of replicas need: install the package redis-server (Debian, Ubuntu: apt-get install redis-server), or say where redis-server or valkey-server is with BOOMGATE_REDIS_SERVER',
  );
  process.exit(2);
}

function places() {
  const folders = process.env.PATH.split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
}
