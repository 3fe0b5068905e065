import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { GATEWAY, openStore, systemClock } from '@boomgate/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STEPS } from '../../server/src/store/postgres/steps.ts';
import { type PostgresServer, startPostgres } from '../../server/test/support/postgres.ts';
import { boomgate, type Ran, temporaryFolder } from './command.ts';

const KEY = randomBytes(32).toString('base64');
const OTHER = randomBytes(32).toString('base64');
const PASSWORD = 'a-secret-that-nobody-sees';

let server: PostgresServer;
let url: string;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let said = '';

beforeAll(async () => {
  server = await startPostgres();
  folder = await temporaryFolder();
  // Postgres trusts the loopback here: the password is there to be looked for.
  url = (await server.newDatabase()).replace('boomgate@', `boomgate:${PASSWORD}@`);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function run(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const env = { BOOMGATE_DATABASE: url, BOOMGATE_MASTER_KEY: KEY, BOOMGATE_DATA: folder.path, ...more };
  const ran = await boomgate(args, { cwd: folder.path, env });
  said += ran.stdout + ran.stderr;
  return ran;
}

const wrong = (ran: Ran) => ({ code: ran.code, stderr: ran.stderr });

describe('a database', () => {
  it('is refused before its schema is there, and gets it by a command', async () => {
    for (const args of [
      ['up', '--port', '0'],
      ['policy', 'versions', 'p'],
    ])
      expect(wrong(await run(args))).toEqual({
        code: 2,
        stderr: expect.stringContaining('the database is empty: run "boomgate migrate --database URL"'),
      });
    expect(await run(['doctor', '--no-probe'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('lacks 0014_base, 0015_replicas, 0016_dead'),
    });
    expect(JSON.parse((await run(['migrate', '--json'])).stdout)).toEqual({ made: Object.keys(STEPS) });
    expect(await run(['migrate'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'the schema is up to date: nothing to do\n',
    });
  });

  it('is opened with a master key alone, and always the same', async () => {
    const reading = ['policy', 'versions', 'p'];
    expect((await run(reading, { BOOMGATE_MASTER_KEY: '' })).stderr).toContain('openssl rand -base64 32');
    const place = { database: url };
    await using store = await openStore({ place, as: 'writer', clock: systemClock(), masterKey: KEY });
    const text = '{"version":"1","default":"deny","tools":{}}';
    await store.policies.save({ organization: 'default', name: 'p', base: 0, text, note: '' }, GATEWAY);
    expect((await run(reading, { BOOMGATE_MASTER_KEY: OTHER })).stderr).toContain('is not the key');
    expect(await run(reading)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^1 in force/m) });
  });

  it('has the doctor say so when its replicas are told different addresses', async () => {
    const options = {
      place: { database: url },
      as: 'gateway',
      clock: systemClock(),
      masterKey: KEY,
    } as const;
    await using one = await openStore(options);
    await one.gatewayAddress.started('https://gate.example.com');
    {
      await using other = await openStore(options);
      await other.gatewayAddress.started('https://gate.example.com');
      expect((await run(['doctor', '--no-probe'])).stdout).toContain(
        'all replicas say https://gate.example.com',
      );
      await other.gatewayAddress.started('https://other.example.com');
      const { code, stdout } = await run(['doctor', '--no-probe']);
      expect(code).toBe(1);
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
        'replicas say different ones: https://gate.example.com, https://other.example.com',
      );
    }
    expect(await one.gatewayAddress.ofReplicas()).toEqual(['https://gate.example.com']);
  });

  it('has its keys sealed with another master key, then rotated, and nothing backed up by files', async () => {
    expect((await run(['keys', 'seal'])).stderr).toContain('BOOMGATE_NEW_MASTER_KEY');
    expect(await run(['keys', 'seal'], { BOOMGATE_NEW_MASTER_KEY: OTHER })).toMatchObject({ code: 0 });
    const reading = ['policy', 'versions', 'p'];
    expect((await run(reading)).stderr).toContain('is not the key');
    expect(await run(reading, { BOOMGATE_MASTER_KEY: OTHER })).toMatchObject({ code: 0 });
    expect((await run(['backup', 'f'])).stderr).toContain('pg_dump');
    expect((await run(['keys', 'rotate'])).stderr).toContain('is not the key');
    const rotated = await run(['keys', 'rotate'], { BOOMGATE_MASTER_KEY: OTHER });
    expect(rotated).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^Version 2 is in use now: \d+ sealed/),
    });
    const listed = await run(['keys', 'list'], { BOOMGATE_MASTER_KEY: OTHER });
    expect(listed).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^version 2, in use: \d+ sealed$/m),
    });
  });

  it('takes everything over from a data folder, which nobody goes on with', async () => {
    const data = join(folder.path, 'data');
    const own = { BOOMGATE_DATABASE: '', BOOMGATE_DATA: data, BOOMGATE_MASTER_KEY: '' };
    const place = { directory: data };
    await using store = await openStore({ place, as: 'gateway', clock: systemClock(), masterKey: undefined });
    const mint = ['grant', 'mint', 'laptop', '--server', 'files', '--keep-token', '--json'];
    const { token } = JSON.parse((await run(mint, own)).stdout);
    const moving = ['migrate', '--from', data];
    const empty = { BOOMGATE_DATABASE: await server.newDatabase() };
    expect((await run(moving, empty)).stderr).toContain('another gateway is using the data directory');
    await store[Symbol.asyncDispose]();
    const moved = await run(moving, empty);
    expect(moved).toMatchObject({ code: 0, stdout: '' });
    expect(moved.stderr).toContain('grants: 1');
    expect(JSON.parse((await run(['grant', 'list', '--json'], empty)).stdout)).toMatchObject([
      { name: 'laptop' },
    ]);
    expect((await run(['grant', 'reveal', 'laptop'], empty)).stdout).toContain(token);
    expect((await run(['audit', 'verify'], empty)).code).toBe(0);
    expect((await run(['grant', 'list'], own)).stderr).toContain('name it with --database');
    const looked = await run(['doctor', '--no-probe'], own);
    expect(looked).toMatchObject({ code: 1, stdout: expect.stringContaining('name it with --database') });
    expect(looked.stdout).not.toContain('restore');
  });

  it('is named without its password, whatever is wrong', async () => {
    expect(JSON.parse((await run(['grant', 'list', '--dry-run'])).stdout)).toMatchObject({
      database: url.replace(`:${PASSWORD}`, ''),
    });
    const bad = [
      `mysql://u:${PASSWORD}@h/d`,
      `postgres://u:${PASSWORD}@127.0.0.1:1/d`,
      `${PASSWORD} no address`,
      `postgres:${PASSWORD}`,
    ];
    for (const database of bad)
      for (const args of [
        ['migrate'],
        ['grant', 'list'],
        ['doctor', '--no-probe'],
        ['grant', 'list', '--dry-run'],
      ])
        await run([...args, '--database', database]);
    expect(said).toContain('expected the address of a database');
    expect(said).not.toContain(PASSWORD);
  });
});
