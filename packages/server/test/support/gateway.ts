import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gateway, type GatewayOptions, mintToken, startGateway } from '../../src/index.ts';
import { makeDataDirectory } from '../../src/store/sqlite/fixtures.ts';

/** A gateway as a person would run it: a configuration file, a data folder, a free port. */
export type TestGateway = AsyncDisposable & {
  readonly gateway: Gateway;
  readonly data: string;
  readonly configFile: string;
  /** `http://127.0.0.1:PORT/mcp/SERVER/` */
  readonly endpoint: (server: string) => string;
  readonly token: string;
  /** Lines of the gateway's own log. */
  readonly lines: readonly {
    readonly level: string;
    readonly message: string;
    readonly fields: Readonly<Record<string, unknown>>;
  }[];
  /** Stops the gateway and starts another one on the same data. */
  readonly restart: () => Promise<void>;
};

export type TestSetup = {
  readonly mcpServers: Readonly<Record<string, object>>;
  readonly policies?: Readonly<Record<string, object>>;
  /** Grants beside or instead of `test`, which opens the first server with the first policy. */
  readonly grants?: Readonly<Record<string, object>>;
  /** Milliseconds that calls are held for a person; 0 unless the test is about that. */
  readonly holdMs?: number;
  readonly webhooks?: readonly object[];
  /** Further parts of the configuration file. */
  readonly more?: Readonly<Record<string, unknown>>;
  readonly options?: Partial<GatewayOptions>;
  /** Variables beside those of this process and the token of the grant. */
  readonly environment?: Readonly<Record<string, string>>;
};

export const ALLOW_ALL = {
  version: '1',
  default: 'allow',
  resources: { allow: ['*'] },
  prompts: { allow: ['*'] },
} as const;

export async function bootGateway(setup: TestSetup): Promise<TestGateway> {
  const data = await mkdtemp(join(tmpdir(), 'boomgate-test-'));
  const ownData = join(data, 'data');
  const configFile = join(data, 'boomgate.config.json');
  const { token } = mintToken();
  const policies = setup.policies ?? { all: ALLOW_ALL };
  const server = Object.keys(setup.mcpServers)[0];
  const policy = Object.keys(policies)[0];
  const grants = { test: { server, policy, token: '${env:TEST_GRANT}' }, ...setup.grants };
  const { holdMs = 0, mcpServers, more = {}, webhooks = [] } = setup;
  const approvals = { hold_ms: holdMs };
  await writeFile(configFile, JSON.stringify({ mcpServers, policies, grants, approvals, webhooks, ...more }));
  const lines: TestGateway['lines'][number][] = [];
  const log = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) =>
    void lines.push({ level, message, fields });
  const options: GatewayOptions = {
    config: configFile,
    host: '127.0.0.1',
    port: 0,
    data: ownData,
    environment: { ...process.env, TEST_GRANT: token, ...setup.environment },
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    ...setup.options,
  };
  if (options.data === ownData && options.database === undefined) await makeDataDirectory(ownData);
  let gateway = await start(options);
  return {
    get gateway() {
      return gateway;
    },
    data,
    configFile,
    token,
    lines,
    endpoint: (name) => `${gateway.url}/mcp/${name}/`,
    restart: async () => {
      await gateway.close();
      gateway = await start(options);
    },
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function start(options: GatewayOptions): Promise<Gateway> {
  const started = await startGateway(options);
  if (!started.ok) throw new Error(started.problems.join('\n'));
  return started.gateway;
}

/** A grant like another one, with a token and a name of its own: for what revokes it. */
export async function mintLike({ gateway: { store } }: TestGateway, name: string) {
  const like = (await store.grants.list()).find((grant) => grant.name === name);
  if (like === undefined) throw new Error(`expected a grant named ${name}`);
  const { createdAtMs: _, state: __, isTokenKept: ___, overlapEndsAtMs: ____, ...grant } = like;
  const { hash, token } = mintToken();
  const made = { ...grant, id: randomUUID(), name: randomUUID(), origin: 'minted' as const };
  await store.grants.create(made, { hash, token });
  return { id: made.id, name: made.name, token };
}
