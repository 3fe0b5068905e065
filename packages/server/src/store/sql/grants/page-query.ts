import { sql } from 'kysely';
import type { Grants } from '../../contract.ts';
import { contains, containsExactly } from '../dialect.ts';
import { build } from '../tables.ts';

/** What a text is looked for in. A stack's column holds its servers and policies as JSON. */
const SEARCHED = ['name', 'owner', 'server', 'policy', 'stack'] as const;

/** One page of an organisation's grants, by name. `nowMs` decides which are over. */
export function pageQuery(
  { after, limit, organization, quietSinceMs, server, state, text }: Parameters<Grants['page']>[0],
  nowMs: number,
) {
  let query = build
    .selectFrom('grants')
    .selectAll()
    .where('organization', '=', organization)
    .orderBy('name')
    .limit(limit);
  if (after !== undefined) query = query.where('name', '>', after);
  if (text !== undefined) {
    const found = SEARCHED.map((name) => contains(sql.ref(name), text));
    query = query.where(sql<boolean>`(${sql.join(found, sql` or `)})`);
  }
  if (server !== undefined) {
    // A member as `encode` writes it: a quotation mark within a name is escaped there, so that none looks like one.
    const inStack = containsExactly(sql.ref('stack'), `"server":${JSON.stringify(server)}`);
    query = query.where(sql<boolean>`(${sql.ref('server')} = ${server} or coalesce(${inStack}, false))`);
  }
  if (quietSinceMs !== undefined) {
    const used = build.selectFrom('grant_uses').select('grant_id').where('at', '>=', quietSinceMs);
    query = query.where('created_at', '<', quietSinceMs).where('id', 'not in', used);
  }
  if (state === undefined) return query;
  if (state === 'revoked') return query.where('state', '=', state);
  const isOver = sql<boolean>`coalesce(expires_at, ${Number.MAX_SAFE_INTEGER}) <= ${nowMs}`;
  if (state === 'expired') return query.where('state', '!=', 'revoked').where(isOver);
  return query.where('state', '=', state).where(sql<boolean>`not ${isOver}`);
}
