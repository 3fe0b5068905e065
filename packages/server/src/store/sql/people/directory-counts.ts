import type { Directory, DirectoryEntries } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { all, type Work } from '../work.ts';
import { entriesOf } from './directory-standing.ts';

/** What whoever looks after a directory wants to know of all its entries. */
export function openDirectoryCounts(
  executor: SqlExecutor,
): Pick<DirectoryEntries, 'membersWithout' | 'lockedOut' | 'counts'> {
  return {
    membersWithout: (of) => executor.read(() => membersWithout(of)),
    lockedOut: (of) => executor.read(() => lockedOut(of)),
    counts: (organization) => executor.read(() => counts(organization)),
  };
}

function* membersWithout(of: Directory): Work<number> {
  const owned = entriesOf(of)
    .clearSelect()
    .select('person')
    .where('state', '!=', 'deleted')
    .where('person', 'is not', null);
  const members = build
    .selectFrom('members')
    .innerJoin('external_identities', 'external_identities.person', 'members.person')
    .select('members.person')
    .distinct()
    .where('members.organization', '=', of.organization)
    .where('external_identities.issuer', '=', of.issuer)
    .where('members.person', 'not in', owned);
  return (yield* all(members)).length;
}

function* counts(organization: string): Work<ReadonlyMap<string, { active: number; inactive: number }>> {
  const counted = build
    .selectFrom('directory_entries')
    .select(['provider', 'state', (one) => one.fn.countAll<number>().as('count')])
    .where('organization', '=', organization)
    .where('state', '!=', 'deleted')
    .groupBy(['provider', 'state']);
  const found = new Map<string, { active: number; inactive: number }>();
  for (const { count, provider, state } of yield* all(counted)) {
    const of = found.get(provider) ?? { active: 0, inactive: 0 };
    found.set(provider, { ...of, [state]: count });
  }
  return found;
}

function* lockedOut({ issuer, organization, provider }: Directory): Work<readonly string[]> {
  const members = build
    .selectFrom('directory_entries')
    .innerJoin('members', 'members.person', 'directory_entries.person')
    .innerJoin('people', 'people.id', 'members.person')
    .innerJoin('external_identities', 'external_identities.person', 'members.person')
    .select('people.email as email')
    .distinct()
    .where('directory_entries.organization', '=', organization)
    .where('directory_entries.provider', '=', provider)
    .where('directory_entries.state', '=', 'inactive')
    .where('members.organization', '=', organization)
    .where('external_identities.issuer', '=', issuer)
    .orderBy('email');
  return (yield* all(members)).map(({ email }) => email);
}
