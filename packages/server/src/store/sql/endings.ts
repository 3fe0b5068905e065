import { sql } from 'kysely';
import { ENDING, ENDINGS_TOLD } from '../../limits/index.ts';
import type { EndingCredential, Endings } from '../contract.ts';
import { tellOthers } from './events.ts';
import type { SqlExecutor } from './executor.ts';
import { withSome } from './over.ts';
import { build } from './tables.ts';
import { change, first, type Work } from './work.ts';

type Row = {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  readonly expires_at: number | null;
  /** Of a grant, its owner as it was written; of a key, who made it. */
  readonly whose: string | null;
};

type Kind = EndingCredential['kind'];

export function openEndings(executor: SqlExecutor): Endings {
  return {
    async tell({ nowMs, signal }) {
      const by = { executor, signal };
      await executor.write(() => change(build.deleteFrom('told_ends').where('ends_at', '<=', nowMs)));
      const grants = await withSome(by, grantsEnding(nowMs), (rows) => tellOf('grant', rows, nowMs));
      return grants + (await withSome(by, keysEnding(nowMs), (rows) => tellOf('api_key', rows, nowMs)));
    },
  };
}

function grantsEnding(nowMs: number) {
  return build
    .selectFrom('grants')
    .select(['id', 'organization', 'name', 'expires_at', 'owner as whose'])
    .where('state', '=', 'active')
    .where(isEnding('grant', nowMs))
    .orderBy('expires_at')
    .orderBy('id');
}

function keysEnding(nowMs: number) {
  return build
    .selectFrom('api_keys')
    .select(['id', 'organization', 'name', 'expires_at', 'created_by as whose'])
    .where('revoked_at', 'is', null)
    .where(isEnding('api_key', nowMs))
    .orderBy('expires_at')
    .orderBy('id');
}

/** Of one that lives for long a week before, of others a day before, unless they live for little more than that; once. */
function isEnding(kind: Kind, nowMs: number) {
  const { dayMs, longMs, shortMs, weekMs } = ENDING;
  return sql<boolean>`
    expires_at > ${nowMs} AND expires_at - created_at >= ${shortMs}
    AND (expires_at <= ${nowMs + dayMs} OR (expires_at - created_at >= ${longMs} AND expires_at <= ${nowMs + weekMs}))
    AND NOT EXISTS (
      SELECT 1 FROM told_ends WHERE told_ends.kind = ${kind} AND told_ends.id = ${sql.ref(`${TABLES[kind]}.id`)}
      AND told_ends.ends_at = expires_at)`;
}

const TABLES = { grant: 'grants', api_key: 'api_keys' } as const satisfies Record<Kind, string>;

function* tellOf(kind: Kind, rows: readonly Row[], atMs: number): Work<void> {
  for (const { expires_at, id } of rows) {
    yield* change(build.deleteFrom('told_ends').where('kind', '=', kind).where('id', '=', id));
    yield* change(build.insertInto('told_ends').values({ kind, id, ends_at: expires_at ?? 0 }));
  }
  const groups = Map.groupBy(rows, ({ organization, whose }) => JSON.stringify([organization, whose]));
  for (const group of groups.values()) yield* tellGroup(kind, group, atMs);
}

/** What one person owns, or nobody. */
function* tellGroup(kind: Kind, group: readonly Row[], atMs: number): Work<void> {
  const [{ organization, whose } = { organization: '', whose: null }] = group;
  const person = whose === null ? undefined : yield* memberBy(kind, { organization, whose });
  const credentials = group
    .slice(0, ENDINGS_TOLD)
    .map(({ expires_at, id, name }) => ({ kind, id, name, endsAtMs: expires_at ?? 0 }));
  const about = { organization, count: group.length, credentials };
  yield* tellOthers({
    ...({ kind: 'ends_soon', atMs } as const),
    about: { ...about, ...(person === undefined ? {} : { person }) },
  });
}

function* memberBy(
  kind: Kind,
  { organization, whose }: { readonly organization: string; readonly whose: string },
): Work<string | undefined> {
  const members = build
    .selectFrom('members')
    .innerJoin('people', 'people.id', 'members.person')
    .select('people.id as person')
    .where('members.organization', '=', organization);
  const found = yield* first(
    kind === 'grant'
      ? members.where('people.email', '=', whose.trim().toLowerCase())
      : members.where('people.id', '=', whose),
  );
  return found?.person;
}
