import { randomUUID } from 'node:crypto';
import { canonicalJson, isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';
import { MAX_INPUT_ROUNDS, MAX_USED_STATES, ROUND_MS } from '../../limits/index.ts';
import { type Asking, mayBeAsked, type Question, type UpstreamAnswer } from '../../upstreams/index.ts';
import type { RequestMessage } from '../message/message.ts';
import type { RpcAnswer } from '../rpc.ts';
import type { Seal } from '../seal.ts';

/** Which time an agent sends this request: anew, or again with the input that the server asked for (P §1.8). */
export type Round = {
  /** 1 for a request that is new. */
  readonly number: number;
  /** Id of the first round's row in the log; undefined in the first round. */
  readonly continues?: string;
  /** The limits were taken in an earlier round, which this gateway knows because each state works once. */
  readonly isCounted: boolean;
  /** What goes to the server beside the judged parameters. */
  readonly input: { readonly inputResponses?: JsonObject; readonly requestState?: string };
};

/** What the row of a round says of the first one's. */
export function goesOn({ continues }: Round): { readonly message?: string } {
  return continues === undefined ? {} : { message: `goes on with ${continues}` };
}

type Digest = (canonical: string) => string;

/** A request as far as its state is concerned: whose it is, for which server, what it says, and when. */
export type StatefulRequest = {
  readonly grantId: string;
  readonly serverId: string;
  readonly message: RequestMessage;
  readonly nowMs: number;
};

type InputRequired = Extract<UpstreamAnswer, { kind: 'input_required' }>;

/** The states in which calls go on, kept by the agent or for it: sealed, bound to grant and request, used once. */
export class Rounds {
  readonly #seal: Seal;
  readonly #digest: Digest;
  /** Names this process: what an earlier one counted is not known here. */
  readonly #process: string;
  /** Used states and when they expire. */
  readonly #used = new Map<string, number>();
  /** States that expire until then may have been used without it being known any more. */
  #forgottenToMs = Number.NEGATIVE_INFINITY;

  constructor(options: { seal: Seal; digest: Digest; process: string }) {
    this.#seal = options.seal;
    this.#digest = options.digest;
    this.#process = options.process;
  }

  /** The round of a request; a text when its state was not given to this grant for this very request, or is used up. */
  open({ grantId, message, nowMs, serverId }: StatefulRequest): Round | string {
    const { params } = message;
    const inputResponses = ownProperty(params, 'inputResponses');
    const requestState = ownProperty(params, 'requestState');
    if (inputResponses !== undefined && !isJsonObject(inputResponses))
      return 'expected params.inputResponses to be an object';
    const answers = inputResponses === undefined ? {} : { inputResponses };
    if (requestState === undefined) return { number: 1, isCounted: false, input: answers };
    const state = typeof requestState === 'string' ? this.#read(requestState) : undefined;
    const isOwn = state?.grantId === grantId && state.serverId === serverId;
    if (state === undefined || !isOwn || state.digest !== this.#digestOf(message))
      return 'params.requestState was not given for this request';
    if (nowMs >= state.expiresAtMs) return 'params.requestState has expired; call again without it';
    const isCounted = state.process === this.#process && state.expiresAtMs > this.#forgottenToMs;
    if (!this.#use(state)) return 'params.requestState was used already; call again without it';
    const inner = state.inner === null ? {} : { requestState: state.inner };
    return { number: state.round + 1, continues: state.callId, isCounted, input: { ...answers, ...inner } };
  }

  /** The answer that asks the agent for input, with the state that it sends back. */
  ask(request: StatefulRequest, round: Round, asked: InputRequired & { readonly callId: string }): RpcAnswer {
    const { grantId, message, nowMs, serverId } = request;
    const state: State = {
      grantId,
      serverId,
      digest: this.#digestOf(message),
      expiresAtMs: nowMs + ROUND_MS,
      callId: round.continues ?? asked.callId,
      round: round.number,
      process: this.#process,
      inner: asked.requestState ?? null,
      nonce: randomUUID(),
    };
    const result = {
      resultType: 'input_required',
      ...(asked.inputRequests === undefined ? {} : { inputRequests: asked.inputRequests }),
      requestState: this.#seal.close(JSON.stringify(state)),
    };
    return { kind: 'result', result, asksForInput: true };
  }

  #read(sealed: string): State | undefined {
    const text = this.#seal.open(sealed);
    // A cast: only `ask` writes what authenticates.
    return text === undefined ? undefined : (JSON.parse(text) as State);
  }

  #use({ expiresAtMs, nonce }: State): boolean {
    if (this.#used.has(nonce)) return false;
    if (this.#used.size >= MAX_USED_STATES) {
      const [[oldest, expiredAtMs] = ['', 0]] = this.#used;
      this.#used.delete(oldest);
      this.#forgottenToMs = Math.max(this.#forgottenToMs, expiredAtMs);
    }
    this.#used.set(nonce, expiresAtMs);
    return true;
  }

  /** Of everything that makes it this request: its method and its parameters without what changes from round to round. */
  #digestOf({ method, params }: RequestMessage): string {
    const { _meta, inputResponses: _responses, requestState: _state, ...judged } = params;
    return this.#digest(canonicalJson({ method, judged }));
  }
}

type State = {
  readonly grantId: string;
  readonly serverId: string;
  readonly digest: string;
  readonly expiresAtMs: number;
  readonly callId: string;
  readonly round: number;
  readonly process: string;
  /** The server's own state. */
  readonly inner: string | null;
  readonly nonce: string;
};

/** The answer, unless it asks for what this agent cannot give: then the server did what it did before it asked. */
export function answerable(asking: Asking, round: Round, answer: UpstreamAnswer): UpstreamAnswer {
  const fault = answer.kind === 'input_required' ? inputFault(asking, round.number, answer) : undefined;
  if (fault === undefined) return answer;
  return { kind: 'failure', acted: 'maybe', code: 'input_missing', message: fault };
}

/** What is wrong with a server's wish for input, as far as this agent is concerned; undefined when it may be asked. */
export function inputFault(
  asking: Asking,
  round: number,
  { inputRequests = {} }: InputRequired,
): string | undefined {
  if (round >= MAX_INPUT_ROUNDS) return `the server asked for input more than ${MAX_INPUT_ROUNDS} times`;
  for (const value of Object.values(inputRequests)) {
    const question = questionIn(value);
    if (question === undefined) return 'the server asked for input in a form that is not known';
    if (!mayBeAsked(asking, question))
      return `the server needs ${question.method}, which this client does not offer`;
  }
  return undefined;
}

/** A question as the contract has it; undefined when it is none. One without parameters has none to give. */
export function questionIn(value: Json): Question | undefined {
  if (!isJsonObject(value)) return undefined;
  const { method, params = {} } = value;
  return typeof method === 'string' && isJsonObject(params) ? { method, params } : undefined;
}
