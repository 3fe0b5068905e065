import { createHmac } from 'node:crypto';
import { TOTP_STEP_S, TOTP_STEPS_AROUND } from '../../limits/index.ts';

const DIGITS = 6;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The code of a step (RFC 4226, 5.3, with SHA-1, which every authenticator knows). */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  const number = mac.readUInt32BE(offset) & 0x7f_ff_ff_ff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

export function stepAt(nowMs: number): number {
  return Math.floor(nowMs / 1_000 / TOTP_STEP_S);
}

/** The step whose code this is, among those that count now (RFC 6238, 5.2); undefined for a wrong code. */
export function stepOf(secret: Uint8Array, code: string, nowMs: number): number | undefined {
  const now = stepAt(nowMs);
  for (let step = now - TOTP_STEPS_AROUND; step <= now + TOTP_STEPS_AROUND; step += 1)
    if (totpCode(secret, step) === code) return step;
  return undefined;
}

/** RFC 4648 without padding, as authenticators take it. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xff_ff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET.charAt((value >>> (bits - 5)) & 31);
  }
  return bits === 0 ? text : text + ALPHABET.charAt((value << (5 - bits)) & 31);
}
