import { identify } from '../../identity/index.ts';
import type { GrantRecord } from '../../store/index.ts';
import type { ServerSettings } from '../../upstreams/index.ts';
import type { PolicyInForce, ProxyContext } from '../context.ts';
import type { InFlight } from '../in-flight.ts';
import type { LatestTime } from '../latest-time.ts';
import type { Questions } from '../questions.ts';
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
  const server = registry.servers.get(serverIn(arrival.url) ?? '');
  const nowMs = latest.atLeast(context.clock.wallMs());
  const agent = identify(context.store.grants, {
    authorization: headers.authorization,
    server: server?.slug,
    nowMs,
  });
  if (agent === undefined || server === undefined) return undefined;
  const { grant } = agent;
  const policy = grant.policy === undefined ? undefined : registry.policies.get(grant.policy);
  const session = sessionOf(context, headers['mcp-session-id'], { grantId: grant.id, nowMs });
  return { grant, server, policy, session, headers, startedMs: arrival.startedMs };
}

const ENDPOINT = /^\/mcp\/([A-Za-z0-9._-]{1,64})\/?(?:\?.*)?$/;

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
