import type {
  Directory,
  DirectoryAct,
  DirectoryAttributes,
  DirectoryEntries,
  DirectoryEntry,
  DirectoryKey,
  DirectoryQuery,
  DirectoryWritten,
  KnownPerson,
} from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { all, change, first, type Work } from '../work.ts';
import { openDirectoryCounts } from './directory-counts.ts';
import { bindEntry, type Followed, follow } from './directory-effects.ts';
import { type EntryRow, emailOf, entriesOf, isLive, nameKey, withEmail } from './directory-standing.ts';

export function openDirectoryEntries(executor: SqlExecutor): DirectoryEntries {
  return {
    async find(of, id) {
      const row = await executor.read(() => first(live(of).where('id', '=', id)));
      return row && decode(row);
    },
    list: (of, query) => executor.read(() => list(of, query)),
    create: (of, entry, act) => executor.write(() => create(executor, { of, act }, entry)),
    change: (of, entry, act) => executor.write(() => changeEntry(executor, { of, act }, entry)),
    remove: (of, id, act) => executor.write(() => remove(executor, { of, act }, id)),
    personOf: (of, id) => executor.read(() => personOf(of, id)),
    ...openDirectoryCounts(executor),
  };
}

function* personOf({ issuer, ...of }: Directory, id: string): Work<KnownPerson | undefined> {
  const row = yield* first(live(of).where('id', '=', id));
  if (row === undefined || row.person === null) return undefined;
  const linked = build
    .selectFrom('people')
    .innerJoin('external_identities', 'external_identities.person', 'people.id')
    .select(['people.id as person', 'people.email as email'])
    .where('people.id', '=', row.person)
    .where('external_identities.issuer', '=', issuer);
  return yield* first(linked);
}

type Said = { readonly of: Directory; readonly act: DirectoryAct };

function* list({ organization, provider }: Directory, { limit, offset, where = {} }: DirectoryQuery) {
  const keys = Object.entries(where) as [keyof DirectoryKey, string][]; // a cast: the type has these alone
  const found = keys.reduce(
    (query, [key, value]) => matching(query, key, value),
    live({ organization, provider }),
  );
  const page = found.orderBy('id').limit(limit).offset(offset);
  const entries = (yield* all(page)).map(decode);
  const counted = found.clearSelect().select(({ fn }) => fn.countAll<number>().as('count'));
  return { entries, total: (yield* first(counted))?.count ?? 0 };
}

function matching(query: ReturnType<typeof live>, key: keyof DirectoryKey, value: string) {
  if (key === 'id') return query.where('id', '=', value);
  if (key === 'externalId') return query.where('external_id', '=', value);
  if (key === 'userName') return query.where('user_name_key', '=', nameKey(value));
  return query.where('email', '=', value.toLowerCase());
}

type New = { readonly id: string; readonly attributes: DirectoryAttributes; readonly most: number };

function* create(
  executor: SqlExecutor,
  said: Said,
  { attributes, id, most }: New,
): Work<DirectoryWritten | 'taken' | 'full'> {
  const { organization, provider } = said.of;
  const there = entriesOf(said.of).clearSelect();
  const counted = yield* first(there.select(({ fn }) => fn.countAll<number>().as('count')));
  if ((counted?.count ?? 0) >= most) return 'full';
  const atMs = executor.clock.wallMs();
  const row: EntryRow = {
    ...{ id, organization, provider, person: null, took_out: 0 },
    ...columnsOf(attributes),
    ...{ version: 1, created_at: atMs, modified_at: atMs },
  };
  if (yield* isTakenBy(said.of, row)) return 'taken';
  yield* change(build.insertInto('directory_entries').values(row));
  yield* note(executor, said, { action: 'directory_entry.created', after: row });
  return yield* written(executor, said, { row, isNews: true });
}

type Changed = {
  readonly id: string;
  readonly version: number;
  readonly attributes: DirectoryAttributes;
};

function* changeEntry(
  executor: SqlExecutor,
  said: Said,
  { attributes, id, version }: Changed,
): Work<DirectoryWritten | 'unknown' | 'taken' | 'stale'> {
  const before = yield* first(live(said.of).where('id', '=', id));
  if (before === undefined) return 'unknown';
  if (before.version !== version) return 'stale';
  const { isActive } = attributes;
  const asked = { ...before, ...columnsOf(attributes) };
  const isTaken = yield* isTakenBy(said.of, asked);
  if (isTaken && isActive) return 'taken';
  const next = isTaken ? { ...before, state: asked.state } : asked;
  const isNews = Object.entries(next).some(([name, value]) => before[name as keyof EntryRow] !== value);
  if (!isNews) return { ...(yield* written(executor, said, { row: before, isNews })), isTaken };
  const row = { ...next, version: version + 1, modified_at: executor.clock.wallMs() };
  yield* replace(row);
  yield* note(executor, said, { action: 'directory_entry.changed', before, after: row });
  return { ...(yield* written(executor, said, { row, isNews, before })), isTaken };
}

function* remove(executor: SqlExecutor, said: Said, id: string): Work<DirectoryWritten | 'unknown'> {
  const before = yield* first(live(said.of).where('id', '=', id));
  if (before === undefined) return 'unknown';
  const isNews = before.state === 'active';
  const closed = { ...before, state: 'inactive' };
  yield* replace(closed);
  const result = yield* written(executor, said, { row: closed, isNews, before });
  const next = { version: before.version + 1, modified_at: executor.clock.wallMs() };
  if (result.lastAdmin) {
    if (!isNews) return result;
    const row = { ...closed, ...next };
    yield* change(build.updateTable('directory_entries').set(next).where('id', '=', id));
    yield* note(executor, said, { action: 'directory_entry.changed', before, after: row });
    return { ...result, entry: decode(row) };
  }
  // Nothing is kept but what tells whom not to let in.
  const forgotten = { display_name: null, given_name: null, family_name: null, state: 'deleted' };
  yield* change(
    build
      .updateTable('directory_entries')
      .set({ ...forgotten, ...next })
      .where('id', '=', id),
  );
  yield* note(executor, said, { action: 'directory_entry.deleted', before });
  return result;
}

type Made = { readonly row: EntryRow; readonly isNews: boolean; readonly before?: EntryRow };

/** What an entry says has consequences also for whose it was before. */
function* written(executor: SqlExecutor, said: Said, { before, isNews, row }: Made): Work<DirectoryWritten> {
  const person = yield* bindEntry(said.of, row);
  const followed: Followed = yield* follow(executor, { ...said, isNews }, [person, before?.person]);
  return { entry: decode(row), isTaken: false, ...followed };
}

/** What others that are not deleted are known by. */
function* isTakenBy(of: Directory, row: EntryRow): Work<boolean> {
  const found = [
    ...(yield* all(live(of).where('user_name_key', '=', row.user_name_key))),
    ...(row.external_id === null ? [] : yield* all(live(of).where('external_id', '=', row.external_id))),
    ...(yield* withEmail(of, emailOf(row))).filter(isLive),
  ];
  return found.some(({ id }) => id !== row.id);
}

function* replace(row: EntryRow): Work<void> {
  const { id, person: _, took_out: __, ...columns } = row;
  yield* change(build.updateTable('directory_entries').set(columns).where('id', '=', id));
}

function live(of: Pick<Directory, 'organization' | 'provider'>) {
  return entriesOf(of).where('state', '!=', 'deleted');
}

type Noted = {
  readonly action: string;
  readonly before?: EntryRow;
  readonly after?: EntryRow;
};

function* note(executor: SqlExecutor, { act, of }: Said, { action, after, before }: Noted): Work<void> {
  const row = after ?? before;
  if (row === undefined) return;
  yield* executor.note({
    organization: of.organization,
    actor: act.actor,
    action,
    target: { kind: 'directory_entry', id: row.id, name: row.user_name },
    ...(before === undefined ? {} : { before: factsOf(before) }),
    ...(after === undefined ? {} : { after: factsOf(after) }),
  });
}

function factsOf({ email, external_id, provider, state, user_name }: EntryRow) {
  return {
    ...{ provider, userName: user_name, active: state === 'active' },
    ...(external_id === null ? {} : { externalId: external_id }),
    ...(email === null ? {} : { email }),
  };
}

function columnsOf(attributes: DirectoryAttributes) {
  const { displayName, email, externalId, familyName, givenName, isActive, userName } = attributes;
  return {
    user_name: userName,
    user_name_key: nameKey(userName),
    external_id: externalId ?? null,
    email: email ?? null,
    display_name: displayName ?? null,
    given_name: givenName ?? null,
    family_name: familyName ?? null,
    state: isActive ? 'active' : 'inactive',
  };
}

function decode(row: EntryRow): DirectoryEntry {
  const { display_name, email, external_id, family_name, given_name } = row;
  return {
    id: row.id,
    userName: row.user_name,
    ...(external_id === null ? {} : { externalId: external_id }),
    ...(email === null ? {} : { email }),
    ...(display_name === null ? {} : { displayName: display_name }),
    ...(given_name === null ? {} : { givenName: given_name }),
    ...(family_name === null ? {} : { familyName: family_name }),
    isActive: row.state === 'active',
    version: row.version,
    createdAtMs: row.created_at,
    modifiedAtMs: row.modified_at,
  };
}
