import { createHash } from 'node:crypto';

/** Why a text cannot be the address of a webhook, or undefined. Repeats nothing of it. */
export function addressFault(text: string): string | undefined {
  const parsed = URL.parse(text);
  const isPlain =
    parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === '';
  return isPlain ? undefined : 'expected an http or https address without user name and password';
}

/** What may be shown of an address: who knows all of a chat program's can write there. */
export function shownAddress(text: string): string {
  const { origin, pathname, search } = new URL(text);
  return pathname === '/' && search === '' ? origin : `${origin}/…`;
}

/** Hex digits that tell the webhooks of a file apart. */
const ID_DIGITS = 16;

/** The id of a webhook that the configuration file declares: the same as long as its address is. */
export function declaredId(url: string): string {
  return `file:${createHash('sha256').update(url).digest('hex').slice(0, ID_DIGITS)}`;
}
