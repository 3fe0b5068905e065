import { isIPv4, isIPv6, SocketAddress } from 'node:net';

/** Groups of an IPv6 address that name a site (a /56 is three and a half): who has one has all addresses in it. */
const SITE_DIGITS = 14;

/**
 * What stands for an address when attempts are counted: IPv4 as it is, also when it is written as IPv6, and of IPv6 the first
 * 56 bits. Anything else is one address.
 */
export function addressKey(address: string | undefined): string {
  const bare = (address ?? '').toLowerCase().replace(/%.*$/, '');
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return 'unknown';
  const digits = digitsOf(bare.replace(/[\d.]+\.\d+$/, hexadecimal));
  return digits.startsWith(MAPPED) ? dotted(digits.slice(MAPPED.length)) : digits.slice(0, SITE_DIGITS);
}

/** What IPv4 addresses begin with when they are written as IPv6 (RFC 4291 §2.5.5.2). */
const MAPPED = `${'0'.repeat(20)}ffff`;

function dotted(digits: string): string {
  return [0, 2, 4, 6].map((at) => Number.parseInt(digits.slice(at, at + 2), 16)).join('.');
}

/** The IPv4 address that an IPv6 one may end with, as two of its groups. */
function hexadecimal(ipv4: string): string {
  const bytes = ipv4.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return `${bytes.slice(0, 2).join('')}:${bytes.slice(2).join('')}`;
}

/** All 32 of them. */
function digitsOf(address: string): string {
  const [head = '', tail] = address.split('::');
  const groups = (text: string | undefined) => (text === undefined || text === '' ? [] : text.split(':'));
  const left = groups(head);
  const right = groups(tail);
  const missing = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const all = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  return all.map((group) => group.padStart(4, '0')).join('');
}

/** An address as it is told and compared, however it is written: IPv4 as such, also within IPv6. Undefined for what is none. */
export function toldAddress(address: string | undefined): string | undefined {
  const bare = withoutMapping((address ?? '').replace(/%.*$/, ''));
  if (isIPv4(bare)) return bare;
  return isIPv6(bare)
    ? withoutMapping(new SocketAddress({ address: bare, family: 'ipv6' }).address)
    : undefined;
}

const withoutMapping = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

/**
 * Where a request comes from, by the address that is connected and, behind a proxy, `X-Forwarded-For`: its last address is the one that
 * the proxy saw; what stands before it anybody can write.
 */
export function senderOf(connected: string | undefined, forwarded: string | undefined): string | undefined {
  const seen = forwarded?.split(',').at(-1)?.trim();
  return seen === undefined ? connected : withoutPort(seen);
}

/** Some proxies write the port of who asks as well, and an IPv6 address in brackets. */
function withoutPort(seen: string): string {
  return seen.replace(/^\[([^\]]*)\](?::\d{1,5})?$|^([\d.]+):\d{1,5}$/, '$1$2');
}
