import { randomBytes } from 'node:crypto';
import { RECOVERY_CODES } from '../../limits/index.ts';
import { base32 } from './totp.ts';

const RECOVERY_BYTES = 10;
const SETUP_BYTES = 15;
const GROUP = 4;

/** The code that the gateway prints for its first person: 120 bits. */
export function mintSetupCode(): string {
  return inGroups(base32(randomBytes(SETUP_BYTES)));
}

/** Codes for who lost the second factor: 80 bits each. */
export function mintRecoveryCodes(): readonly string[] {
  return Array.from({ length: RECOVERY_CODES }, () => inGroups(base32(randomBytes(RECOVERY_BYTES))));
}

/** How a code is compared: as it was made, however a person typed it. */
export function plainCode(typed: string): string {
  return typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
}

function inGroups(text: string): string {
  return (text.match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? []).join('-');
}
