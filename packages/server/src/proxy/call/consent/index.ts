/**
 * Calls that need a person (gateway §7): asked for, held, and let through by an approval that is used with the record of the
 * call. Who may decide, and what a decision makes of an approval, is in the room `approvals`.
 */
export { withConsent } from './with-consent.ts';
