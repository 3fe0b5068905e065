import type { Grant } from './grant-type.ts';

/** The servers that a grant opens, alone or as a stack, each with the policy that decides there. */
export function membersOf({ policy, server, stack }: Pick<Grant, 'policy' | 'server' | 'stack'>) {
  return stack ?? [{ server, policy }];
}

/** Nobody is let in by it any more. */
export const isOver = ({ state }: Pick<Grant, 'state'>): boolean =>
  state === 'revoked' || state === 'expired';
