import { hasPermission, type Role } from '@boomgate/contract';
import type { GrantRecord } from '../store/index.ts';

/** Whether somebody may let an agent work with a grant: admins with any, others with their own, where an admin said that its owner may. */
export function mayGive(
  { email, role }: { readonly email: string; readonly role: Role },
  { owner, ownerMaySignIn }: Pick<GrantRecord, 'owner' | 'ownerMaySignIn'>,
): boolean {
  return hasPermission(role, 'manage_grants') || (ownerMaySignIn === true && owner === email);
}
