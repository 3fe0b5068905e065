import { sql } from 'kysely';
import type { DecisionRow, LogFilter } from '../contract.ts';
import { contains } from '../sql/dialect.ts';
import { build } from '../sql/tables.ts';
import type { Step } from './pages.ts';

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
  for (const condition of prefilters(filter)) query = query.where(condition);
  const conditions = conditionsOnEntry(filter);
  if (conditions.length > 0)
    // Somebody may have left an entry that is not JSON: it is found by no filter.
    query = query.where(
      sql<boolean>`case when json_valid(decisions.entry) then (${sql.join(conditions, sql` and `)}) else 0 end`,
    );
  return query.orderBy('cursor', order).limit(room);
}

/** Texts that stand in JSON as they are. */
const PLAIN = /^[ !#-[\]-~]+$/;

/** What must occur in an entry that matches: found far quicker than an entry is read, and most entries end here. */
function prefilters({ argKey, id, method, rule, target, text }: LogFilter) {
  const exact = [argKey, id, method, rule, target].filter((one) => one !== undefined && PLAIN.test(one));
  const found = exact.map((one) => sql<boolean>`instr(decisions.entry, ${`"${one}"`}) > 0`);
  if (text !== undefined && PLAIN.test(text)) found.push(contains(sql.ref('decisions.entry'), text));
  return found;
}

function conditionsOnEntry(filter: LogFilter) {
  const { argKey, id, target, method, rule, outcome, sinceMs, untilMs, status, text } = filter;
  const outcomes = typeof outcome === 'string' ? [outcome] : outcome;
  const conditions = [];
  for (const [name, wanted] of Object.entries({ id, target, method, rule }))
    if (wanted !== undefined) conditions.push(sql<boolean>`${inEntry(name as 'id')} = ${wanted}`); // a cast: these are facts
  if (outcomes !== undefined)
    conditions.push(sql<boolean>`${inEntry('outcome')} in (${sql.join(outcomes.map((one) => sql`${one}`))})`);
  if (sinceMs !== undefined) conditions.push(sql<boolean>`${inEntry('atMs')} >= ${sinceMs}`);
  if (untilMs !== undefined) conditions.push(sql<boolean>`${inEntry('atMs')} <= ${untilMs}`);
  if (argKey !== undefined)
    conditions.push(
      sql<boolean>`exists (select 1 from json_each(decisions.entry, '$.argKeys') as keys where keys.value = ${argKey})`,
    );
  if (status !== undefined)
    conditions.push(
      sql<boolean>`case when json_valid(outcomes.entry) then outcomes.entry ->> 'status' end = ${status}`,
    );
  if (text !== undefined && text !== '') {
    const found = SEARCHED.map((name) => contains(inEntry(name), text));
    conditions.push(sql<boolean>`(${sql.join(found, sql` or `)})`);
  }
  return conditions;
}

/** A fact of a decision whose entry is JSON. */
function inEntry(key: keyof DecisionRow) {
  return sql<string | number | null>`(decisions.entry ->> ${sql.lit(key)})`;
}
