/** A Postgres that lets nobody in without TLS, with a certificate of an authority that nobody knows. */
import { chmod, chown, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migratePostgres, postgresFacts } from '../../src/store/postgres/index.ts';
import { type Authority, makeAuthority } from '../support/certificates.ts';
import { askAll, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { until } from '../support/programs.ts';

let authority: Authority;
let postgres: PostgresServer;
let folder: string;
let url: string;

beforeAll(async () => {
  authority = makeAuthority();
  postgres = await startPostgres();
  url = await postgres.newDatabase();
  const [[where] = []] = await askAll(url, ['show data_directory']);
  folder = String(where?.['data_directory']);
  await present('IP:127.0.0.1');
  await writeFile(join(folder, 'ca.pem'), authority.ca);
  await writeFile(join(folder, 'pg_hba.conf'), 'local all all trust\nhostssl all all 127.0.0.1/32 trust\n');
  await postgres.ask('alter system set ssl = on', 'select pg_reload_conf()');
  await until(() =>
    askAll(url, ['select 1']).then(
      () => false,
      () => true,
    ),
  );
}, 60_000);

afterAll(async () => {
  await postgres[Symbol.asyncDispose]();
  authority[Symbol.dispose]();
});

async function present(host: string, days?: number): Promise<void> {
  const { uid, gid } = await stat(folder);
  const { cert, key } = authority.issue(host, days);
  for (const [name, text] of Object.entries({ 'server.crt': cert, 'server.key': key })) {
    const file = join(folder, name);
    await writeFile(file, text);
    await chown(file, uid, gid);
    await chmod(file, 0o600);
  }
}

const over = (more: string): string => `${url}?sslmode=verify-full${more}`;
const trusted = (): string => over(`&sslrootcert=${join(folder, 'ca.pem')}`);

it('goes by the authority that the address names', async () => {
  expect(await migratePostgres(trusted())).not.toEqual([]);
  expect(await postgresFacts(trusted())).toMatchObject({ missing: [] });
});

it.each([
  ['no TLS, where it is asked for', () => url, 'lets nobody in without TLS: put sslmode=verify-full'],
  [
    'an authority that is not known',
    () => over(''),
    'is not trusted: name its authority by sslrootcert=FILE',
  ],
  ['a file that is not there', () => over('&sslrootcert=/nowhere.pem'), 'ENOENT: no such file or directory'],
])('says what is wrong with %s', async (_, address, text) => {
  const said = { code: 'unavailable', message: expect.stringContaining(text) };
  await expect(migratePostgres(address())).rejects.toMatchObject(said);
  await expect(postgresFacts(address())).rejects.toMatchObject(said);
});

it.each([
  ['has expired', 'IP:127.0.0.1', 0, 'has expired: renew it there'],
  ['is for another name', 'DNS:elsewhere.example', 2, 'is for another name: have --database name that one'],
])('says that a certificate %s to whoever connects from then on', async (_, host, days, text) => {
  const client = new pg.Client({ connectionString: trusted() });
  await client.connect();
  await present(host, days);
  await postgres.ask('select pg_reload_conf()');
  await until(() =>
    postgresFacts(trusted()).then(
      () => false,
      () => true,
    ),
  );
  await expect(postgresFacts(trusted())).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining(text),
  });
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await client.end();
  await present('IP:127.0.0.1');
  await postgres.ask('select pg_reload_conf()');
  await until(() =>
    postgresFacts(trusted()).then(
      () => true,
      () => false,
    ),
  );
});
