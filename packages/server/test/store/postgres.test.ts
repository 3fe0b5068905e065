import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeStore } from '../../src/store/conformance/index.ts';
import type { Store } from '../../src/store/index.ts';
import { migratePostgres, openPool, postgresRoom } from '../../src/store/postgres/index.ts';
import { AuditChain, openPeople } from '../../src/store/sql/index.ts';
import { EnvelopeVault } from '../../src/store/vault.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const notAtOnce = (): never => {
  throw new Error('expected nobody to ask at once');
};

describeStore('Postgres', async () => {
  const url = await server.newDatabase();
  await migratePostgres(url);
  const key = randomBytes(32);
  const vault = new EnvelopeVault({ current: 1, key: () => key });
  return {
    open: async (clock) => {
      // Dropping the database ends connections that are just closing.
      const pool = openPool({ url, onWarning: () => undefined });
      const audit = new AuditChain({ clock, key: () => key });
      const room = postgresRoom({ pool, clock, audit, vault });
      const people = openPeople(room, { roleOf: notAtOnce, readers: notAtOnce });
      const nouns: Pick<Store, 'people' | typeof Symbol.asyncDispose> = {
        people,
        [Symbol.asyncDispose]: () => pool.end(),
      };
      return nouns as Store; // a cast: the parts below ask for these nouns alone
    },
    dispose: () => server.dropDatabase(url),
  };
}, ['people', 'passkeys']);

describe('the schema of Postgres', () => {
  it('is made once, whoever else makes it at the same time', async () => {
    const url = await server.newDatabase();
    const made = await Promise.all(Array.from({ length: 3 }, () => migratePostgres(url)));
    expect(made.flat()).toEqual(['0014_base']);
    await server.dropDatabase(url);
  });
});
