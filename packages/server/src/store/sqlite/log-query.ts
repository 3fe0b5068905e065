import { sql } from 'kysely';
import type { DecisionRow, LogFilter } from '../contract.ts';
import type { Step } from './pages.ts';
import { build } from './tables.ts';

/** Facts that a free text is looked for in. */
const SEARCHED = ['target', 'rule', 'message', 'method'] as const satisfies readonly (keyof DecisionRow)[];

/** One step of a walk along the log. Facts of the caller are looked at first: they stand in columns. */
export function stepQuery(filter: LogFilter, { from, to, order, room }: Step) {
  const { organization, server, session, policy, mode, grant } = filter;
  const ofCaller = { organization, server, session, policy, mode };
  let query = build
    .selectFrom('decisions')
    .innerJoin('callers', 'callers.id', 'decisions.caller')
    .leftJoin('outcomes', 'outcomes.decision', 'decisions.cursor')
    .select([
      'cursor',
      'decisions.entry',
      'outcomes.entry as outcome_entry',
      'organization',
      'server',
      'grant_id',
      'grant_name',
      'session',
      'era',
      'protocol',
      'client',
      'policy',
      'policy_version',
      'mode',
    ])
    .where('cursor', '>=', from)
    .where('cursor', '<=', to);
  for (const name of ['organization', 'server', 'session', 'policy', 'mode'] as const) {
    const wanted = ofCaller[name];
    if (wanted !== undefined) query = query.where(name, '=', wanted);
  }
  if (grant !== undefined)
    query = query.where((either) =>
      either.or([either('grant_id', '=', grant), either('grant_name', '=', grant)]),
    );
  for (const condition of conditionsOnEntry(filter)) query = query.where(condition);
  return query.orderBy('cursor', order).limit(room);
}

function conditionsOnEntry(filter: LogFilter) {
  const { id, target, method, rule, outcome, sinceMs, untilMs, status, text } = filter;
  const outcomes = typeof outcome === 'string' ? [outcome] : outcome;
  const exact = Object.entries({ id, target, method, rule }) as ['id', string | undefined][];
  const conditions = exact
    .filter(([, wanted]) => wanted !== undefined)
    .map(([name, wanted]) => sql<boolean>`${inEntry(name)} = ${wanted}`);
  if (outcomes !== undefined)
    conditions.push(sql`${inEntry('outcome')} in (${sql.join(outcomes.map((one) => sql`${one}`))})`);
  if (sinceMs !== undefined) conditions.push(sql`${inEntry('atMs')} >= ${sinceMs}`);
  if (untilMs !== undefined) conditions.push(sql`${inEntry('atMs')} <= ${untilMs}`);
  if (status !== undefined)
    conditions.push(
      sql`case when json_valid(outcomes.entry) then outcomes.entry ->> 'status' end = ${status}`,
    );
  if (text !== undefined && text !== '')
    conditions.push(
      sql`(${sql.join(
        SEARCHED.map((name) => contains(inEntry(name), text)),
        sql` or `,
      )})`,
    );
  return conditions;
}

/** True when a text occurs in another, whatever the case of its ASCII letters. */
export function contains(haystack: ReturnType<typeof inEntry>, text: string) {
  return sql<boolean>`${haystack} like ${`%${text.replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`;
}

/** A fact of a decision; none where somebody left an entry that is not JSON. */
function inEntry(key: keyof DecisionRow) {
  return sql<
    string | number | null
  >`case when json_valid(decisions.entry) then decisions.entry ->> ${sql.lit(key)} end`;
}
