import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../server/test/support/postgres.ts';
import { freePort } from '../../server/test/support/programs.ts';
import { type RedisServer, startRedis } from '../../server/test/support/redis.ts';
import { BOOMGATE, boomgate, cleanEnvironment, type Ran, temporaryFolder } from './command.ts';

const KEY = randomBytes(32).toString('base64');
const PASSWORD = 'a-secret-that-nobody-sees';
/** Has Node find no package of this name, as where nobody installed it. */
const WITHOUT_CLIENT = `--import=data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module';
registerHooks({
  resolve(name, context, next) {
    if (name === '@redis/client') throw Object.assign(new Error('not here'), { code: 'ERR_MODULE_NOT_FOUND' });
    return next(name, context);
  },
});`)}`;

let postgres: PostgresServer;
let redis: RedisServer;
let url: string;
let env: Record<string, string>;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let said = '';

beforeAll(async () => {
  postgres = await startPostgres();
  redis = await startRedis();
  folder = await temporaryFolder();
  url = redis.url.replace('redis://', `redis://:${PASSWORD}@`);
  await redis.letIn(PASSWORD);
  env = {
    BOOMGATE_DATABASE: await postgres.newDatabase(),
    BOOMGATE_REDIS: url,
    BOOMGATE_MASTER_KEY: KEY,
    BOOMGATE_DATA: folder.path,
  };
  expect(await run(['migrate'])).toMatchObject({ code: 0 });
});
afterEach(() => redis.ask('CONFIG', 'SET', 'maxmemory-policy', 'noeviction'));
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function run(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const ran = await boomgate(args, { cwd: folder.path, env: { ...env, ...more } });
  said += ran.stdout + ran.stderr;
  return ran;
}

/** What the doctor says of Redis. */
async function checks(more: Readonly<Record<string, string>> = {}) {
  const { stdout } = await run(['doctor', '--no-probe', '--json'], more);
  const report: { readonly checks: readonly { readonly check: string }[] } = JSON.parse(stdout);
  return report.checks.filter(({ check }) => check === 'redis');
}

/** Starts a gateway and stops it; what it says of itself. */
async function upAndDown(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const child: ChildProcess = spawn(BOOMGATE, ['up', '--port', '0', '--json', ...args], {
    cwd: folder.path,
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  const [line] = await once(createInterface({ input: child.stdout ?? process.stdin }), 'line');
  child.kill('SIGTERM');
  await ended;
  said += String(line);
  return JSON.parse(String(line));
}

describe('a gateway with a Redis', () => {
  it('starts with one that is fit, also with workers, and says where it is without the password', async () => {
    const shown = redis.url;
    expect(await checks()).toEqual([
      {
        check: 'redis',
        state: 'ok',
        found: expect.stringMatching(/^(?:Redis|Valkey) \S+ at redis:\/\/127\.\S+, with noeviction$/),
      },
    ]);
    for (const args of [[], ['--workers', '2']])
      expect(await upAndDown(...args)).toMatchObject({ redis: shown });
    expect(JSON.parse((await run(['up', '--dry-run'])).stdout)).toMatchObject({ redis: shown });
  });

  it('does not start with one that would forget limits, and the doctor says why', async () => {
    await redis.ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    expect(await run(['up', '--port', '0'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('run CONFIG SET maxmemory-policy noeviction'),
    });
    expect(await checks()).toEqual([
      {
        check: 'redis',
        state: 'wrong',
        found: expect.stringContaining('expected maxmemory-policy noeviction, found allkeys-lru'),
        mend: 'run CONFIG SET maxmemory-policy noeviction',
      },
    ]);
  });

  it('says what to install where there is no client', async () => {
    const more = { NODE_OPTIONS: WITHOUT_CLIENT };
    expect(await run(['up', '--port', '0'], more)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('npm install @redis/client'),
    });
    expect(await checks(more)).toMatchObject([
      { found: expect.stringContaining('npm install @redis/client') },
    ]);
    // Commands beside a gateway count nothing.
    expect(await run(['grant', 'list'], more)).toMatchObject({ code: 0 });
  });

  it('names it without its password, whatever is wrong', async () => {
    const bad = [
      [`redis://:${PASSWORD}-not@127.0.0.1:${redis.port}`, 'refuses the user or the password'],
      [`redis://:${PASSWORD}@127.0.0.1:${await freePort()}`, 'cannot be reached: ECONNREFUSED'],
      [`http://:${PASSWORD}@127.0.0.1`, 'expected the address of a Redis'],
      [`redis:${PASSWORD}`, 'expected the address of a Redis'],
      [`${PASSWORD} no address`, 'expected the address of a Redis'],
    ] as const;
    for (const [wrong, meant] of bad) {
      const more = { BOOMGATE_REDIS: wrong };
      expect(await checks(more)).toMatchObject([{ state: 'wrong', found: expect.stringContaining(meant) }]);
      expect(await run(['up', '--port', '0'], more)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(meant),
      });
      await run(['up', '--dry-run', '--redis', wrong]);
    }
    await run(['up'], { BOOMGATE_DATABASE: '' });
    expect(said).toContain('--redis needs --database');
    expect(said).not.toContain(PASSWORD);
  });
});
