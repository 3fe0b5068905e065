import { randomBytes } from 'node:crypto';
import { describeStore } from '../../src/store/conformance/index.ts';
import { openPostgresStore } from '../../src/store/postgres/index.ts';
import { useServers } from './stores.ts';

/** The suite of all stores on a Postgres of its own, whose counters are on a Redis where there is to be one. */
export function describePostgres(place: string, { withRedis }: { readonly withRedis: boolean }): void {
  const servers = useServers({ withRedis });
  describeStore(place, async () => {
    const url = await servers.newStore();
    const masterKey = randomBytes(32).toString('base64');
    return {
      // Its time is that of the test, as is that of the database's machine.
      open: (clock) =>
        openPostgresStore({
          url,
          redis: servers.redis()?.url,
          clock,
          masterKey,
          isReplica: true,
          serverMs: clock.wallMs(),
          // Dropping the database ends connections that are just closing.
          onWarning: () => undefined,
        }),
      dispose: () => servers.postgres().dropDatabase(url),
    };
  });
}
