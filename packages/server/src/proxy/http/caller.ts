import type { Socket } from 'node:net';
import type { Budget } from '../../budget.ts';
import { type BoundToken, identify } from '../../identity/index.ts';
import type { GrantRecord } from '../../store/index.ts';
import type { ServerSettings } from '../../upstreams/index.ts';
import type { Member, PolicyInForce, ProxyContext } from '../context.ts';
import type { InFlight } from '../in-flight.ts';
import type { LatestTime } from '../latest-time.ts';
import { type Opened, openedAt, type Pass } from '../opened.ts';
import type { Questions } from '../questions.ts';
import type { Session } from '../session.ts';
import type { SessionStates } from '../session-states.ts';
import type { SessionFeeds, Streams } from '../streams/index.ts';
import { type Address, readAddress } from './address.ts';
import type { AnswerTurns } from './answer-turns.ts';
import type { BodyTurns } from './body-turns.ts';
import type { Connections } from './connections.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { Intake } from './intake.ts';
import type { RequestHeaders } from './request-headers.ts';
import type { UnreadAnswers } from './unread-answers.ts';

/** What all requests share. */
export type DataPlane = {
  readonly context: ProxyContext;
  readonly inFlight: InFlight;
  readonly bodies: Budget;
  readonly answerTurns: AnswerTurns;
  readonly bodyTurns: BodyTurns;
  readonly unread: UnreadAnswers;
  readonly latest: LatestTime;
  readonly questions: Questions;
  readonly states: SessionStates;
  readonly streams: Streams;
  readonly sessions: SessionFeeds;
  readonly connections: Connections;
  readonly intake: Intake;
  readonly elsewhere: Elsewhere;
  /** Connections whose turn it is: what comes on them next does not wait again. */
  readonly ownTurns: WeakSet<Socket>;
};

/** Who sent an HTTP request and to which server, before its body is read. */
export type Caller = {
  readonly address: Address;
  readonly pass: Pass;
  readonly opened: Opened;
  readonly grant: GrantRecord;
  readonly server: ServerSettings;
  readonly policy: PolicyInForce | undefined;
  /** Of a stack grant; `server` and `policy` are then those of the first. */
  readonly stack: readonly Member[] | undefined;
  /** `unknown` when the id opens no session of this grant; undefined when none was sent. */
  readonly session: Session | 'unknown' | undefined;
  readonly headers: RequestHeaders;
  /** What it has to prove before anything is done for it. */
  readonly bound: BoundToken | undefined;
  readonly startedMs: number;
};

export type Arrival = {
  readonly url: string;
  /** As in `Pass`. */
  readonly sender: string | undefined;
  readonly startedMs: number;
  /** Whether a token that is not known is worth a look at what other processes minted; asked for such a token alone. */
  readonly mayBeNew: () => boolean;
};

/** The caller, or undefined for every reason to refuse one: the address and the grant are judged together. */
export async function identifyCaller(
  { context, latest }: DataPlane,
  headers: RequestHeaders,
  arrival: Arrival,
): Promise<Caller | undefined> {
  const address = readAddress(arrival.url);
  if (address === undefined) return undefined;
  const { server } = address;
  const nowMs = latest.atLeast(context.clock.wallMs());
  const agent = await identify(context.store.grants, {
    authorization: headers.authorization,
    takes: address.entry === '/mcp' ? 'grant' : 'access',
    placeIn: (organization) =>
      server === '' ? server : context.registry(organization).servers.get(server)?.slug,
    nowMs,
    mayBeNew: arrival.mayBeNew,
  });
  if (agent === undefined) return undefined;
  const { bound, credential, grant, place } = agent;
  const opened = openedAt(grant, place, context.registry(grant.organization));
  const [first] = opened?.members ?? [];
  if (opened === undefined || first === undefined) return undefined;
  return {
    address,
    pass: { credential, place, sender: arrival.sender },
    opened,
    grant,
    server: first.server,
    policy: first.policy,
    stack: opened.isStack ? opened.members : undefined,
    session: sessionOf(context, headers['mcp-session-id'], { grantId: grant.id, nowMs }),
    headers,
    bound,
    startedMs: arrival.startedMs,
  };
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
