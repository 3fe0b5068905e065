/**
 * From what a person or a script presents to an `Operator`, a `Proven` person or a refusal: passwords, second factors, codes,
 * sessions and API keys. Knows no HTTP and no endpoint. Texts of secrets do not leave but in the one answer that gives them.
 */

export { ADMIN_BY_PROVIDER, adminFault, tellOfNoAdmin } from './admins.ts';
export { type AttemptLimits, Attempts } from './attempts.ts';
export { mintRecoveryCodes, mintSetupCode, plainCode } from './codes.ts';
export { openPeopleContext, type PeopleContext } from './context.ts';
export { openSetup, type SetupCode } from './first-start.ts';
export { type Credentials, identifyOperator, type Operator, stillOperator } from './operator.ts';
export {
  beginPasskey,
  beginPasskeySignIn,
  type Ceremony,
  type PasskeyPlace,
  passkeyPlace,
  provePasskey,
  readPasskey,
} from './passkeys.ts';
export { BusyError, Passwords } from './passwords.ts';
export { type Proof, type ProofFault, type Proven, provePerson, provePresent } from './prove.ts';
export { checkSecondFactor, confirmTotp, type Enrolment, isEnrolled, newEnrolment } from './second-factor.ts';
export { beginSession, csrfOf, type StartedSession } from './sessions.ts';
export { totpCode } from './totp.ts';
export { BY_PASSKEY, endOfSession, type Ways, wayOf } from './ways.ts';
