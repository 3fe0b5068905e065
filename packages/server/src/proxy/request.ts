import type { JsonObject } from '@boomgate/engine';
import type { GrantRecord } from '../store/index.ts';
import type { TraceContext, Watch } from '../telemetry/index.ts';
import type {
  AgentReply,
  Asking,
  MessageLevel,
  Question,
  ServerSettings,
  Upstream,
} from '../upstreams/index.ts';
import type { StatefulRequest } from './call/rounds.ts';
import type { Member, PolicyInForce, ProxyContext } from './context.ts';
import type { Message, RequestMessage } from './message/message.ts';
import type { Opened, Pass } from './opened.ts';
import type { SessionStates } from './session-states.ts';
import type { SessionFeeds, Streams } from './streams/index.ts';

/** A request as the states of its rounds are bound to it. */
export function statefulRequest({
  context,
  grant,
  message,
  server,
}: AgentRequest<RequestMessage>): StatefulRequest {
  return { grantId: grant.id, serverId: server.id, message, nowMs: context.clock.wallMs() };
}

/** One message of a known agent, with everything that deciding and answering it needs. */
export type AgentRequest<M extends Message = Message> = {
  readonly context: ProxyContext;
  readonly grant: GrantRecord;
  readonly server: ServerSettings;
  /** All servers that a request to a stack may be for; `server` is then the first of them. */
  readonly stack: readonly Member[] | undefined;
  /** In force when the request came; undefined when the grant has none or names one that is gone. */
  readonly policy: PolicyInForce | undefined;
  readonly message: M;
  /** The `Mcp-Param-*` headers that came with it, by lower-case name. */
  readonly mirrored: ReadonlyMap<string, string>;
  readonly bytesIn: number;
  /** Monotonic time of arrival. */
  readonly startedMs: number;
  /** What the agent can be asked and how; `open` goes with `ask`. */
  readonly asking: Asking;
  /**
   * Asks the agent while its request is open, and until `over` is aborted; undefined when it cannot be asked like this. Never
   * rejects.
   */
  readonly ask: ((question: Question, over?: AbortSignal) => Promise<AgentReply>) | undefined;
  /** The least severe log messages that the agent wants; undefined: none. */
  readonly logLevel: MessageLevel | undefined;
  /** Sends a notification ahead of the answer; false when the agent takes no stream, or does not read what was sent. */
  readonly notify: (message: JsonObject) => boolean;
  /** Whether anything can be said ahead of the answer. */
  readonly acceptsStream: boolean;
  /** Aborted when the agent no longer wants the answer, by the rules of its era (P §3.6). */
  readonly signal: AbortSignal;
  /** Aborted when the agent's connection closed before the answer, which in the legacy era does not end the request. */
  readonly closed: AbortSignal;
  readonly pass: Pass;
  /** What lasts longer than a request. */
  readonly streams: Streams;
  readonly sessions: SessionFeeds;
  readonly states: SessionStates;
  /** The same one however often the request is handled, and for however many servers. */
  readonly watch: Watch;
  /** Of the agent's own span; undefined when it told none that is well-formed. */
  readonly trace: TraceContext | undefined;
};

/** The connection to the request's server, as its agent may use it. */
export function upstreamOf({ asking, context, grant, server }: AgentRequest): Upstream {
  return context.upstreams.for(server, grant.id, asking);
}

/** What counts as the agent's session: its MCP session where the protocol has one, else the grant (language §5). */
export function sessionKeyOf({ grant, message }: AgentRequest): string {
  return message.session?.key ?? grant.id;
}

/** What the request's grant opens, as it was when the request came. */
export function openedBy({ grant, policy, server, stack }: AgentRequest): Opened {
  return { grant, members: stack ?? [{ server, policy }], isStack: stack !== undefined };
}

/** The request under the grant and the policy in force now; undefined when its pass does not open the server any more. */
export function asOfNow(request: AgentRequest<RequestMessage>): AgentRequest<RequestMessage> | undefined {
  const { pass, server, streams } = request;
  const opened = streams.lookUp(pass);
  const member = opened?.members.find((one) => one.server.id === server.id);
  return opened === undefined || member === undefined
    ? undefined
    : { ...request, ...member, grant: opened.grant };
}

/** A grant in observe mode forwards everything and logs what would have been decided (gateway §9). */
export function enforces({ grant }: AgentRequest): boolean {
  return grant.mode === 'enforce';
}

/** Whether nobody is there any more whom the answer is for: the connection was closed, or the session ended, in whichever process. */
export function hasLeft({ closed, context, message, signal }: AgentRequest): boolean {
  const { session } = message;
  return (
    closed.aborted || signal.aborted || (session !== undefined && context.store.sessions.isEnded(session.key))
  );
}
