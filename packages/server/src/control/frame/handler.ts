import type {
  AnswerOf,
  AuditAction,
  Endpoint,
  HandlerProblem,
  InputFault,
  InputOf,
  ProblemCode,
  Resource,
} from '@boomgate/contract';
import type { Operator } from '../../identity/index.ts';
import type { AuditAct } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import type { Peer } from './peer.ts';

type PersonOperator = Extract<Operator, { kind: 'person' }>;

/** As much of an operator as the audit log names; also of somebody who is not signed in yet. */
export type Doer = {
  readonly person: Pick<Operator['person'], 'id' | 'email'>;
  readonly organization: Pick<Operator['organization'], 'id'>;
} & ({ readonly kind: 'person' } | Pick<Extract<Operator, { kind: 'api_key' }>, 'kind' | 'apiKey'>);

type OperatorOf<E extends Endpoint> = E['access'] extends 'public'
  ? undefined
  : E extends { readonly personOnly: true }
    ? PersonOperator
    : Operator;

/** A request that may be made, as its endpoint describes it. */
export type ApiRequest<E extends Endpoint = Endpoint> = InputOf<E> & {
  readonly endpoint: E;
  readonly operator: OperatorOf<E>;
  readonly from: Peer;
  /** The tag in `If-Match`; empty where the endpoint is not conditional. */
  readonly ifMatch: string;
};

type BodyOf<E extends Endpoint> = E extends { readonly media: string }
  ? string | ReadableStream<Uint8Array>
  : AnswerOf<E>;

export type Done<Body> = {
  readonly ok: true;
  readonly body: Body;
  readonly headers: Headers;
  /** Of an endpoint that may leave something waiting: it does. */
  readonly status?: 202;
  /** For the audit log, unless its row was written with the change; absent where nothing was changed. */
  readonly change?: Change | 'noted' | undefined;
};
export type Refusal<Code extends ProblemCode> = {
  readonly ok: false;
  readonly code: Code;
  readonly particulars: Particulars;
};
type Headers = readonly (readonly [string, string])[];
type Particulars = {
  readonly detail?: string;
  readonly incident?: string;
  readonly errors?: InputFault[];
  readonly headers?: Headers;
};

/** What the row of a change says beside who, from where and when. Secrets stand in it as fingerprints alone. */
export type Change = Pick<AuditAct, 'target' | 'before' | 'after'> & {
  /** Who it was, where nobody was signed in before. */
  readonly by?: Doer;
};

/** Whoever changes something says what. */
type Leaves<E extends Endpoint> = E extends { readonly audit: AuditAction }
  ? { readonly change: Change | 'noted' | undefined }
  : unknown;

/** Does one thing of the API. Answers only what its endpoint describes; throws for broken parts alone. */
export type Handler<E extends Endpoint> = (
  context: ControlContext,
  request: ApiRequest<E>,
) => Promise<(Done<BodyOf<E>> & Leaves<E>) | Refusal<HandlerProblem<E>>>;

/** The handlers of a resource: all of them, or it does not compile. */
export type HandlersOf<R extends Resource> = { readonly [N in keyof R]: Handler<R[N]> };

export function done<Body>(body: Body, headers: Headers = []): Done<Body> {
  return { ok: true, body, headers };
}

/** The answer to a change; `undefined` when it turned out that nothing had to be changed. */
export function changed<Body>(
  done: Done<Body>,
  change: Change | undefined,
): Done<Body> & { readonly change: Change | undefined } {
  return { ...done, change };
}

/** The answer to a change whose row the store has written with it (`noting`). */
export function noted<Body>(done: Done<Body>): Done<Body> & { readonly change: 'noted' } {
  return { ...done, change: 'noted' };
}

export function refuse<Code extends ProblemCode>(code: Code, particulars: Particulars = {}): Refusal<Code> {
  return { ok: false, code, particulars };
}

/** Why a person could not be proven, and when another attempt counts. */
export function refuseAttempt<Code extends ProblemCode>(attempt: {
  readonly fault: Code;
  readonly waitMs?: number;
}): Refusal<Code> {
  if (attempt.waitMs === undefined) return refuse(attempt.fault);
  const seconds = Math.ceil(attempt.waitMs / MS_PER_SECOND);
  return refuse(attempt.fault, {
    detail: `too many attempts: the next one counts in ${inWords(seconds)}`,
    headers: [['retry-after', String(seconds)]],
  });
}

function inWords(seconds: number): string {
  if (seconds <= SECONDS_PER_MINUTE) return `${seconds} s`;
  return `${Math.ceil(seconds / SECONDS_PER_MINUTE)} minutes`;
}

const MS_PER_SECOND = 1_000;
const SECONDS_PER_MINUTE = 60;
