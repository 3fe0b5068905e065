import type { z } from 'zod';
import { COMMON_PROBLEMS, type ProblemCode } from '../problems/index.ts';
import type { Permission } from '../roles/index.ts';

/** Everybody; whoever is signed in or has an API key; whose role has the permission. */
export type Access = 'public' | 'signed_in' | Permission;

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type AuditAction = `${string}.${string}`;
export type AuditedAs = AuditAction | 'by_store' | 'nothing';

/** One thing that the API can do. */
export type Endpoint = {
  readonly method: Method;
  /** Below `/api/v1`; names in braces are of `params`. */
  readonly path: `/${string}`;
  /** One sentence without a full stop. */
  readonly summary: string;
  readonly access: Access;
  /** True for what an API key may not do, whatever its role: it concerns the account or makes credentials. */
  readonly personOnly?: true;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  /** The body is a form (`application/x-www-form-urlencoded`), as a standard has others send it. */
  readonly form?: true;
  /** 302 leads a browser on; the handler says where. */
  readonly status: 200 | 201 | 202 | 204 | 302;
  /** Absent for answers without a body, and for those of another form (`media`). */
  readonly answer?: z.ZodObject;
  /** A body that is not JSON of `answer`: a stream of events, an export. The handler writes it. */
  readonly media?: string;
  /** The body is a stream of events that goes on until somebody ends it; `media` is then `EVENT_STREAM`. */
  readonly streams?: true;
  /**
   * Of every change, and of a look that is noted: the action of the row that it leaves in the audit log, such as `member.removed`.
   * `by_store`: the change leaves its row itself, in one transaction. `nothing`: there is none to note.
   */
  readonly audit?: AuditedAs;
  /** What its handler may answer besides; what the frame answers follows from the rest. */
  readonly problems: readonly ProblemCode[];
  /** Makes something: `Idempotency-Key` gives the same answer again. */
  readonly creates?: true;
  /** May answer 202 with the same body instead: what was asked for waits for another person. */
  readonly pends?: true;
  /** `GET` answers with an `ETag`; everything else needs it in `If-Match`. */
  readonly conditional?: true;
};

/** One resource of the API by the names of what can be done with it. */
export type Resource = Readonly<Record<string, Endpoint>>;

/** Keeps the exact types of a description. */
export function resource<const R extends Resource>(endpoints: R): R {
  return endpoints;
}

/** Media type of server-sent events, for an `EventSource`. */
export const EVENT_STREAM = 'text/event-stream';
/** What the paths of endpoints are below. */
export const API_PATH = '/api/v1';
/** Media type of a form, for `form`. */
export const FORM = 'application/x-www-form-urlencoded';
/** With the session's own text on every change that a session makes; API keys need none. */
export const CSRF_HEADER = 'x-boomgate-csrf';
export const IDEMPOTENCY_HEADER = 'idempotency-key';

/** It changes nothing (RFC 9110 §9.2.1). */
export function isSafe({ method }: Endpoint): boolean {
  return method === 'GET';
}

/** Every code that an answer of this endpoint may carry. */
export function problemsOf(endpoint: Endpoint): readonly ProblemCode[] {
  const codes = new Set<ProblemCode>([...COMMON_PROBLEMS, ...endpoint.problems]);
  const add = (isPossible: boolean, ...more: ProblemCode[]) => {
    if (isPossible) for (const code of more) codes.add(code);
  };
  const isOpen = endpoint.access === 'public';
  add(!isOpen, 'unauthenticated', 'person_required', 'other_network');
  add(!isOpen && endpoint.access !== 'signed_in', 'forbidden', 'second_factor_required');
  add(!isSafe(endpoint), 'foreign_origin');
  add(!isSafe(endpoint) && !isOpen, 'csrf');
  add(endpoint.params !== undefined, 'not_found');
  add(endpoint.body !== undefined, 'media_type');
  add(endpoint.body !== undefined && endpoint.form !== true, 'malformed_json');
  add(endpoint.body !== undefined || endpoint.query !== undefined, 'invalid_input');
  add(endpoint.streams === true, 'too_many_streams');
  add(endpoint.creates === true, 'idempotency_conflict', 'idempotency_in_progress');
  add(endpoint.conditional === true && !isSafe(endpoint), 'precondition_required', 'precondition_failed');
  return [...codes].sort();
}
