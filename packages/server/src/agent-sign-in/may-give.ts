import { hasPermission, type Role } from '@boomgate/contract';
import type { GrantRecord } from '../store/index.ts';

type Owned = Pick<GrantRecord, 'owner' | 'ownerMaySignIn'>;

/** Whether somebody may let an agent work with a grant: admins with any, others with their own, where an admin said that its owner may. */
export function mayGive(
  { email, role }: { readonly email: string; readonly role: Role },
  grant: Owned,
): boolean {
  return hasPermission(role, 'manage_grants') || mayGiveOwn(email, grant);
}

/** The same of nobody but an owner, where no admin chose anything. The command line keeps an owner as it was typed. */
export function mayGiveOwn(email: string, { owner, ownerMaySignIn }: Owned): boolean {
  return ownerMaySignIn === true && owner?.trim().toLowerCase() === email;
}
