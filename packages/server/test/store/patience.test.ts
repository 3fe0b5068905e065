import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/limits/index.ts';
import { openPostgresStore, postgresFacts } from '../../src/store/postgres/index.ts';
import { startRelay } from '../support/relay.ts';
import { useServers } from '../support/stores.ts';

/** Milliseconds until what is asked first arrives: a gateway has patience for less. */
const DELAY_MS = 700;

const servers = useServers({ withRedis: false });

it('a command line waits for a database that is slow, where a gateway says that it does not answer in time', async () => {
  const url = new URL(await servers.newStore());
  await using line = await startRelay(Number(url.port));
  url.port = String(line.port);
  line.passing = (bytes, way) => {
    // From its first answer on it is quick.
    if (way === 'back') line.delayMs = 0;
    return bytes;
  };
  const masterKey = randomBytes(32).toString('base64');
  const open = (as: 'gateway' | 'writer') => {
    line.delayMs = DELAY_MS;
    return openPostgresStore({
      ...{ url: url.href, clock: systemClock(), masterKey, as },
      onWarning: () => undefined,
    });
  };
  await expect(open('gateway')).rejects.toMatchObject({ code: 'unavailable' });
  await using store = await open('writer');
  expect(await store.grants.list()).toEqual([]);
  line.delayMs = DELAY_MS;
  expect(await postgresFacts(url.href)).toMatchObject({ encoding: 'UTF8', isReadOnly: false });
});
