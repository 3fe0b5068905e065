import type { GrantRecord } from '../store/index.ts';

type GrantKey = Pick<GrantRecord, 'organization' | 'id'>;

/** The account that tokens stand for is a grant. */
export function accountOf({ id, organization }: GrantKey): string {
  return `${organization}/${id}`;
}

export function grantOf(account: string): GrantKey {
  const at = account.lastIndexOf('/');
  return { organization: account.slice(0, at), id: account.slice(at + 1) };
}
