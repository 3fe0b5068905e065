import { STACK_SEPARATOR } from '../../identity/index.ts';
import type { Member } from '../context.ts';

/** Characters of a name that clients take (gateway §10); longer ones are left out rather than mangled. */
export const MAX_STACK_NAME = 64;

/** What stands before the URI of a resource, with the slug: a URI of its own that any client's parser leaves alone. */
const URI_SCHEME = 'boomgate:';

export type Named = { readonly member: Member; readonly inner: string };

export function stackName(slug: string, name: string): string {
  return `${slug}${STACK_SEPARATOR}${name}`;
}

export function stackUri(slug: string, uri: string): string {
  return `${URI_SCHEME}${slug}/${uri}`;
}

/** The member that a name leads to, and its own name there. */
export function memberOfName(members: readonly Member[], name: string): Named | undefined {
  const at = name.indexOf(STACK_SEPARATOR);
  return at < 0 ? undefined : named(members, name.slice(0, at), name.slice(at + STACK_SEPARATOR.length));
}

export function memberOfUri(members: readonly Member[], uri: string): Named | undefined {
  const end = uri.indexOf('/');
  if (!uri.startsWith(URI_SCHEME) || end < 0) return undefined;
  return named(members, uri.slice(URI_SCHEME.length, end), uri.slice(end + 1));
}

function named(members: readonly Member[], slug: string, inner: string): Named | undefined {
  const member = members.find(({ server }) => server.slug === slug);
  return member === undefined || inner === '' ? undefined : { member, inner };
}
