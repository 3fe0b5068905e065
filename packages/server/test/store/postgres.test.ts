import { describe, expect, it } from 'vitest';
import { migratePostgres } from '../../src/store/postgres/index.ts';
import { startPostgres } from '../support/postgres.ts';
import { describePostgres } from '../support/postgres-suite.ts';

describe('on Postgres', () => describePostgres('Postgres', { withRedis: false }));

it('the schema of Postgres is made once, whoever else makes it at the same time', async () => {
  await using server = await startPostgres();
  const url = await server.newDatabase();
  const made = await Promise.all(Array.from({ length: 3 }, () => migratePostgres(url)));
  expect(made.flat()).toEqual([
    '0014_base',
    '0015_replicas',
    '0016_dead',
    '0017_stopped',
    '0018_epochs',
    '0019_server_sign_ins',
    '0020_agent_sign_ins',
    '0021_agent_sign_in_people',
  ]);
});
