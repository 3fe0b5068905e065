import { type Endpoint, isSafe } from '@boomgate/contract';
import { type Refusal, refuse } from './handler.ts';
import type { Peer } from './peer.ts';

/** The entity tag of a version. */
export function tagOf(version: number | string): string {
  return `"${version}"`;
}

/** Whether what the caller read is still what is there; exactly one strong tag is compared. */
export function isMatch(ifMatch: string, version: number | string): boolean {
  return ifMatch === tagOf(version);
}

/** A change that somebody else's may have overtaken is not made blindly (RFC 6585, 3). */
export function tagFault(
  endpoint: Endpoint,
  { ifMatch }: Peer,
): Refusal<'precondition_required'> | undefined {
  const needs = endpoint.conditional === true && !isSafe(endpoint);
  return needs && ifMatch === undefined ? refuse('precondition_required') : undefined;
}
