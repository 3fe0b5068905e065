import { SignInWanted, type UpstreamAnswer, UpstreamError, type UpstreamErrorCode } from './contract.ts';

/** A failure inside this room: the agent never sees `detail`, which is for the operator and holds no credential. */
export type Failing = {
  readonly kind: 'failing';
  readonly code: UpstreamErrorCode;
  readonly acted: 'no' | 'maybe';
  readonly detail: string;
  /** For the agent, where the usual words for the code would mislead it. */
  readonly message?: string;
  readonly httpStatus?: number;
  /** The server wants a token (RFC 6750 §3). */
  readonly wantsSignIn?: true;
};

/** What a driver gives for one request. */
export type Outcome = Exclude<UpstreamAnswer, { kind: 'failure' }> | Failing;

/** What the agent is told: no address, credential or stack. */
const agentMessages = {
  unreachable: 'the server cannot be reached',
  timed_out: 'the server did not answer in time',
  broken: 'the connection to the server broke before the answer was complete',
  bad_answer: 'the server gave no valid answer to this request',
  too_large: 'the answer of the server is too large for the gateway to pass on; ask for less of it',
  not_started: 'the server is not running',
  command_not_found: 'the server cannot be started',
  address_refused: 'the gateway may not connect to the address of this server',
  unauthorized: 'the server refused the credentials that the gateway holds for it',
  cancelled: 'the request was cancelled',
  input_missing: 'the server needs input that this client did not give',
  result_blocked: "the result of the server does not match the tool's output schema",
  stopped: 'the server is stopped',
} satisfies Record<UpstreamErrorCode, string>;

export function failing(
  code: UpstreamErrorCode,
  detail: string,
  facts: { readonly acted: 'no' | 'maybe'; readonly httpStatus?: number; readonly message?: string },
): Failing {
  return { kind: 'failing', code, detail, ...facts };
}

/** The agent wants no answer any more: before the request was sent, so that the server did nothing, or after it. */
export const CANCELLED = {
  unsent: failing('cancelled', 'the request was cancelled', { acted: 'no' }),
  sent: failing('cancelled', 'the request was cancelled', { acted: 'maybe' }),
};

/** The outcome as the contract gives it, with the operator's detail taken away. */
export function toAnswer(outcome: Outcome): UpstreamAnswer {
  if (outcome.kind !== 'failing') return outcome;
  const { code, acted, httpStatus, message = agentMessages[code] } = outcome;
  return httpStatus === undefined
    ? { kind: 'failure', acted, code, message }
    : { kind: 'failure', acted, code, message, httpStatus };
}

export function toError(failure: Failing): UpstreamError {
  const { code, detail, message = agentMessages[code], wantsSignIn } = failure;
  const Kind = wantsSignIn === true ? SignInWanted : UpstreamError;
  return new Kind(code, message, detail);
}

/** The words of an error for the operator: errors without a message have at least a code. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return error.message === '' ? code : error.message;
}
