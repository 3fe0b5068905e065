import { lookup as resolveAll } from 'node:dns/promises';
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net';
import { type Resolve, resolveOnce } from './resolve.ts';

/** How a refused address is let in, where a configuration or the API declares its server. */
export const SETTING_ALLOWS = 'set "allow_private": true on the server if it may be reached';

/** Thrown inside connecting when an address may not be reached; the message names it for the operator. */
export class AddressRefused extends Error {
  constructor(host: string, address: string) {
    super(
      `${host === address ? host : `${host} resolves to ${address}, which`} is a private or special address; ` +
        SETTING_ALLOWS,
    );
    this.name = 'AddressRefused';
  }
}

const specialIpv4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // The platform address of Azure answers with credentials, though its range is public.
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

const specialIpv6 = [
  // Unspecified, loopback and the IPv4-compatible addresses.
  ['::', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  // IETF assignments with Teredo, then documentation, 6to4 and segment routing.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const;

const special = new BlockList();
for (const [net, prefix] of specialIpv4) special.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of specialIpv6) special.addSubnet(net, prefix, 'ipv6');

/** These carry an IPv4 address in their last 32 bits, and it is that address which is reached. */
const carriers = new BlockList();
carriers.addSubnet('::ffff:0:0', 96, 'ipv6');
carriers.addSubnet('64:ff9b::', 96, 'ipv6');

/** Loopback, private, link-local, metadata and other special ranges, in any of their written forms. */
export function isSpecialAddress(address: string): boolean {
  if (isIPv4(address)) return special.check(address, 'ipv4');
  const plain = address.replace(/%.*$/, '');
  if (isIP(plain) !== 6) return true;
  if (carriers.check(plain, 'ipv6')) return special.check(lastFourBytes(plain), 'ipv4');
  return special.check(plain, 'ipv6');
}

function lastFourBytes(ipv6: string): string {
  const tail = ipv6.slice(ipv6.lastIndexOf(':') + 1);
  if (tail.includes('.')) return tail;
  // The WHATWG parser writes every IPv6 address in one form, whose last two groups are what is needed.
  const groups = new URL(`http://[${ipv6}]/`).hostname.slice(1, -1).split(':');
  const low = Number.parseInt(groups.at(-1) || '0', 16);
  const high = Number.parseInt(groups.at(-2) || '0', 16);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Whether a host is at special addresses whatever a resolver says: it is one, or a name of the machine itself (RFC 6761 §6.3). */
export function isSpecialByName(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? /(?:^|\.)localhost\.?$/i.test(host) : isSpecialAddress(host);
}

/** Resolves a name once and gives the addresses to connect to; refuses when any of them is special. */
export function guardedLookup(allowPrivate: boolean, resolve: Resolve = resolveOnce): LookupFunction {
  return (hostname, options, callback) => {
    resolve(
      hostname,
      { family: options.family ?? 0, hints: options.hints ?? 0, all: true },
      (error, found) => {
        if (error !== null) return callback(error, [], 0);
        const refused = allowPrivate ? undefined : found.find(({ address }) => isSpecialAddress(address));
        if (refused !== undefined) return callback(new AddressRefused(hostname, refused.address), [], 0);
        const first = found[0];
        if (options.all === true || first === undefined) return callback(null, found);
        callback(null, first.address, first.family);
      },
    );
  };
}

/** Whether a host is at special addresses alone, as far as names can say. */
export async function isAtSpecialAddress(hostname: string): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return isSpecialAddress(host);
  const found = await resolveAll(host, { all: true }).catch(() => []);
  return found.length > 0 && found.every(({ address }) => isSpecialAddress(address));
}

/** An address without its query: what tokens are for. */
export function plainAddress(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? '';
}
