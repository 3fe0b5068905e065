import { identify } from '../../identity/index.ts';
import type { GrantRecord } from '../../store/index.ts';
import type { ServerSettings } from '../../upstreams/index.ts';
import type { PolicyInForce, ProxyContext, Registry } from '../context.ts';
import type { InFlight } from '../in-flight.ts';
import type { LatestTime } from '../latest-time.ts';
import type { Questions } from '../questions.ts';
import type { Member } from '../request.ts';
import type { Session } from '../session.ts';
import type { SessionStates } from '../session-states.ts';
import type { BodyBudget } from './body-budget.ts';
import type { RequestHeaders } from './request-headers.ts';

/** What all requests share. */
export type DataPlane = {
  readonly context: ProxyContext;
  readonly inFlight: InFlight;
  readonly bodies: BodyBudget;
  readonly latest: LatestTime;
  readonly questions: Questions;
  readonly states: SessionStates;
};

/** Who sent an HTTP request and to which server, before its body is read. */
export type Caller = {
  readonly grant: GrantRecord;
  readonly server: ServerSettings;
  readonly policy: PolicyInForce | undefined;
  /** Of a stack grant; `server` and `policy` are then those of the first. */
  readonly stack?: readonly Member[];
  /** `unknown` when the id opens no session of this grant; undefined when none was sent. */
  readonly session: Session | 'unknown' | undefined;
  readonly headers: RequestHeaders;
  readonly startedMs: number;
};

export type Arrival = { readonly url: string; readonly startedMs: number };

/** The caller, or undefined for every reason to refuse one: the address and the grant are judged together. */
export function identifyCaller(
  { context, latest }: DataPlane,
  headers: RequestHeaders,
  arrival: Arrival,
): Caller | undefined {
  const registry = context.registry();
  const asksForStack = STACK.test(arrival.url);
  const server = registry.servers.get(serverIn(arrival.url) ?? '');
  const nowMs = latest.atLeast(context.clock.wallMs());
  const agent = identify(context.store.grants, {
    authorization: headers.authorization,
    server: asksForStack ? '' : server?.slug,
    nowMs,
  });
  if (agent === undefined) return undefined;
  const opened = asksForStack
    ? openedStack(agent.grant, registry)
    : openedServer(agent.grant, server, registry);
  if (opened === undefined) return undefined;
  const { grant } = agent;
  const session = sessionOf(context, headers['mcp-session-id'], { grantId: grant.id, nowMs });
  return { ...opened, grant, session, headers, startedMs: arrival.startedMs };
}

type Opened = Pick<Caller, 'server' | 'policy' | 'stack'>;

function openedServer(
  { policy }: GrantRecord,
  server: ServerSettings | undefined,
  registry: Registry,
): Opened | undefined {
  return server && { server, policy: policy === undefined ? undefined : registry.policies.get(policy) };
}

/** The servers of the stack that are registered; without any there is nothing to open. */
function openedStack({ stack = [] }: GrantRecord, { policies, servers }: Registry): Opened | undefined {
  const members = stack.flatMap((one) => {
    const server = servers.get(one.server);
    const policy = one.policy === undefined ? undefined : policies.get(one.policy);
    return server === undefined ? [] : [{ server, policy }];
  });
  const [first] = members;
  return first && { ...first, stack: members };
}

const ENDPOINT = /^\/mcp\/([A-Za-z0-9._-]{1,64})\/?(?:\?.*)?$/;

/** The address of all servers of a stack grant. */
const STACK = /^\/mcp\/?(?:\?.*)?$/;

/** Slug or UUID in `/mcp/SERVER`, with or without the final slash. */
function serverIn(url: string): string | undefined {
  return ENDPOINT.exec(url)?.[1];
}

function sessionOf(
  context: ProxyContext,
  id: string | undefined,
  asker: { grantId: string; nowMs: number },
): Session | 'unknown' | undefined {
  if (id === undefined) return undefined;
  const session = context.sessions.open(id, asker.grantId, asker.nowMs);
  return session === undefined || context.store.sessions.isEnded(session.key) ? 'unknown' : session;
}
