import { randomBytes } from 'node:crypto';
import { COUNTED, cellsOf, describeStore, type StorePlace } from '../../src/store/conformance/index.ts';
import { openPostgresStore } from '../../src/store/postgres/index.ts';
import { askAll } from './postgres.ts';
import { PATIENT_MS, useServers } from './stores.ts';

/**
 * The suite of all stores on a Postgres of its own; where its counters are to be on a Redis, what those could change of it. The rest never
 * asks whether there is one.
 */
export function describePostgres(place: string, { withRedis }: { readonly withRedis: boolean }): void {
  const servers = useServers({ withRedis });
  const makePlace = async (): Promise<StorePlace> => {
    const url = await servers.newStore();
    const masterKey = randomBytes(32).toString('base64');
    return {
      // Its time is that of the test, as is that of the database's machine.
      open: (clock, as) =>
        openPostgresStore({
          url,
          redis: as === 'gateway' ? servers.redis()?.url : undefined,
          clock,
          masterKey,
          as,
          serverMs: clock.wallMs(),
          patienceMs: PATIENT_MS,
          // Dropping the database ends connections that are just closing.
          onWarning: () => undefined,
        }),
      async kept() {
        const tables = "select tablename from pg_tables where schemaname = 'public'";
        const [names = []] = await askAll(url, [tables]);
        const rows = await askAll(
          url,
          names.map(({ tablename }) => `select * from "${tablename}"`),
        );
        return cellsOf(rows.flat());
      },
      dispose: () => servers.postgres().dropDatabase(url),
    };
  };
  describeStore(place, makePlace, withRedis ? COUNTED : undefined);
}
