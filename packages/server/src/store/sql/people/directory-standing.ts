import type { Arrival, Directory } from '../../contract.ts';
import { build } from '../tables.ts';
import { all, change, type Work } from '../work.ts';
import type { PeopleTables } from './tables.ts';

export type EntryRow = PeopleTables['directory_entries'];

/** How a directory stands to somebody: `out` if it keeps them out, `unknown` if it says nothing of them. */
export type Standing = 'active' | 'out' | 'unknown';

/** Somebody, by whatever is known of them. */
type Sought = {
  /** What the provider calls them. */
  readonly subjects: readonly string[];
  readonly person?: string | undefined;
  readonly email?: string | undefined;
};

type Of = Pick<Directory, 'organization' | 'provider'>;

/**
 * The entries that are about who this is: those that say so by their account or by the provider's own name of them, else those with their
 * e-mail that are nobody else's. One that was deleted speaks where no other does. Only if all of them are active is it.
 */
export function* standingOf(of: Of, sought: Sought): Work<Standing> {
  const certain = yield* certainOf(of, sought);
  const likely = sought.email === undefined ? [] : yield* withEmail(of, sought.email);
  const ownOrNobodys = likely.filter(({ person }) => person === null || person === sought.person);
  for (const rows of [certain, ownOrNobodys]) {
    const live = rows.filter(isLive);
    if (live.length > 0) return live.every(({ state }) => state === 'active') ? 'active' : 'out';
  }
  return certain.length + ownOrNobodys.length > 0 ? 'out' : 'unknown';
}

export const isLive = ({ state }: Pick<EntryRow, 'state'>): boolean => state !== 'deleted';

function* certainOf(of: Of, { person, subjects }: Sought): Work<readonly EntryRow[]> {
  const found = person === undefined ? [] : [...(yield* ownedBy(of, person))];
  for (const subject of subjects)
    found.push(...(yield* all(entriesOf(of).where('external_id', '=', subject))));
  return found;
}

/** Those of an account; a look-up by it alone, as a person has few. */
export function* ownedBy({ organization, provider }: Of, person: string): Work<readonly EntryRow[]> {
  const own = build.selectFrom('directory_entries').selectAll().where('person', '=', person);
  return (yield* all(own)).filter((row) => row.organization === organization && row.provider === provider);
}

/** An entry without an e-mail is known by its user name, where that is one. */
export function* withEmail(of: Of, email: string): Work<readonly EntryRow[]> {
  const named = entriesOf(of).where('user_name_key', '=', email).where('email', 'is', null);
  return [...(yield* all(entriesOf(of).where('email', '=', email))), ...(yield* all(named))];
}

/** Keeps whose the entries are that let somebody in, as their e-mail there may become another one. Within a transaction of the caller. */
export function* claimEntries(arrival: Arrival, person: string): Work<void> {
  const { directory, email, organization, subject } = arrival;
  if (directory === undefined) return;
  const of = { organization, provider: directory };
  const claim = build.updateTable('directory_entries').set({ person });
  const certain = (yield* certainOf(of, { subjects: [subject], person })).filter(isLive);
  const likely = email === undefined || certain.length > 0 ? [] : yield* withEmail(of, email);
  for (const { id } of [...certain, ...likely].filter((row) => isLive(row) && row.person === null))
    yield* change(claim.where('id', '=', id));
}

/** Whether it was a directory by which somebody stopped being a member. */
export function* wasTakenOut(of: Of, person: string): Work<boolean> {
  return (yield* ownedBy(of, person)).some(({ took_out }) => took_out === 1);
}

export function entriesOf({ organization, provider }: Of) {
  return build
    .selectFrom('directory_entries')
    .selectAll()
    .where('organization', '=', organization)
    .where('provider', '=', provider);
}

/** By which e-mail an entry is known. */
export function emailOf({ email, user_name_key }: Pick<EntryRow, 'email' | 'user_name_key'>): string {
  return email ?? user_name_key;
}

/** User names that differ in case alone are one. */
export function nameKey(userName: string): string {
  return userName.normalize('NFC').toLowerCase();
}
