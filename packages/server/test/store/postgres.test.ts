import { describe, expect, it } from 'vitest';
import { migratePostgres } from '../../src/store/postgres/index.ts';
import { askAll, startPostgres } from '../support/postgres.ts';
import { describePostgres } from '../support/postgres-suite.ts';

describe('on Postgres', () => describePostgres('Postgres', { withRedis: false }));

it.each(['LATIN1', 'SQL_ASCII'])('the schema of Postgres is not made in %s', async (encoding) => {
  await using server = await startPostgres();
  const url = new URL(await server.newDatabase());
  url.pathname = '/narrow';
  await server.ask(
    `create database narrow encoding '${encoding}' lc_collate 'C' lc_ctype 'C' template template0`,
  );
  const message = expect.stringContaining(`found one in ${encoding}`);
  await expect(migratePostgres(url.href)).rejects.toMatchObject({ code: 'unreadable', message });
  expect(
    (await askAll(url.href, ['select 1 from pg_tables where schemaname = current_schema()'])).flat(),
  ).toEqual([]);
});

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
    '0022_restarts',
    '0023_removed_organizations',
    '0024_session_devices',
    '0025_gateway_address',
    '0026_approvals_of_organizations',
    '0027_replica_addresses',
    '0028_session_issuers',
    '0029_directory_entries',
    '0030_ended',
    '0031_networks',
    '0032_uses',
    '0033_access_requests',
    '0034_told_ends',
    '0035_grants_expire',
  ]);
});
