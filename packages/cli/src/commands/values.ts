import { isIP, isIPv6, SocketAddress } from 'node:net';
import type { Parsed } from '../endpoint.ts';
import type { KnownHead, KnownHeads, Labels } from '../plan/index.ts';

/** Readers of option values: what was expected and found, as a value. */
export type Reader<T> = (text: string) => Parsed<T>;

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
/** Ten years: longer is a mistake. */
const MAX_DURATION_MS = 3_650 * 86_400_000;
/** A slug as it stands in URLs and client files. */
const SLUG = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** That of the API, by a test: to load its contract for one number would slow every command. */
export const MAX_NAME = 100;

export function readWholeNumber(least: number, most: number): Reader<number> {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return { ok: true, value };
    return bad(`a whole number from ${least} to ${most}`, text);
  };
}

export function readOneOf<const T extends string>(choices: readonly T[]): Reader<T> {
  return (text) => {
    const value = choices.find((choice) => choice === text);
    return value === undefined ? bad(`one of ${choices.join(', ')}`, text) : { ok: true, value };
  };
}

/** `90s`, `10m`, `12h`, `30d`, `2w`, in milliseconds. */
export const readDuration: Reader<number> = (text) => {
  const parts = /^(\d{1,6})([smhdw])$/.exec(text);
  const ms = parts === null ? 0 : Number(parts[1]) * (UNIT_MS[parts[2] ?? ''] ?? 0);
  if (ms > 0 && ms <= MAX_DURATION_MS) return { ok: true, value: ms };
  return bad('a length of time such as 90s, 10m, 12h or 30d, at most 3650d', text);
};

/** A moment, as an ISO 8601 date and time with offset or a date (UTC), in milliseconds since the epoch. */
export const readMoment: Reader<number> = (text) => {
  const isIso = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(
    text,
  );
  const value = isIso ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(value)) return { ok: true, value };
  return bad('a moment such as 2026-11-22 or 2026-11-22T16:30:00Z', text);
};

/** A length of time back from now, or a moment. */
export function readSince(nowMs: number): Reader<number> {
  return (text) => {
    const ago = readDuration(text);
    if (ago.ok) return { ok: true, value: nowMs - ago.value };
    const moment = readMoment(text);
    return moment.ok
      ? moment
      : bad('a length of time such as 10m, or a moment such as 2026-11-22T16:30:00Z', text);
  };
}

/** A length of time from now, or a moment to come. */
export function readExpiry(nowMs: number): Reader<number> {
  return (text) => {
    const length = readDuration(text);
    if (length.ok) return { ok: true, value: nowMs + length.value };
    const moment = readMoment(text);
    if (moment.ok && moment.value > nowMs) return moment;
    return bad('a length of time such as 30d (at most 3650d), or a moment that is still to come', text);
  };
}

const PREFIX_MAX: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

/** An address, in the form in which logs have it. */
export const readAddress: Reader<string> = (text) => {
  if (isIP(text) === 0 || text.includes('%'))
    return bad('an address, such as 203.0.113.7 or 2001:db8::1', text);
  const value = isIPv6(text) ? new SocketAddress({ address: text, family: 'ipv6' }).address : text;
  return { ok: true, value };
};

/** An address, or a network in CIDR notation; as the API takes it. */
export const readNetwork: Reader<string> = (text) => {
  const [, address = text, prefix = '0'] = /^([^%]*?)\/(\d|[1-9]\d{1,2})$/.exec(text) ?? [];
  const most = PREFIX_MAX[isIP(address)];
  if (most !== undefined && !address.includes('%') && Number(prefix) <= most)
    return { ok: true, value: text };
  return bad('an address or a network, such as 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32', text);
};

export const readSlug: Reader<string> = (text) =>
  SLUG.test(text)
    ? { ok: true, value: text }
    : bad('a name of 1 to 64 letters, digits, ".", "_" and "-" that starts with a letter or digit', text);

/** The beginning of a fingerprint, long enough that no other definition can be made to begin so. */
export const readFingerprint: Reader<string> = (text) =>
  /^[0-9a-f]{16,64}$/.test(text)
    ? { ok: true, value: text }
    : {
        ok: false,
        message: 'expected 16 to 64 digits 0-9 a-f of the fingerprint that "boomgate drift show" prints',
      };

/** Names for people: printable, as long as the API takes them. */
export const readName: Reader<string> = (text) =>
  text.trim() === text && text !== '' && text.length <= MAX_NAME && !/\p{C}/u.test(text)
    ? { ok: true, value: text }
    : bad(`a printable name of 1 to ${MAX_NAME} characters without blanks at its ends`, text);

/** `key=value`, added to those before it. */
export function readLabel(text: string, before: Labels): Parsed<Labels> {
  const at = text.indexOf('=');
  const key = text.slice(0, at);
  if (at < 1) return bad('a label such as team=finance', text);
  if (Object.hasOwn(before, key))
    return { ok: false, message: `expected each label once, found ${quote(key)} twice` };
  return { ok: true, value: Object.fromEntries([...Object.entries(before), [key, text.slice(at + 1)]]) };
}

function bad(expected: string, found: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message: `expected ${expected}, found ${quote(found)}` };
}

/** JSON quoting also makes line breaks and controls visible. */
const quote = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);

/** `LINK:HASH,LINK:HASH` of both logs as `audit verify` prints them, or of the decision log alone. */
export const readHeads: Reader<KnownHeads> = (text) => {
  const [decisions, audit, ...more] = text.split(',').map(headIn);
  const isRead = decisions !== undefined && more.length === 0 && text.split(',').length <= 2;
  if (isRead && (audit !== undefined || !text.includes(',')))
    return { ok: true, value: { decisions, ...(audit === undefined ? {} : { audit }) } };
  return bad('LINK:HASH,LINK:HASH as an earlier run printed it', text);
};

function headIn(text: string): KnownHead | undefined {
  const [, link, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  return link === undefined || hash === undefined ? undefined : { link: Number(link), hash };
}
