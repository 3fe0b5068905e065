import { type ScimFault, shownError } from '../../directory/index.ts';
import { HEADERS } from '../frame/index.ts';

type Headers = readonly (readonly [string, string])[];

/** RFC 7644, 3.1 and 8.1. */
export function scimResponse(status: number, body: object, more: Headers = []): Response {
  const headers = [...HEADERS, ['content-type', 'application/scim+json'], ...more] as [string, string][];
  return new Response(JSON.stringify(body), { status, headers });
}

export function scimFailure(fault: ScimFault, more: Headers = []): Response {
  // What is left of a body that is too long is not read, so no other request can follow on its connection.
  const end: Headers = fault.status === 413 ? [['connection', 'close']] : [];
  return scimResponse(fault.status, shownError(fault), [...more, ...end]);
}

/** After something is gone. */
export function scimNothing(): Response {
  return new Response(null, { status: 204, headers: HEADERS.map(([name, value]) => [name, value]) });
}
