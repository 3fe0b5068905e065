import type { GrantRecord, StackMember } from './contract.ts';

/** The servers that a grant opens, each with the policy that decides its calls: one, or those of its stack. */
export function membersOf({
  policy,
  server,
  stack,
}: Pick<GrantRecord, 'policy' | 'server' | 'stack'>): readonly StackMember[] {
  return stack ?? [{ server, ...(policy === undefined ? {} : { policy }) }];
}
