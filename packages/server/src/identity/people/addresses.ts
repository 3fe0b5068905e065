import { isIPv4, isIPv6 } from 'node:net';

/** Groups of an IPv6 address that name a site (a /56 is three and a half): who has one has all addresses in it. */
const SITE_DIGITS = 14;

/**
 * What stands for an address when attempts are counted: IPv4 as it is, also when it is written as IPv6, and of IPv6 the first
 * 56 bits. Anything else is one address.
 */
export function addressKey(address: string | undefined): string {
  const bare = (address ?? '')
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/%.*$/, '');
  if (isIPv4(bare)) return bare;
  return isIPv6(bare) ? siteOf(bare) : 'unknown';
}

function siteOf(address: string): string {
  const [head = '', tail] = address.split('::');
  const groups = (text: string | undefined) => (text === undefined || text === '' ? [] : text.split(':'));
  const left = groups(head);
  const right = groups(tail);
  const missing = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const all = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  return all
    .map((group) => group.padStart(4, '0'))
    .join('')
    .slice(0, SITE_DIGITS);
}
