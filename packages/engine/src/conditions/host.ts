import type { Truth } from '../decide/decision.ts';
import { contains, embeddedFour, parseAddress, parseRange } from './address.ts';
import { truth } from './truth.ts';

/** What URL parsers disagree about, or drop silently: controls, blanks, backslashes, anything beyond ASCII. */
const SUSPICIOUS = /[^!-[\]-~]/;
const ABSOLUTE = /^https?:\/\/([^/?#]*)/i;
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[^:[\]@%]+)(?::(\d{0,5}))?$/i;
const PORT_MAX = 65_535;
const HOST_MAX = 253;
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;
/** A last label that URL parsers take for a number, and so the host for an IPv4 address. */
const NUMERIC_LABEL = /^(\d+|0x[0-9a-f]*)$/;

/**
 * Whether an absolute http(s) URL has one of the hosts, or lies under a `*.example.com` (policy language §4, `host_in`).
 * *Undetermined* for everything that two URL parsers may read differently, and for user-info and other schemes.
 */
export function compileHostIn(entries: readonly string[]): (url: string) => Truth {
  const exact = new Set<string>();
  const suffixes: string[] = [];
  let isComplete = true;
  for (const entry of entries) {
    const host = canonicalHost(entry.startsWith('*.') ? entry.slice(2) : entry);
    if (host === undefined) isComplete = false;
    else if (entry.startsWith('*.')) suffixes.push(`.${host}`);
    else exact.add(host);
  }
  return (url) => {
    const host = hostOf(url);
    if (host === undefined) return 'undetermined';
    if (exact.has(host) || suffixes.some((suffix) => host.endsWith(suffix))) return 'true';
    return isComplete ? 'false' : 'undetermined';
  };
}

/** Whether an IP literal lies in one of the ranges; *undetermined* for what is not an IP literal. */
export function compileCidrIn(entries: readonly string[]): (text: string) => Truth {
  const ranges = entries.map(parseRange).filter((range) => range !== undefined);
  const isComplete = ranges.length === entries.length;
  return (text) => {
    const address = parseAddress(text);
    if (address === undefined) return 'undetermined';
    const four = embeddedFour(address) ?? address;
    if (ranges.some((range) => contains(range, address) || contains(range, four))) return 'true';
    return isComplete ? truth(false) : 'undetermined';
  };
}

function hostOf(url: string): string | undefined {
  if (SUSPICIOUS.test(url)) return undefined;
  const authority = ABSOLUTE.exec(url)?.[1];
  const [, host, port] = AUTHORITY.exec(authority ?? '') ?? [];
  if (host === undefined || Number(port ?? 0) > PORT_MAX) return undefined;
  return canonicalHost(host);
}

/** Lower case, without the root's dot; IP addresses in one spelling. Undefined for what is not a host. */
function canonicalHost(text: string): string | undefined {
  const bare = /^\[.*\]$/.test(text) ? text.slice(1, -1) : text;
  if (bare.includes(':')) return canonicalAddress(bare);
  if (bare !== text) return undefined;
  const host = text.toLowerCase().replace(/\.$/, '');
  const labels = host.split('.');
  if (NUMERIC_LABEL.test(labels.at(-1) ?? '')) return canonicalAddress(host);
  return host.length <= HOST_MAX && labels.every((label) => LABEL.test(label)) ? host : undefined;
}

function canonicalAddress(text: string): string | undefined {
  const address = parseAddress(text);
  if (address === undefined) return undefined;
  const { width, bits } = embeddedFour(address) ?? address;
  return `ip${width}:${bits}`;
}
