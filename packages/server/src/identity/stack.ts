import type { StackMember } from '../store/index.ts';

/** Stands between a server's slug and the name of its tool, and so may not stand in the slug. */
export const STACK_SEPARATOR = '__';

/** Servers of one stack: their tools are listed together. */
const MAX_MEMBERS = 64;

/** Why servers cannot be opened together, or undefined: every name must lead back to one server (gateway §10). */
export function stackFault(stack: readonly StackMember[]): string | undefined {
  if (stack.length === 0 || stack.length > MAX_MEMBERS)
    return `expected 1 to ${MAX_MEMBERS} servers, found ${stack.length}`;
  const ambiguous = stack.find(({ server }) => server.includes(STACK_SEPARATOR) || server.endsWith('_'));
  if (ambiguous !== undefined)
    return `the name ${JSON.stringify(ambiguous.server)} holds "${STACK_SEPARATOR}" or ends with "_", so that tools named SERVER__TOOL could not be told apart; rename the server`;
  const seen = new Set<string>();
  for (const { server } of stack) {
    if (seen.has(server)) return `the server ${JSON.stringify(server)} is named twice`;
    seen.add(server);
  }
  return undefined;
}
