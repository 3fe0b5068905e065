import type { Approval, Approver, Verdict } from './approval.ts';

/** One person, whichever way they came in: by id, or by the e-mail address of their account. */
export function isSamePerson(one: Approver, other: Approver): boolean {
  return one.id === other.id || (one.email !== undefined && isAlike(one.email, other.email));
}

/** Gives the right to decide, so that no other spelling will do. */
function sameAddress(one: string, other: string | undefined): boolean {
  return one.toLowerCase() === other?.toLowerCase();
}

/** Also where they only look alike: what a file says and what a provider says may have other forms of the same letters. */
export function isAlike(one: string, other: string | undefined): boolean {
  return other !== undefined && folded(one) === folded(other);
}

const folded = (text: string): string => text.normalize('NFKC').trim().toLowerCase();

function isOwner(owner: string | undefined, { email, id }: Approver): boolean {
  return owner !== undefined && (isAlike(owner, id) || isAlike(owner, email));
}

export type RightFault = {
  readonly code: 'own_call' | 'not_an_approver';
  readonly message: string;
};

/**
 * Why somebody may not decide this, or undefined. Who owns the grant, when it was asked or `now`, does not approve its calls
 * unless the policy says so; to refuse one's own call is anybody's right who may decide at all.
 */
export function rightFault(
  { owner, terms }: Pick<Approval, 'owner' | 'terms'>,
  { by, verdict }: { readonly by: Approver; readonly verdict: Verdict },
  ownerNow: string | undefined,
): RightFault | undefined {
  const isNamed = terms.approvers.some((named) =>
    named.includes('@') ? sameAddress(named, by.email) : named === by.role,
  );
  if (!isNamed) {
    const message = `expected one of ${terms.approvers.join(', ')}, found ${by.email ?? by.id} (${by.role})`;
    return { code: 'not_an_approver', message };
  }
  const isOwn = isOwner(owner, by) || isOwner(ownerNow, by);
  if (verdict === 'deny' || terms.self || !isOwn) return undefined;
  const message = `expected somebody other than the owner of the grant, found ${by.email ?? by.id}; "self": true in the policy would allow it`;
  return { code: 'own_call', message };
}
