/** The gateway under load: `node gateway.ts` with a `GatewaySetup` as JSON on standard input. Prints a `GatewaySaid` as JSON. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startGateway } from '../packages/server/src/index.ts';

export type GatewaySetup = {
  /** Of the server behind it. */
  readonly origin: string;
  readonly folder: string;
  /** Of the grant for `bench`; those for the other servers have its name before it. */
  readonly token: string;
  /** Further grants for `bench`; their tokens have `0-`, `1-`, … before them. */
  readonly moreGrants?: number;
  /** Rules that deny nothing: those of the tool that is called, and those of other tools. */
  readonly rules?: { readonly own: number; readonly others: number };
  readonly synchronous?: 'normal' | 'full';
  readonly workers?: number;
  /** Address of a database on Postgres, whose schema is there. */
  readonly database?: string;
  /** Address of the Redis that counts for it. */
  readonly redis?: string | undefined;
};

export type GatewaySaid = {
  readonly port: number;
  /** By which the first person is made. */
  readonly setupCode: string;
};

// A cast: run.ts sends it.
const setup = JSON.parse(await text(process.stdin)) as GatewaySetup;
/** Servers by the path of their address. */
const SERVERS = { bench: '/mcp', legacy: '/legacy', stream: '/stream' } as const;
/** Of one tool, as many as it may have. */
const RULES_OF_A_TOOL = 100;

const { database, folder, moreGrants = 0, origin, redis, rules = { own: 0, others: 0 }, token } = setup;
const names = Object.keys(SERVERS) as (keyof typeof SERVERS)[]; // a cast: these are its keys
const config = join(folder, 'boomgate.config.json');
await mkdir(folder, { recursive: true });
await writeFile(
  config,
  JSON.stringify({
    mcpServers: Object.fromEntries(names.map((name) => [name, { url: `${origin}${SERVERS[name]}` }])),
    policies: { bench: policy() },
    grants: Object.fromEntries([
      ...names.map((name) => [
        name,
        { server: name, policy: 'bench', token: name === 'bench' ? token : `${name}-${token}` },
      ]),
      ...Array.from({ length: moreGrants }, (_, at) => [
        `bench-${at}`,
        { server: 'bench', policy: 'bench', token: `${at}-${token}` },
      ]),
    ]),
  }),
);
const started = await startGateway({
  config,
  host: '127.0.0.1',
  port: 0,
  data: join(folder, 'data'),
  synchronous: setup.synchronous ?? 'normal',
  workers: setup.workers ?? 1,
  ...(database === undefined ? {} : { database }),
  ...(redis === undefined ? {} : { redis }),
  environment: process.env,
  log: { info: () => undefined, warn: console.error, error: console.error },
});
if (!started.ok) throw new Error(started.problems.join('\n'));
const said: GatewaySaid = {
  port: Number(new URL(started.gateway.url).port),
  setupCode: started.gateway.setup?.code ?? '',
};
console.log(JSON.stringify(said));
process.on('SIGTERM', () => started.gateway.close().then(() => process.exit(0)));

function policy(): object {
  const limit = { counter: 'search_rate', window: 'minute', max: 1_000_000_000, scope: 'grant' };
  const others = Array.from({ length: Math.ceil(rules.others / RULES_OF_A_TOOL) }, (_, at) => [
    `other_${at}`,
    { deny_if: rulesThatPass(Math.min(RULES_OF_A_TOOL, rules.others - at * RULES_OF_A_TOOL)) },
  ]);
  const search = { limits: [limit], ...(rules.own === 0 ? {} : { deny_if: rulesThatPass(rules.own) }) };
  return { version: '1', default: 'deny', tools: { search, ...Object.fromEntries(others) } };
}

function rulesThatPass(count: number): readonly object[] {
  return Array.from({ length: count }, (_, at) => ({
    name: `rule-${at}`,
    conditions: [{ path: 'args.limit', op: 'gt', value: 1_000 + at }],
  }));
}
