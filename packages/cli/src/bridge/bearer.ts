import { setTimeout as pause } from 'node:timers/promises';
import { newProofKey, type ProofKey, type ProofOf } from './proof-key.ts';

/** What requests to the gateway present. */
export type Bearer = {
  /** Rejects with `NoBearer` when there is none to be had. */
  readonly current: () => Promise<string>;
  /** The headers with which a request presents it. */
  readonly headersFor: (token: string, request: Omit<ProofOf, 'token'>) => Readonly<Record<string, string>>;
  /** Told what the gateway wants in the next proofs, with any answer. */
  readonly heard: (nonce: string) => unknown;
  /** Told that the gateway refuses this one: whether it is worth to come again. `isUntimely`: only for the time of its proof. */
  readonly refused: (token: string, isUntimely: boolean) => boolean;
};

/** Says why there is nothing to present, and what mends it. */
export class NoBearer extends Error {
  override readonly name = 'NoBearer';
}

/** The token of a grant, which is what it is. */
export function grantBearer(token: string): Bearer {
  return {
    current: async () => token,
    headersFor: () => ({ Authorization: `Bearer ${token}` }),
    heard: () => undefined,
    refused: () => false,
  };
}

export type WorkloadOptions = {
  /** Where the gateway exchanges tokens. */
  readonly exchange: URL;
  /** The server's endpoint, for which the token is. */
  readonly resource: string;
  /** Which of several grants is meant. */
  readonly grant?: string | undefined;
  /** The token of where the program runs; it is read anew each time, as it is replaced there. Rejects with `NoBearer`. */
  readonly identity: () => Promise<string>;
};

const KIND = 'urn:ietf:params:oauth:grant-type:token-exchange';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const EXCHANGE_MS = 15_000;
/** Too many at once, or the issuer does not answer just now. */
const AGAIN: readonly number[] = [429, 503];
const NOT_FOUND = 404;
const NO_EXCHANGE =
  'the gateway there takes no tokens of workloads: it is of an earlier version, or has no https address (--public-url) or no dashboard';
const RETRY_S = 2;
const MS_PER_SECOND = 1_000;
/** The part of its life after which a token is exchanged anew, before it ends under a call. */
const FRESH_PART = 0.8;

type Held = { readonly token: string; readonly untilMs: number; readonly isBound: boolean };

/** What a workload gets for the token of where it runs (RFC 8693); one exchange at a time. */
export function workloadBearer(options: WorkloadOptions): Bearer {
  const key = newProofKey();
  let held: Held | undefined;
  let exchanging: Promise<Held> | undefined;
  return {
    async current() {
      if (held !== undefined && performance.now() < held.untilMs) return held.token;
      exchanging ??= exchanged(options, key).finally(() => {
        exchanging = undefined;
      });
      held = await exchanging;
      return held.token;
    },
    headersFor(token, request) {
      // A gateway of an earlier version binds none.
      if (held?.token === token && !held.isBound) return { Authorization: `Bearer ${token}` };
      return { Authorization: `DPoP ${token}`, DPoP: key.proofOf({ ...request, token }) };
    },
    heard: key.heard,
    refused(token, isUntimely) {
      if (held?.token === token && !isUntimely) held = undefined;
      return true;
    },
  };
}

/** A gateway that asks to come again is asked again, as jobs begin many at a time and their issuer may be slow. */
async function exchanged(options: WorkloadOptions, key: ProofKey): Promise<Held> {
  const signal = AbortSignal.timeout(EXCHANGE_MS);
  for (;;) {
    const askedMs = performance.now();
    const answer = await ask(options, key, signal);
    const said = (await answer.json().catch(() => undefined)) as Answered | undefined;
    if (answer.ok && said?.access_token !== undefined && said.expires_in !== undefined)
      return {
        token: said.access_token,
        untilMs: askedMs + said.expires_in * MS_PER_SECOND * FRESH_PART,
        isBound: said.token_type === 'DPoP',
      };
    const nonce = answer.headers.get('dpop-nonce');
    const isNews = nonce !== null && key.heard(nonce);
    if (isNews && said?.error === 'use_dpop_nonce') continue;
    const isOver = !AGAIN.includes(answer.status) || (await pausedFor(answer, signal)) === 'over';
    const why =
      answer.status === NOT_FOUND
        ? NO_EXCHANGE
        : (said?.error_description ?? said?.error ?? `HTTP ${answer.status}`);
    if (isOver) throw new NoBearer(`${options.exchange.href} gives no access: ${why}`);
  }
}

async function ask(
  { exchange, grant, identity, resource }: WorkloadOptions,
  key: ProofKey,
  signal: AbortSignal,
): Promise<Response> {
  const fields = {
    grant_type: KIND,
    subject_token: await identity(),
    subject_token_type: JWT,
    resource,
    ...(grant === undefined ? {} : { grant }),
  };
  const body = new URLSearchParams(fields);
  try {
    const headers = { DPoP: key.proofOf({ method: 'POST', address: exchange }) };
    return await fetch(exchange, { method: 'POST', body, headers, redirect: 'error', signal });
  } catch (error) {
    throw new NoBearer(`the gateway cannot be reached at ${exchange.href} (${reasonOf(error)})`);
  }
}

/** As long as the gateway says, unless the time ends before that. */
async function pausedFor({ headers }: Response, signal: AbortSignal): Promise<'done' | 'over'> {
  const seconds = Number(headers.get('retry-after')) || RETRY_S;
  const pausing = pause(seconds * MS_PER_SECOND, 'done' as const, { signal, ref: false });
  return await pausing.catch(() => 'over' as const);
}

/** A cast makes it so: anything else is an answer that gives nothing. */
type Answered = {
  readonly access_token?: string;
  readonly token_type?: string;
  readonly expires_in?: number;
  readonly error?: string;
  readonly error_description?: string;
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure';
  return error.cause instanceof Error ? error.cause.message : error.message;
}
