import { randomBytes } from 'node:crypto';
import type { GatewayOptions } from '../../src/index.ts';
import { migratePostgres } from '../../src/index.ts';
import { bootGateway, type TestGateway, type TestSetup } from './gateway.ts';
import { bootOffice, type Office, type Somebody } from './people.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { PATIENT_MS } from './stores.ts';
import { newVisitor, type Visitor } from './visitor.ts';

/** Two gateways that share a database, behind no balancer: a test chooses which one it asks. */
export type Replicas = AsyncDisposable & {
  readonly postgres: PostgresServer;
  readonly database: string;
  /** Where both count, if that is not the database. */
  readonly redis: string | undefined;
  /** What a further replica is started with. */
  readonly environment: Readonly<Record<string, string>>;
  /** Is set up; its first person is there. */
  readonly one: Office;
  readonly other: TestGateway;
  /** Addresses of a server, one on each. */
  readonly endpoints: (server: string) => readonly [string, string];
  /** Somebody who is signed in, at the other replica. */
  readonly atOther: (who: Somebody) => Visitor;
};

/** `ports` where a test has to know on which each listens. */
type ReplicaOptions = Partial<GatewayOptions> & {
  readonly withRedis?: boolean;
  /** Asked once they can start at once: what is free now may be taken a second later. */
  readonly ports?: () => Promise<readonly [number, number]>;
  /** That of the other one, where they differ. */
  readonly clockOfOther?: GatewayOptions['clock'];
};

export async function bootReplicas(
  setup: Partial<TestSetup>,
  { clockOfOther, withRedis = false, ports, ...options }: ReplicaOptions = {},
): Promise<Replicas> {
  const postgres = await startPostgres();
  const redis = withRedis ? await startRedis() : undefined;
  const place = { databasePatienceMs: PATIENT_MS, ...(redis === undefined ? {} : { redis: redis.url }) };
  const database = await postgres.newDatabase();
  await migratePostgres(database);
  const [own, others] = ports === undefined ? [0, 0] : await ports();
  const key = { BOOMGATE_MASTER_KEY: randomBytes(32).toString('base64') };
  const one = await bootOffice({ database, ...place, ...options, port: own }, { ...setup, environment: key });
  const environment = { ...key, TEST_GRANT: one.test.token };
  const other = await bootGateway({
    mcpServers: {},
    options: {
      ...{ database, ...place, config: one.test.configFile, ...options, port: others },
      ...(clockOfOther === undefined ? {} : { clock: clockOfOther }),
    },
    environment,
  });
  return {
    postgres,
    database,
    redis: redis?.url,
    environment,
    one,
    other,
    endpoints: (server) => [one.test.endpoint(server), other.endpoint(server)],
    atOther: ({ cookie, csrf }) =>
      newVisitor({ url: other.gateway.url, cookie, ...(csrf === undefined ? {} : { csrf }) }),
    async [Symbol.asyncDispose]() {
      await other[Symbol.asyncDispose]();
      await one[Symbol.asyncDispose]();
      await redis?.[Symbol.asyncDispose]();
      await postgres[Symbol.asyncDispose]();
    },
  };
}
