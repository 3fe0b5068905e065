import type { z } from 'zod';
import type { Endpoint } from './endpoint.ts';

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type Sent<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined;

/** What a handler gets of a request, as it was checked. */
export type InputOf<E extends Endpoint> = {
  readonly params: Parsed<E['params']>;
  readonly query: Parsed<E['query']>;
  readonly body: Parsed<E['body']>;
};

export type AnswerOf<E extends Endpoint> = Parsed<E['answer']>;

/** The problems that its handler may answer; a condition that does not hold is one as well. */
export type HandlerProblem<E extends Endpoint> =
  | E['problems'][number]
  | (E extends { readonly params: z.ZodType } ? 'not_found' : never)
  | (E extends { readonly query: z.ZodType } | { readonly body: z.ZodType } ? 'invalid_input' : never)
  | (E extends { readonly streams: true } ? 'too_many_streams' : never)
  | (E extends { readonly conditional: true } ? 'precondition_failed' : never);

type Part<Name extends string, Schema> = Schema extends z.ZodType
  ? Record<never, never> extends Sent<Schema>
    ? { readonly [N in Name]?: Sent<Schema> }
    : { readonly [N in Name]: Sent<Schema> }
  : unknown;

/** What a client gives; members that an endpoint does not have cannot be given. */
export type SentTo<E extends Endpoint> = Part<'params', E['params']> &
  Part<'query', E['query']> &
  Part<'body', E['body']> &
  (E extends { readonly creates: true } ? { readonly idempotencyKey?: string } : unknown) &
  (E extends { readonly conditional: true }
    ? E['method'] extends 'GET'
      ? unknown
      : { readonly ifMatch: string }
    : unknown);
