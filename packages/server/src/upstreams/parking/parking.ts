import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@boomgate/engine';
import type { Budget } from '../../budget.ts';
import { PARKED_MS } from '../bounds.ts';
import type { Caller } from '../capabilities.ts';
import type { Clock } from '../clock.ts';
import type { UpstreamRequest } from '../contract.ts';
import { failing, type Outcome } from '../failures.ts';
import { ParkableCall } from './parkable-call.ts';

type Parked = { readonly call: ParkableCall; readonly grantId: string; readonly cancelExpiry: () => void };

/** 256 random bits: whoever knows the state of a parked exchange was given it. */
const STATE_BYTES = 32;

/** The answer to a state that opens nothing. */
export const nothingParked = failing('broken', 'the state of a parked exchange is unknown, used or expired', {
  acted: 'maybe',
  message:
    'the answer to the server came too late or twice, and it no longer waits; call again to start over',
});

/**
 * Lets a legacy server ask agents that can only be asked by `input_required`: its open exchange is parked until the agent
 * calls again with the answers (P §3.4). Each state opens its exchange once, for the grant that began it.
 */
export class Parking implements Disposable {
  readonly #clock: Clock;
  /** For exchanges that wait or waited for their agents and still go on, over all connections to the server. */
  readonly #places: Budget;
  readonly #parked = new Map<string, Parked>();

  constructor(clock: Clock, places: Budget) {
    this.#clock = clock;
    this.#places = places;
  }

  /** Calls that wait for their agent. */
  get size(): number {
    return this.#parked.size;
  }

  async send(
    request: UpstreamRequest,
    caller: Caller,
    start: (request: UpstreamRequest) => Promise<Outcome>,
  ): Promise<Outcome> {
    const { requestState } = request;
    const { grantId } = caller;
    const call =
      requestState === undefined
        ? this.#begin(request, grantId, start)
        : this.#take(requestState, request, grantId);
    if (call === undefined) return nothingParked;
    if (requestState !== undefined) call.answer(request.inputResponses ?? {});
    const progress = await call.follow(request);
    if (progress.kind === 'asked') return this.#park(call, progress.inputRequests, grantId);
    this.#leave(call, grantId);
    return progress.outcome;
  }

  #begin(
    request: UpstreamRequest,
    grantId: string,
    start: (request: UpstreamRequest) => Promise<Outcome>,
  ): ParkableCall {
    const takePlace = () => this.#places.take(grantId);
    return new ParkableCall(request, { clock: this.#clock, start, takePlace });
  }

  #take(state: string, { method }: UpstreamRequest, grantId: string): ParkableCall | undefined {
    const parked = this.#parked.get(state);
    if (parked === undefined || parked.grantId !== grantId || parked.call.method !== method) return undefined;
    this.#parked.delete(state);
    parked.cancelExpiry();
    return parked.call;
  }

  #park(call: ParkableCall, inputRequests: JsonObject, grantId: string): Outcome {
    const requestState = randomBytes(STATE_BYTES).toString('base64url');
    const cancelExpiry = this.#clock.after(PARKED_MS, () => this.#giveUp(requestState));
    this.#parked.set(requestState, { call, grantId, cancelExpiry });
    return { kind: 'input_required', inputRequests, requestState, bytes: 0 };
  }

  #giveUp(state: string): void {
    const parked = this.#parked.get(state);
    if (parked === undefined) return;
    this.#parked.delete(state);
    parked.cancelExpiry();
    parked.call.cancel();
    this.#leave(parked.call, parked.grantId);
  }

  #leave(call: ParkableCall, grantId: string): void {
    if (call.hasPlace) this.#places.giveBack(grantId);
  }

  /** Gives up all that is parked; the server is told. */
  [Symbol.dispose](): void {
    for (const state of [...this.#parked.keys()]) this.#giveUp(state);
  }
}
