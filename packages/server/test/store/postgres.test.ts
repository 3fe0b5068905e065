import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeStore } from '../../src/store/conformance/index.ts';
import type { Store } from '../../src/store/index.ts';
import { migratePostgres, openPostgresStore } from '../../src/store/postgres/index.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

describeStore('Postgres', async () => {
  const url = await server.newDatabase();
  await migratePostgres(url);
  const masterKey = randomBytes(32).toString('base64');
  return {
    open: async (clock) => {
      // Dropping the database ends connections that are just closing.
      const store = await openPostgresStore({ url, clock, masterKey, onWarning: () => undefined });
      return store as Store; // a cast: the parts below ask for these nouns alone
    },
    dispose: () => server.dropDatabase(url),
  };
}, ['people', 'passkeys', 'grants', 'registries', 'policies', 'servers', 'tools', 'signOn', 'audit']);

describe('the schema of Postgres', () => {
  it('is made once, whoever else makes it at the same time', async () => {
    const url = await server.newDatabase();
    const made = await Promise.all(Array.from({ length: 3 }, () => migratePostgres(url)));
    expect(made.flat()).toEqual(['0014_base', '0015_replicas']);
    await server.dropDatabase(url);
  });
});
