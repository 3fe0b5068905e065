import { describeProblem, type Endpoint, PROBLEM_MEDIA_TYPE, type ProblemCode } from '@boomgate/contract';
import type { Done, Refusal } from './handler.ts';

/** Nothing of the control plane is kept by anybody, guessed at, or shown in a frame. */
export const HEADERS: readonly (readonly [string, string])[] = [
  ['cache-control', 'no-store'],
  ['x-content-type-options', 'nosniff'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['referrer-policy', 'no-referrer'],
];

export function respond(endpoint: Endpoint, result: Done<unknown> | Refusal<ProblemCode>): Response {
  if (!result.ok) return problemResponse(result);
  const { body, headers } = result;
  const { media } = endpoint;
  const { status = endpoint.status } = result;
  if (media !== undefined)
    // A cast: handlers of such endpoints give a text or a stream, as their type says.
    return new Response(body as string | ReadableStream, { status, headers: all(headers, media) });
  if (endpoint.answer === undefined) return new Response(null, { status, headers: all(headers) });
  return new Response(JSON.stringify(body), { status, headers: all(headers, 'application/json') });
}

/** RFC 9457. */
export function problemResponse({ code, particulars }: Refusal<ProblemCode>): Response {
  const { headers = [], ...rest } = particulars;
  const problem = describeProblem(code, rest);
  const challenge: readonly (readonly [string, string])[] =
    problem.status === 401 ? [['www-authenticate', 'Bearer realm="api"']] : [];
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: all([...headers, ...challenge], PROBLEM_MEDIA_TYPE),
  });
}

function all(own: readonly (readonly [string, string])[], type?: string): [string, string][] {
  const content: readonly (readonly [string, string])[] = type === undefined ? [] : [['content-type', type]];
  return [...HEADERS, ...content, ...own].map(([name, value]) => [name, value]);
}
