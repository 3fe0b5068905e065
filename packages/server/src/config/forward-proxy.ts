import { isIP } from 'node:net';
import type { ForwardProxy } from '../upstreams/index.ts';
import type { Environment } from './references.ts';

export type { ForwardProxy } from '../upstreams/index.ts';

const PROXY = 'BOOMGATE_PROXY';
const EXCEPT = 'BOOMGATE_NO_PROXY';
const PREFIX_MAX = { 4: 32, 6: 128 } as const;
const HOST = /^(?:\*\.)?[a-z\d_-]+(?:\.[a-z\d_-]+)*$/i;

/**
 * The proxy through which everything leaves, by its own variables: those that other programs read, such as HTTPS_PROXY, may be there for
 * them alone, and would lead credentials elsewhere.
 */
export function readForwardProxy(
  environment: Environment,
): { readonly proxy: ForwardProxy | undefined } | { readonly problem: string } {
  const written = environment[PROXY]?.trim() ?? '';
  const entries = (environment[EXCEPT] ?? '').split(',').map((entry) => entry.trim());
  if (written === '') return { proxy: undefined };
  const url = URL.parse(written);
  const isProxy = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url === null || !isProxy || `${url.pathname}${url.search}${url.hash}` !== '/' || !isReadable(url))
    return {
      problem: `${PROXY}: expected the address of a proxy such as http://proxy.example.com:3128, found something else (it is not repeated, as it may hold a password)`,
    };
  const except = entries.filter((entry) => entry !== '').map((entry) => entry.replace(/^\./, '*.'));
  const unknown = except.find((entry) => !isEntry(entry));
  if (unknown !== undefined)
    return {
      problem: `${EXCEPT}: expected hosts, *.example.com, addresses or networks such as 10.0.0.0/8 with commas between them, found ${JSON.stringify(unknown)}`,
    };
  return { proxy: { url: url.href, except } };
}

/** A `%` in a password has to be written as `%25`. */
function isReadable({ password, username }: URL): boolean {
  try {
    decodeURIComponent(`${username}${password}`);
    return true;
  } catch {
    return false;
  }
}

function isEntry(entry: string): boolean {
  const [net = '', prefix, ...more] = entry.split('/');
  const family = isIP(net);
  if (family === 0) return prefix === undefined && HOST.test(entry);
  if (prefix === undefined) return true;
  return more.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= PREFIX_MAX[family as 4 | 6];
}
