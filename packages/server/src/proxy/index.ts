/**
 * The data plane: from an agent's request to its answer. Decides with the engine, records in the store, sends through
 * the upstreams. Opens no sockets outwards, reads no environment and holds no policy semantics.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Budget, partOfHeap } from '../budget.ts';
import { BODIES_PART_OF_GRANT, BODIES_PART_OF_HEAP, MAX_BODY_BYTES } from '../limits/index.ts';
import type { ProxyContext } from './context.ts';
import { AnswerTurns } from './http/answer-turns.ts';
import { BodyTurns } from './http/body-turns.ts';
import type { DataPlane } from './http/caller.ts';
import { Connections } from './http/connections.ts';
import { Elsewhere } from './http/elsewhere.ts';
import { Intake } from './http/intake.ts';
import { takeIn } from './http/take-in.ts';
import { UnreadAnswers } from './http/unread-answers.ts';
import { InFlight } from './in-flight.ts';
import { LatestTime } from './latest-time.ts';
import { openedNow } from './opened.ts';
import { Questions } from './questions.ts';
import { SessionStates } from './session-states.ts';
import { SessionFeeds, Streams } from './streams/index.ts';

export { Rounds } from './call/rounds.ts';
export {
  type HandOn,
  type Homes,
  type HostRules,
  type Log,
  NOTHING_REGISTERED,
  type PolicyInForce,
  type ProxyContext,
  type Registry,
} from './context.ts';
export { basePathOf, isForAgents } from './http/address.ts';
export { hostRules, isLoopbackAuthority, isLoopbackHost } from './http/hosts.ts';
export { senderReading } from './http/sender.ts';
export { METHOD_NAMES } from './methods/names.ts';
export { RefusalRates } from './refusal-rates.ts';
export { SessionSeal } from './session.ts';
export { Strangers } from './strangers.ts';

/** Handles requests whose path begins with `/mcp/` or `/mcp-oauth/`. */
export type DataPlaneHandler = {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** To be told of every connection that is accepted. */
  readonly accepted: () => void;
  /** Grants, sessions or the configuration may have changed: what open streams may carry is judged again. */
  readonly changed: () => void;
  /** How much of what has a bound there is now, of all grants. */
  readonly load: () => {
    readonly requests: number;
    readonly streams: number;
    readonly grantsTurnedAway: number;
  };
  /** The gateway stops: open streams end, so that it does not wait for them. */
  readonly endStreams: () => void;
};

export function createDataPlane(context: ProxyContext): DataPlaneHandler {
  const latest = new LatestTime();
  const streams = new Streams((pass) => openedNow(context, pass, latest.atLeast(context.clock.wallMs())));
  const plane: DataPlane = {
    context,
    latest,
    streams,
    inFlight: new InFlight(),
    answerTurns: new AnswerTurns(() => context.clock.monotonicMs()),
    bodies: bodyBudget(),
    bodyTurns: new BodyTurns(() => context.clock.monotonicMs()),
    unread: new UnreadAnswers(context.log),
    questions: new Questions(),
    states: new SessionStates(),
    sessions: new SessionFeeds(context.upstreams, (id) => context.snapshots.revisionOf(id)),
    connections: new Connections(),
    intake: new Intake(() => context.clock.monotonicMs()),
    elsewhere: new Elsewhere(),
    ownTurns: new WeakSet(),
  };
  return {
    accepted: () => plane.intake.accepted(),
    changed: () => {
      streams.changed();
      plane.sessions.forgetEnded((key) => context.store.sessions.isEnded(key));
    },
    load: () => ({
      requests: plane.inFlight.size,
      streams: streams.size,
      grantsTurnedAway: context.refusals.turnedAway(context.clock.monotonicMs()),
    }),
    endStreams: () => streams.stop(),
    handle: (request, response) => takeIn(plane, request, response),
  };
}

/** Of the bodies of all requests under way. */
function bodyBudget(): Budget {
  const bytes = partOfHeap(BODIES_PART_OF_HEAP, MAX_BODY_BYTES);
  return new Budget({ ofAll: bytes, ofEach: Math.max(MAX_BODY_BYTES, bytes * BODIES_PART_OF_GRANT) });
}
