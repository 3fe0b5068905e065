import { randomBytes } from 'node:crypto';
import type { PersonRecord } from '../../store/index.ts';
import { plainCode } from './codes.ts';
import type { PeopleContext } from './context.ts';
import { base32, stepOf } from './totp.ts';

/** RFC 4226, section 4, recommends 160 bits. */
const SECRET_BYTES = 20;

/** What a person's authenticator gets, and what is kept of it. */
export type Enrolment = { readonly secret: string; readonly uri: string; readonly sealedSecret: string };

/** Whether an authenticator was confirmed: begun is not enough. */
export function isEnrolled({ totp }: Pick<PersonRecord, 'totp'>): boolean {
  return totp?.isConfirmed === true;
}

export function newEnrolment({ totpSeal }: PeopleContext, person: PersonRecord): Enrolment {
  const bytes = randomBytes(SECRET_BYTES);
  const secret = base32(bytes);
  const label = `Boomgate:${encodeURIComponent(person.email)}`;
  return {
    secret,
    uri: `otpauth://totp/${label}?secret=${secret}&issuer=Boomgate`,
    // With the person, so that a secret that is moved to another does not open.
    sealedSecret: totpSeal.close(`${person.id} ${bytes.toString('hex')}`),
  };
}

/** Whether this is a code of the authenticator that was not used yet; uses it. */
export async function confirmTotp(
  { clock, people, totpSeal }: PeopleContext,
  person: PersonRecord,
  code: string,
): Promise<boolean> {
  const [owner, hex] = totpSeal.open(person.totp?.sealedSecret ?? '')?.split(' ') ?? [];
  if (owner !== person.id || hex === undefined) return false;
  const step = stepOf(Buffer.from(hex, 'hex'), code, clock.wallMs());
  return step !== undefined && people.accounts.spendTotpStep(person.id, step);
}

/** A code of the authenticator, or a recovery code; either works once. */
export async function checkSecondFactor(
  context: PeopleContext,
  person: PersonRecord,
  typed: string,
): Promise<boolean> {
  const code = plainCode(typed);
  if (/^\d{6}$/.test(code)) return confirmTotp(context, person, code);
  return context.people.accounts.spendRecoveryCode(person.id, context.codeHash(code));
}
