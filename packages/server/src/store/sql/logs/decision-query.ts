import { type RawBuilder, sql } from 'kysely';
import type { DecisionRow, LogFilter } from '../../contract.ts';
import { contains, containsExactly, hasElement, isPlainInJson, memberText, ofReadable } from '../dialect.ts';
import { CALLER_COLUMNS } from '../log-rows.ts';
import { build } from '../tables.ts';
import type { Step } from './pages.ts';
import { spanConditions } from './span.ts';

const ENTRY = sql.ref('decisions.entry');
const OUTCOME = sql.ref('outcomes.entry');

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
    .select(['cursor', 'decisions.entry', 'outcomes.entry as outcome_entry', ...CALLER_COLUMNS])
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
    query = query.where(ofReadable(ENTRY, sql<boolean>`(${sql.join(conditions, sql` and `)})`));
  return query.orderBy('cursor', order).limit(room);
}

/** What must occur in an entry that matches: found far quicker than an entry is read, and most entries end here. */
function prefilters({ address, argKey, id, method, rule, secrets, target, text }: LogFilter) {
  const exact = [address, argKey, id, method, rule, target].filter(
    (one) => one !== undefined && isPlainInJson(one),
  );
  const found = exact.map((one) => containsExactly(ENTRY, `"${one}"`));
  if (text !== undefined && isPlainInJson(text)) found.push(contains(ENTRY, text));
  if (secrets !== undefined) found.push(inEither((column) => containsExactly(column, '"secrets":')));
  return found;
}

/** Of a request, or of what became of it. */
function inEither(condition: (column: RawBuilder<unknown>) => RawBuilder<boolean>): RawBuilder<boolean> {
  return sql<boolean>`(${condition(ENTRY)} or ${condition(OUTCOME)})`;
}

function conditionsOnEntry(filter: LogFilter) {
  const { address, argKey, id, target, method, rule, outcome, secrets, status, text } = filter;
  const outcomes = typeof outcome === 'string' ? [outcome] : outcome;
  const conditions = [];
  for (const [name, wanted] of Object.entries({ address, id, target, method, rule }))
    if (wanted !== undefined) conditions.push(sql<boolean>`${memberText(ENTRY, name)} = ${wanted}`);
  if (outcomes !== undefined)
    conditions.push(
      sql<boolean>`${memberText(ENTRY, 'outcome')} in (${sql.join(outcomes.map((one) => sql`${one}`))})`,
    );
  conditions.push(...spanConditions(ENTRY, filter));
  if (argKey !== undefined) conditions.push(hasElement(ENTRY, 'argKeys', argKey));
  if (status !== undefined)
    conditions.push(ofReadable(OUTCOME, sql<boolean>`${memberText(OUTCOME, 'status')} = ${status}`));
  if (secrets !== undefined)
    conditions.push(
      inEither((column) => ofReadable(column, sql<boolean>`${memberText(column, 'secrets')} is not null`)),
    );
  if (text !== undefined && text !== '') {
    const found = SEARCHED.map((name) => contains(memberText(ENTRY, name), text));
    conditions.push(sql<boolean>`(${sql.join(found, sql` or `)})`);
  }
  return conditions;
}
