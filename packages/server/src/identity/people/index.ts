/**
 * From what a person or a script presents to an `Operator`, a `Proven` person or a refusal: passwords, second factors, codes,
 * sessions and API keys. Knows no HTTP and no endpoint. Texts of secrets do not leave but in the one answer that gives them.
 */

export { ADMIN_BY_PROVIDER, adminFault, tellOfNoAdmin } from './admins.ts';
export { Attempts } from './attempts.ts';
export { mintRecoveryCodes, plainCode } from './codes.ts';
export { openPeopleContext, type PeopleContext } from './context.ts';
export { openSetup, type SetupCode } from './first-start.ts';
export { type Credentials, identifyOperator, type Operator, stillOperator } from './operator.ts';
export { beginPasskey, beginPasskeySignIn, passkeyPlace, provePasskey, readPasskey } from './passkeys.ts';
export { BusyError, Passwords } from './passwords.ts';
export { type Proof, type Proven, provePerson, provePresent } from './prove.ts';
export { confirmTotp, isEnrolled, newEnrolment } from './second-factor.ts';
export { beginSession, csrfOf } from './sessions.ts';
export { totpCode } from './totp.ts';
export { BY_PASSKEY, endOfSession, type Ways, wayOf } from './ways.ts';
