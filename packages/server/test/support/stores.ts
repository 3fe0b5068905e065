import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Clock } from '../../src/limits/index.ts';
import { TestClock } from '../../src/store/conformance/index.ts';
import type { Store } from '../../src/store/index.ts';
import { migratePostgres, openPostgresStore } from '../../src/store/postgres/index.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { type Relay, startRelay } from './relay.ts';

export type StoreOptions = {
  /** One that a test moves, unless it is given. */
  readonly clock?: Clock;
  /** Another way to the database. */
  readonly url?: string;
  /** Milliseconds after which a replica that is silent is dead. */
  readonly deadMs?: number;
};

/** A database for each test of a file, on one Postgres, and the stores that a test opens on it, which are closed after it. */
export type StoresOfATest = {
  readonly url: () => string;
  readonly open: (options?: StoreOptions) => Promise<Store>;
  /** A line to the database that a test may cut, and its address. */
  readonly openLine: () => Promise<{ readonly line: Relay; readonly url: string }>;
};

/** To be called once, where a file begins. */
export function useStores(): StoresOfATest {
  const masterKey = randomBytes(32).toString('base64');
  let server: PostgresServer;
  let url = '';
  let stores: Store[] = [];
  let lines: Relay[] = [];
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    url = await server.newDatabase();
    await migratePostgres(url);
  });
  afterEach(async () => {
    for (const one of [...stores, ...lines]) await one[Symbol.asyncDispose]();
    [stores, lines] = [[], []];
    await server.dropDatabase(url);
  });
  return {
    url: () => url,
    async open({ clock = new TestClock(), deadMs, url: way = url } = {}) {
      const store = await openPostgresStore({
        ...{ url: way, clock, masterKey, isReplica: true, onWarning: () => undefined },
        ...(deadMs === undefined ? {} : { deadMs }),
      });
      stores.push(store);
      return store;
    },
    async openLine() {
      const line = await startRelay(server.port);
      lines.push(line);
      const through = new URL(url);
      through.port = String(line.port);
      return { line, url: through.href };
    },
  };
}
