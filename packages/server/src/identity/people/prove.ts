import type { PersonRecord } from '../../store/index.ts';
import type { PeopleContext } from './context.ts';
import { checkSecondFactor, isEnrolled } from './second-factor.ts';

/** What somebody presents to be taken for a person. `address` is where from, for counting attempts. */
export type Proof = {
  readonly email: string;
  readonly password: string;
  readonly code?: string | undefined;
  readonly address: string;
};

export type Proven = { readonly ok: true; readonly person: PersonRecord };
export type ProofFault =
  | { readonly ok: false; readonly fault: 'wrong_credentials' }
  | { readonly ok: false; readonly fault: 'too_many_attempts'; readonly waitMs: number };
type CodeNeeded = { readonly ok: false; readonly fault: 'second_factor_needed' };

/**
 * Whether this is the person of the account: password, and a code where a second factor is enrolled. An unknown account, a
 * wrong password and a wrong code are one refusal.
 */
export async function provePerson(
  context: PeopleContext,
  proof: Proof,
): Promise<Proven | ProofFault | CodeNeeded> {
  return attempted<CodeNeeded>(context, proof, async () => {
    const person = await context.people.accounts.findByEmail(proof.email);
    const isRight = await context.passwords.verify(person?.passwordHash, proof.password);
    if (person === undefined || !isRight) return WRONG;
    if (!isEnrolled(person)) return { ok: true, person };
    if (proof.code === undefined) return { ok: false, fault: 'second_factor_needed' };
    return (await checkSecondFactor(context, person, proof.code)) ? { ok: true, person } : WRONG;
  });
}

/** The same for somebody who is signed in, before what concerns the account: each part that is given must be right. */
export async function provePresent(
  context: PeopleContext,
  person: PersonRecord,
  { address, code, password }: Partial<Proof> & Pick<Proof, 'address'>,
): Promise<Proven | ProofFault> {
  return attempted<never>(context, { email: person.email, address }, async () => {
    const isPassword =
      password === undefined || (await context.passwords.verify(person.passwordHash, password));
    if (!isPassword) return WRONG;
    const isCode = code === undefined || (await checkSecondFactor(context, person, code));
    return isCode ? { ok: true, person } : WRONG;
  });
}

const WRONG = { ok: false, fault: 'wrong_credentials' } as const;

async function attempted<More extends { readonly ok: false }>(
  { attempts, clock }: PeopleContext,
  { address, email }: Pick<Proof, 'email' | 'address'>,
  prove: () => Promise<Proven | ProofFault | More>,
): Promise<Proven | ProofFault | More> {
  const taken = attempts.take({ account: email, address }, clock.wallMs());
  if ('waitMs' in taken) return { ok: false, fault: 'too_many_attempts', waitMs: taken.waitMs };
  const proven = await prove();
  if (proven.ok) taken.succeeded();
  return proven;
}
