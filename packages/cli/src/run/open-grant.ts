import type { GrantRecord } from '@boomgate/server/stored';

/** Neither revoked nor expired; it may be paused. */
export function isOpen(
  { expiresAtMs, state }: Pick<GrantRecord, 'expiresAtMs' | 'state'>,
  nowMs: number,
): boolean {
  return state !== 'revoked' && (expiresAtMs === undefined || nowMs < expiresAtMs);
}
