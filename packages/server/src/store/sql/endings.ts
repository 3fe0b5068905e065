import { setTimeout as wait } from 'node:timers/promises';
import { type Compilable, sql } from 'kysely';
import { ENDING, ENDINGS_TOLD } from '../../limits/index.ts';
import type { EndingCredential, Endings } from '../contract.ts';
import { tellOthers } from './events.ts';
import type { SqlExecutor } from './executor.ts';
import { REST_MS } from './over.ts';
import { build } from './tables.ts';
import { all, change, first, type Work } from './work.ts';

type Row = {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  readonly expires_at: number | null;
  /** Of a grant, its owner as it was written; of a key, who made it. */
  readonly whose: string | null;
};

type Kind = EndingCredential['kind'];

/** Rows of one read, and of one transaction. */
const READ_AT_ONCE = 500;
const TOLD_AT_ONCE = 100;

type Look = Parameters<Endings['tell']>[0];

export function openEndings(executor: SqlExecutor): Endings {
  return {
    async tell(look) {
      await executor.write(() => change(build.deleteFrom('told_ends').where('ends_at', '<=', look.nowMs)));
      const grants = await tellAll(executor, 'grant', look);
      return grants + (await tellAll(executor, 'api_key', look));
    },
  };
}

async function tellAll(executor: SqlExecutor, kind: Kind, { nowMs, signal }: Look): Promise<number> {
  const ending = ENDING_ROWS[kind](nowMs);
  let told = 0;
  for (;;) {
    const found = await executor.read(() => all(ending));
    for (let from = 0; from < found.length; from += TOLD_AT_ONCE) {
      if (signal?.aborted === true) return told;
      const rows = found.slice(from, from + TOLD_AT_ONCE);
      told += await executor.write(() => tellOf(kind, rows, nowMs));
      await wait(REST_MS, undefined, { signal }).catch(() => undefined);
    }
    if (found.length < READ_AT_ONCE) return told;
  }
}

const ENDING_ROWS: Readonly<Record<Kind, (nowMs: number) => Compilable<Row>>> = {
  grant: grantsEnding,
  api_key: keysEnding,
};

function grantsEnding(nowMs: number) {
  return build
    .selectFrom('grants')
    .select(['id', 'organization', 'name', 'expires_at', 'owner as whose'])
    .where('state', '=', 'active')
    .where(isEnding('grant', nowMs))
    .orderBy('organization')
    .orderBy('owner')
    .orderBy('expires_at')
    .orderBy('id')
    .limit(READ_AT_ONCE);
}

function keysEnding(nowMs: number) {
  return build
    .selectFrom('api_keys')
    .select(['id', 'organization', 'name', 'expires_at', 'created_by as whose'])
    .where('revoked_at', 'is', null)
    .where(isEnding('api_key', nowMs))
    .orderBy('organization')
    .orderBy('created_by')
    .orderBy('expires_at')
    .orderBy('id')
    .limit(READ_AT_ONCE);
}

/** Of one that lives for long a week before, of others a day before, unless they live for little more than that; once. */
function isEnding(kind: Kind, nowMs: number) {
  const { dayMs, longMs, shortMs, weekMs } = ENDING;
  return sql<boolean>`
    expires_at > ${nowMs} AND expires_at <= ${nowMs + weekMs} AND expires_at - created_at >= ${shortMs}
    AND (expires_at - created_at >= ${longMs} OR expires_at <= ${nowMs + dayMs})
    AND NOT EXISTS (
      SELECT 1 FROM told_ends WHERE told_ends.kind = ${kind} AND told_ends.id = ${sql.ref(`${TABLES[kind]}.id`)}
      AND told_ends.ends_at = expires_at)`;
}

const TABLES = { grant: 'grants', api_key: 'api_keys' } as const satisfies Record<Kind, string>;

/** Of those of which no other process has told since they were read. */
function* tellOf(kind: Kind, rows: readonly Row[], atMs: number): Work<number> {
  const known = build.selectFrom('told_ends').select(['id', 'ends_at']).where('kind', '=', kind);
  const ids = rows.map(({ id }) => id);
  const told = new Map((yield* all(known.where('id', 'in', ids))).map((one) => [one.id, one.ends_at]));
  const news = rows.filter(({ expires_at, id }) => told.get(id) !== expires_at);
  if (news.length === 0) return 0;
  const ends = news.map(({ expires_at, id }) => ({ kind, id, ends_at: expires_at ?? 0 }));
  yield* change(
    build
      .insertInto('told_ends')
      .values(ends)
      .onConflict((one) =>
        one.columns(['kind', 'id']).doUpdateSet(({ ref }) => ({ ends_at: ref('excluded.ends_at') })),
      ),
  );
  const groups = Map.groupBy(news, ({ organization, whose }) => JSON.stringify([organization, whose]));
  for (const group of groups.values()) yield* tellGroup(kind, group, atMs);
  return news.length;
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
