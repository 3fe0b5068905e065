import { Agent as HttpAgent } from 'node:http';
import type { JsonObject } from '@boomgate/engine';
import { type GatewayOptions, mintToken, ORGANIZATION } from '../../../src/index.ts';
import { bootGateway, type TestGateway } from '../../support/gateway.ts';
import { Agent, type Seen } from './agent.ts';
import { ERAS, type Era, type GrantName, P0, type Pairing, type ServerName, TOOLS } from './fixture.ts';
import { Ledgers } from './ledgers.ts';
import { type Received, type ScriptedStub, type StubSettings, startScriptedStub } from './stub.ts';

export type CasesOptions = {
  /** The policy of GA, GB, GX and GE; P0 unless the cases need another. */
  readonly policy?: object;
  /** Tools of both servers, in both eras. */
  readonly tools?: readonly object[];
  readonly stub?: Pick<StubSettings, 'results' | 'capabilities' | 'announces'>;
  /** Further policies by name. */
  readonly policies?: Readonly<Record<string, object>>;
  /** Further grants by name, for S1 unless they say otherwise; asked once per era of the server. */
  readonly grants?: (era: Era) => Readonly<Record<string, GrantEntry>>;
  /** Settings of a server, such as `timeouts` or its own credentials. */
  readonly server?: (name: string) => object;
  /** Called for every message that reaches a server, ahead of its answer. */
  readonly onReceived?: (server: ServerName, received: Received) => void;
  readonly gateway?: Partial<GatewayOptions>;
  /** Milliseconds that calls are held for a person; 0 unless the cases are about that. */
  readonly holdMs?: number;
};

/** Members of a grant in the configuration file; `p0`, S1 and a minted token unless given. */
export type GrantEntry = {
  readonly token?: string;
  readonly server?: string;
  /** Of a stack grant, in place of `server` and `policy`. */
  readonly servers?: Readonly<Record<string, string>>;
  readonly policy?: string;
  readonly expires?: string;
  readonly mode?: 'enforce' | 'observe';
  readonly owner?: string;
  readonly networks?: readonly string[];
};

export type Cases = AsyncDisposable & {
  readonly gateway: TestGateway;
  readonly stubs: Readonly<Record<ServerName, ScriptedStub>>;
  readonly ledgers: Ledgers;
  /** The server S1 of a pairing. */
  readonly s1: (pairing: Pairing) => ScriptedStub;
  /** An agent with a grant of the fixture or of `options.grants`, kept per pairing and grant. */
  readonly agent: (pairing: Pairing, grant?: GrantName | (string & {})) => Agent;
  /** A new agent, not kept: another revision, another token, another address. */
  readonly newAgent: (pairing: Pairing, changes: AgentChanges) => Agent;
  /** An agent with a stack grant of `options.grants` that was asked for a modern server. */
  readonly stackAgent: (era: Era, grant: string) => Agent;
  readonly tokenOf: (grant: string, server: Era) => string;
  /** Compares the three ledgers as sets. To be called after every suite. */
  readonly expectLedgersToAgree: () => Promise<void>;
};

export type AgentChanges = {
  readonly grant?: string;
  readonly token?: string | undefined;
  readonly protocol?: string;
  readonly endpoint?: string;
  readonly capabilities?: object;
};

/** A gateway before S1 and S2, each of both eras, with the policy and grants of the fixture. */
export async function bootCases(options: CasesOptions = {}): Promise<Cases> {
  let ledgers: Ledgers | undefined;
  const stubs = await startStubs(options, (server, received) => {
    ledgers?.arrived(server, received);
    options.onReceived?.(server, received);
  });
  const tokens = new Map<string, string>();
  const gateway = await bootGateway({
    mcpServers: Object.fromEntries(
      Object.entries(stubs).map(([name, stub]) => [name, { url: stub.url, ...options.server?.(name) }]),
    ),
    policies: { p0: options.policy ?? P0, ...options.policies },
    grants: grantsOf(options, tokens),
    holdMs: options.holdMs ?? 0,
    ...(options.gateway === undefined ? {} : { options: options.gateway }),
  });
  await mintGrants(gateway, tokens);
  ledgers = new Ledgers(gateway, [...tokens.values(), gateway.token]);
  const all = ledgers;
  const connections = new HttpAgent({ keepAlive: true });
  const agents = new Map<string, Agent>();
  const tokenOf = (grant: string, server: Era): string => {
    const token = tokens.get(`${grant}-${server}`);
    if (token === undefined) throw new Error(`there is no grant ${grant} for a ${server} server`);
    return token;
  };
  const shared = { connections, onSeen: (seen: Seen) => void all.seen.push(seen) };
  const newAgent = (pairing: Pairing, changes: AgentChanges): Agent => {
    const { grant = 'GA', ...others } = changes;
    const server: ServerName = `${grant === 'GB' ? 's2' : 's1'}-${pairing.server}`;
    return new Agent({
      ...shared,
      era: pairing.agent,
      endpoint: gateway.endpoint(server),
      token: tokenOf(grant, pairing.server),
      grant: `${grant}-${pairing.server}`,
      server,
      ...others,
    });
  };
  const stackAgent = (era: Era, grant: string): Agent => {
    const endpoint = `${gateway.gateway.url}/mcp/`;
    const name = `${grant}-modern`;
    return new Agent({ ...shared, era, endpoint, token: tokenOf(grant, 'modern'), grant: name, server: '' });
  };
  return {
    gateway,
    stubs,
    ledgers,
    s1: ({ server }) => stubs[`s1-${server}`],
    agent: (pairing, grant = 'GA') => {
      const key = `${pairing.agent} ${pairing.server} ${grant}`;
      const known = agents.get(key) ?? newAgent(pairing, { grant });
      agents.set(key, known);
      return known;
    },
    newAgent,
    stackAgent,
    tokenOf,
    expectLedgersToAgree: () => all.expectToAgree(),
    [Symbol.asyncDispose]: async () => {
      connections.destroy();
      all.close();
      await gateway[Symbol.asyncDispose]();
      for (const stub of Object.values(stubs)) await stub[Symbol.asyncDispose]();
    },
  };
}

async function startStubs(
  { stub, tools = TOOLS }: CasesOptions,
  arrived: (server: ServerName, received: Parameters<Ledgers['arrived']>[1]) => void,
): Promise<Record<ServerName, ScriptedStub>> {
  const start = async (name: ServerName, era: Era): Promise<ScriptedStub> =>
    startScriptedStub({ era, tools, ...stub, onReceived: (received) => arrived(name, received) });
  return {
    's1-modern': await start('s1-modern', 'modern'),
    's1-legacy': await start('s1-legacy', 'legacy'),
    's2-modern': await start('s2-modern', 'modern'),
    's2-legacy': await start('s2-legacy', 'legacy'),
  };
}

const EXPIRED: GrantEntry = { expires: '2020-01-01T00:00:00Z' };
const onS2 = (era: Era): GrantEntry => ({ server: `s2-${era}` });

/** Grants of the file, and their tokens into `tokens`. */
function grantsOf(
  { grants = () => ({}) }: CasesOptions,
  tokens: Map<string, string>,
): Record<string, object> {
  const all: Record<string, object> = {};
  const add = (name: string, server: Era, entry: GrantEntry): void => {
    const token = entry.token ?? mintToken().token;
    tokens.set(`${name}-${server}`, token);
    const opens = entry.servers === undefined ? { server: `s1-${server}`, policy: 'p0' } : {};
    all[`${name}-${server}`] = { ...opens, ...entry, token };
  };
  for (const era of ERAS) {
    add('GA', era, {});
    add('GB', era, onS2(era));
    add('GE', era, EXPIRED);
    for (const [name, entry] of Object.entries(grants(era))) add(name, era, entry);
  }
  return all;
}

const NO_LABELS: JsonObject = {};

/** A grant of the file cannot be revoked: GX, which is, and GM, which may become so, are minted ones. */
async function mintGrants({ gateway }: TestGateway, tokens: Map<string, string>): Promise<void> {
  const names = ['GX', 'GM'].flatMap((name) => ERAS.map((era) => ({ era, name: `${name}-${era}` })));
  for (const { era, name } of names) {
    const { hash, token } = mintToken();
    tokens.set(name, token);
    const grant = { id: name, name, organization: ORGANIZATION, server: `s1-${era}`, policy: 'p0' };
    await gateway.store.grants.create(
      { ...grant, labels: NO_LABELS, mode: 'enforce', origin: 'minted' },
      hash,
    );
  }
  for (const era of ERAS) await gateway.store.grants.setState(`GX-${era}`, 'revoked');
}
