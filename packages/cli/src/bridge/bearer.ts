/** What requests to the gateway present. */
export type Bearer = {
  /** Rejects with `NoBearer` when there is none to be had. */
  readonly current: () => Promise<string>;
  /** Told that the gateway refuses this one: whether another may be had. */
  readonly refused: (token: string) => boolean;
};

/** Says why there is nothing to present, and what mends it. */
export class NoBearer extends Error {
  override readonly name = 'NoBearer';
}

/** The token of a grant, which is what it is. */
export function grantBearer(token: string): Bearer {
  return { current: async () => token, refused: () => false };
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
const MS_PER_SECOND = 1_000;
/** The part of its life after which a token is exchanged anew, before it ends under a call. */
const FRESH_PART = 0.8;

type Held = { readonly token: string; readonly untilMs: number };

/** What a workload gets for the token of where it runs (RFC 8693); one exchange at a time. */
export function workloadBearer(options: WorkloadOptions): Bearer {
  let held: Held | undefined;
  let exchanging: Promise<Held> | undefined;
  return {
    async current() {
      if (held !== undefined && performance.now() < held.untilMs) return held.token;
      exchanging ??= exchanged(options).finally(() => {
        exchanging = undefined;
      });
      held = await exchanging;
      return held.token;
    },
    refused(token) {
      if (held?.token === token) held = undefined;
      return true;
    },
  };
}

async function exchanged({ exchange, grant, identity, resource }: WorkloadOptions): Promise<Held> {
  const askedMs = performance.now();
  const fields = {
    grant_type: KIND,
    subject_token: await identity(),
    subject_token_type: JWT,
    resource,
    ...(grant === undefined ? {} : { grant }),
  };
  const answer = await fetch(exchange, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'error',
    signal: AbortSignal.timeout(EXCHANGE_MS),
  }).catch((error: unknown) => {
    throw new NoBearer(`the gateway cannot be reached at ${exchange.href} (${reasonOf(error)})`);
  });
  const said = (await answer.json().catch(() => undefined)) as Answered | undefined;
  if (answer.ok && said?.access_token !== undefined && said.expires_in !== undefined)
    return {
      token: said.access_token,
      untilMs: askedMs + said.expires_in * MS_PER_SECOND * FRESH_PART,
    };
  const why = said?.error_description ?? said?.error ?? `HTTP ${answer.status}`;
  throw new NoBearer(`${exchange.href} gives no access: ${why}`);
}

/** A cast makes it so: anything else is an answer that gives nothing. */
type Answered = {
  readonly access_token?: string;
  readonly expires_in?: number;
  readonly error?: string;
  readonly error_description?: string;
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure';
  return error.cause instanceof Error ? error.cause.message : error.message;
}
