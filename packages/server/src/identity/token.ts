import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PREFIX = 'bg_';
/** What the other secrets begin with, so that a person and a scanner tell them apart. */
export type SecretPrefix = 'bg_' | 'bga_' | 'bgi_' | 'bgr_' | 'bgs_' | 'bgw_';
/** 43 characters of base62 hold 256 bits. */
const SECRET_LENGTH = 43;
const CHECK_LENGTH = 6;

/** What `mintToken` gives: shown once to a person, then only its hash is kept. */
export type MintedToken = { readonly token: string; readonly hash: string };

/**
 * A new grant token: `bg_`, 256 random bits in base62, and the CRC-32 of what stands before it, so that secret
 * scanners can tell a token from a look-alike (gateway §1).
 */
export function mintToken(): MintedToken {
  return mintSecret(PREFIX);
}

/** The same form with another beginning: `bga_` an API key, `bgi_` an invitation, `bgr_` a link for a forgotten password, `bgs_` a session of a person, `bgw_` an access token of a workload. */
export function mintSecret(prefix: SecretPrefix): MintedToken {
  const secret = base62(BigInt(`0x${randomBytes(32).toString('hex')}`), SECRET_LENGTH);
  const token = `${prefix}${secret}${checksum(prefix + secret)}`;
  return { token, hash: hashToken(token) };
}

/** Whether a text could be presented as a token in a header: what stands for the token of a grant that has none could not. */
export function isPresentable(text: string): boolean {
  return /^[\x21-\x7e]{1,512}$/.test(text);
}

/** SHA-256 of a presented token, hex; the only form in which a token is kept. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex');
}

/**
 * Why a token that a configuration file supplies cannot serve, or undefined when it can: 32 to 256 visible
 * ASCII characters, and a right checksum if it has the form of a minted one.
 */
export function tokenFault(token: string): string | undefined {
  if (!/^[\x21-\x7e]*$/.test(token)) return 'expected visible ASCII characters only, found others';
  if (token.length < 32 || token.length > 256) return `expected 32 to 256 characters, found ${token.length}`;
  const body = token.slice(0, -CHECK_LENGTH);
  const minted = token.startsWith(PREFIX) && token.length === PREFIX.length + SECRET_LENGTH + CHECK_LENGTH;
  if (minted && !token.endsWith(checksum(body)))
    return 'the checksum at its end does not fit; copy the token again';
  return undefined;
}

function checksum(text: string): string {
  return base62(BigInt(crc32(text)), CHECK_LENGTH);
}

function base62(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest /= 62n) text = ALPHABET.charAt(Number(rest % 62n)) + text;
  return text;
}
