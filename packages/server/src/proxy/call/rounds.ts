import { randomUUID } from 'node:crypto';
import { canonicalJson, isJsonObject, type JsonObject, ownProperty } from '@boomgate/engine';
import { MAX_USED_STATES, ROUND_MS } from '../../limits/index.ts';
import type { Seal } from '../../store/index.ts';
import type { UpstreamAnswer } from '../../upstreams/index.ts';
import { FairCache } from '../fair-cache.ts';
import type { RequestMessage } from '../message/message.ts';
import { type IsOwn, ownText } from '../own-text.ts';
import type { RpcAnswer } from '../rpc.ts';

/** Which time an agent sends this request: anew, or again with the input that the server asked for (P §1.8). */
export type Round = {
  /** 1 for a request that is new. */
  readonly number: number;
  /** Id of the first round's row in the log; undefined in the first round. */
  readonly continues?: string;
  /** The limits were taken in an earlier round, which this gateway knows because each state works once. */
  readonly isCounted: boolean;
  /** The approval by which an earlier round of this very call was let through, as everything was then. */
  readonly approved?: Consent;
  /** The agent was sent to the page of an approval, so many times, and comes back from it; the server has heard nothing yet. */
  readonly visited?: Visit;
  /** What goes to the server beside the judged parameters. */
  readonly input: { readonly inputResponses?: JsonObject; readonly requestState?: string };
};

/** An approval and the digest of what it is bound to. */
export type Consent = { readonly approvalId: string; readonly binding: string };
type Visit = { readonly approvalId: string; readonly times: number };

/** The key of the question that sends a person to the page of an approval, and its one answer. */
export const APPROVAL_QUESTION = 'approval';

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

type RoundsOptions = {
  readonly seal: Seal;
  readonly digest: Digest;
  readonly process: string;
  readonly isOwn?: IsOwn;
  /** Used states that are remembered; absent: `MAX_USED_STATES`. */
  readonly most?: number;
};

/** The states in which calls go on, kept by the agent or for it: sealed, bound to grant and request, used once. */
export class Rounds {
  readonly #seal: Seal;
  readonly #isOwn: IsOwn;
  readonly #digest: Digest;
  /** Names this process: what an earlier one counted is not known here. */
  readonly #process: string;
  /** Used states and when they expire. */
  readonly #used: FairCache<number>;
  /** By grant: its states that expire until then may have been used without it being known any more. */
  readonly #forgottenToMs = new Map<string, number>();

  constructor(options: RoundsOptions) {
    this.#used = new FairCache({ most: options.most ?? MAX_USED_STATES });
    this.#isOwn = options.isOwn ?? (() => true);
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
    const isCounted = state.process === this.#process && state.expiresAtMs > this.#forgottenToOf(grantId);
    if (!this.#use(state)) return 'params.requestState was already used; call again without it';
    const { approvalId, callId, visits } = state;
    // The answer to the gateway's own question is not for the server.
    if (visits > 0 && approvalId !== null)
      return {
        number: 1,
        continues: callId,
        isCounted: false,
        visited: { approvalId, times: visits },
        input: {},
      };
    const approved = isCounted ? consentIn(state) : {};
    const inner = state.inner === null ? {} : { requestState: state.inner };
    const input = { ...answers, ...inner };
    return { number: state.round + 1, continues: callId, isCounted, ...approved, input };
  }

  /** The answer that asks the agent for input, with the state that it sends back. */
  ask(request: StatefulRequest, round: Round, asked: InputRequired & { readonly callId: string }): RpcAnswer {
    const { approved } = round;
    return this.#askFor(request, asked.inputRequests, {
      callId: round.continues ?? asked.callId,
      round: round.number,
      inner: asked.requestState ?? null,
      visits: 0,
      approvalId: approved?.approvalId ?? null,
      binding: approved?.binding ?? '',
    });
  }

  /** The answer that sends the person in front of the agent to the page of an approval (P §3.9). */
  sendToPage(request: StatefulRequest, round: Round, page: Page): RpcAnswer {
    const { approvalId, callId, message, url } = page;
    const question = { method: 'elicitation/create', params: { mode: 'url', message, url } };
    return this.#askFor(
      request,
      { [APPROVAL_QUESTION]: question },
      {
        callId: round.continues ?? callId,
        round: round.number,
        inner: null,
        visits: (round.visited?.times ?? 0) + 1,
        approvalId,
        binding: '',
      },
    );
  }

  #askFor(
    { grantId, message, nowMs, serverId }: StatefulRequest,
    inputRequests: JsonObject | undefined,
    more: Pick<State, 'callId' | 'round' | 'inner' | 'visits' | 'approvalId' | 'binding'>,
  ): RpcAnswer {
    const state: State = {
      ...more,
      grantId,
      serverId,
      digest: this.#digestOf(message),
      expiresAtMs: nowMs + ROUND_MS,
      process: this.#process,
      nonce: randomUUID(),
    };
    const text = JSON.stringify(state);
    const result = {
      resultType: 'input_required',
      ...(inputRequests === undefined ? {} : { inputRequests }),
      requestState: ownText(this.#isOwn, () => this.#seal.close(text)),
    };
    return { kind: 'result', result, asksForInput: true };
  }

  #read(sealed: string): State | undefined {
    const text = this.#seal.open(sealed);
    // A cast: only `#askFor` writes what authenticates.
    return text === undefined ? undefined : (JSON.parse(text) as State);
  }

  #use({ expiresAtMs, grantId, nonce }: State): boolean {
    if (this.#used.get(grantId, nonce) !== undefined) return false;
    const gone = this.#used.put(grantId, nonce, expiresAtMs);
    if (gone !== undefined) {
      const toMs = Math.max(this.#forgottenToOf(gone.grantId), gone.value);
      this.#forgottenToMs.set(gone.grantId, toMs);
    }
    return true;
  }

  #forgottenToOf(grantId: string): number {
    return this.#forgottenToMs.get(grantId) ?? Number.NEGATIVE_INFINITY;
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
  /** Times that the agent was sent to the page of an approval; 0 when it is the server that asks. */
  readonly visits: number;
  /** The approval that it was sent to, or by which the call was let through. */
  readonly approvalId: string | null;
  readonly binding: string;
  readonly nonce: string;
};

/** Where a person decides, and what the agent's person is told of it; the row that asked. */
type Page = {
  readonly approvalId: string;
  readonly url: string;
  readonly message: string;
  readonly callId: string;
};

function consentIn({ approvalId, binding }: State): { readonly approved?: Consent } {
  return approvalId === null ? {} : { approved: { approvalId, binding } };
}
