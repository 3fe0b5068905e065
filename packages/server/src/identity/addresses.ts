import { isIPv4, isIPv6, SocketAddress } from 'node:net';

/** Groups of an IPv6 address that name a site (a /56 is three and a half): who has one has all addresses in it. */
const SITE_DIGITS = 14;

/**
 * What stands for an address when attempts are counted: IPv4 as it is, also when it is written as IPv6, and of IPv6 the first
 * 56 bits. Anything else is one address.
 */
export function addressKey(address: string | undefined): string {
  const told = toldAddress(address);
  if (told === undefined) return 'unknown';
  return isIPv4(told) ? told : digitsOf(told).slice(0, SITE_DIGITS);
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
