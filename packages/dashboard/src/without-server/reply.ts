import {
  type AnswerOf,
  describeProblem,
  type Endpoint,
  type Endpoints,
  type InputOf,
  type ProblemCode,
  type ProblemDocument,
} from '@boomgate/contract';
import type { World } from './world/index.ts';

/** A result, with an ETag where changes need one; or why there is none. */
export type Reply<Body> = { readonly ok: true; readonly body: Body; readonly etag?: string } | Refusal;
export type Refusal = { readonly ok: false; readonly problem: ProblemDocument };

type Handler<E extends Endpoint> = (
  world: World,
  input: InputOf<E> & { readonly ifMatch: string | undefined },
) => Reply<AnswerOf<E>> | Promise<Reply<AnswerOf<E>>>;

/** The part of the contract that is answered here. */
export type Handlers = {
  readonly [R in keyof Endpoints]?: {
    readonly [N in keyof Endpoints[R]]?: Endpoints[R][N] extends Endpoint ? Handler<Endpoints[R][N]> : never;
  };
};

export function done<Body>(body: Body, etag?: string): Reply<Body> {
  return { ok: true, body, ...(etag === undefined ? {} : { etag }) };
}

export function refuse(code: ProblemCode, particulars?: Parameters<typeof describeProblem>[1]): Refusal {
  return { ok: false, problem: describeProblem(code, particulars) };
}

/** What needs a gateway: a socket, a process, a secret. */
export function notHere(what: string): Refusal {
  return refuse('unavailable', {
    detail: `${what} is not there without a gateway; start one and set BOOMGATE_URL`,
  });
}

/** One page of a list; the cursor is the place in it. */
export function pageOf<Item>(
  items: readonly Item[],
  { cursor, limit }: { readonly limit: number; readonly cursor?: string | undefined },
): Reply<{ items: Item[]; next?: string }> {
  const from = Number(cursor ?? 0);
  const next = from + limit < items.length ? { next: String(from + limit) } : {};
  return done({ items: items.slice(from, from + limit), ...next });
}
