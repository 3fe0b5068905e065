import { useQuery } from '@tanstack/react-query';
import { grantsQuery, serversQuery } from '../../../app/reads.ts';
import { membersOf } from '../../grants/members.ts';
import type { Wanted } from './period.ts';

/**
 * What is asked for without what is not there, as an old address may name it: another server is the usual one then, and another grant
 * every one. What cannot be told, as long as lists are read or where they are longer than a page of the API, stays.
 */
export function useKnown(
  wanted: Wanted,
  usual: { readonly server: string; readonly isFixed: boolean },
): Wanted {
  const servers = useQuery(serversQuery).data;
  const grants = useQuery(grantsQuery).data;
  const isKnown = (slug: string) =>
    servers === undefined || servers.next !== undefined || servers.items.some((one) => one.slug === slug);
  const server = usual.isFixed ? usual.server : ([wanted.server, usual.server].find(isKnown) ?? '');
  const grant = server === wanted.server ? wanted.grant : '';
  if (grants === undefined || grants.next !== undefined) return { ...wanted, server, grant };
  const known = grants.items.find(
    (one) =>
      (one.id === grant || one.name === grant) && membersOf(one).some((member) => member.server === server),
  );
  return { ...wanted, server, grant: known?.id ?? '' };
}
