import type { Grant } from './grant-type.ts';

/** The servers that a grant opens, alone or as a stack, each with the policy that decides there. */
export function membersOf({ policy, server, stack }: Pick<Grant, 'policy' | 'server' | 'stack'>) {
  return stack ?? [{ server, policy }];
}
