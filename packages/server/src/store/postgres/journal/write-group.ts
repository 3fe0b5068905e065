import type { SavedTime } from '../../journal/index.ts';
import type { PoolClient } from '../pool.ts';
import { END_EPOCH, setRunning } from './epoch.ts';
import type { GroupCells } from './group-cells.ts';
import type { GroupLog } from './group-log.ts';
import { toStoredKey } from './stored-key.ts';

type Written = {
  readonly replica: string;
  readonly log: GroupLog;
  readonly cells: GroupCells;
  /** Absent when no counter was changed. */
  readonly time: SavedTime | undefined;
  /** How many calls of each counter this replica has in flight now. */
  readonly running: ReadonlyMap<string, number>;
  /** Whether what Redis counted is not what is written. */
  readonly endsEpoch: boolean;
};

// What is given back is looked for cell by cell: of an "exists" the planner may make a list of all cells first, and keeps that plan.
const TEXT = `with
  new_callers as (
    insert into callers (id, organization, server, grant_id, grant_name, session, era, protocol, client, policy, policy_version, mode, replica)
    select *, $1 from json_to_recordset($2::json) as one (id bigint, organization text, server text, grant_id text, grant_name text,
      session text, era text, protocol text, client text, policy text, policy_version bigint, mode text)),
  new_decisions as (
    insert into decisions (cursor, caller, entry, link, hash)
    select * from unnest($3::bigint[], $4::bigint[], string_to_array($5, chr(10)), $6::bigint[], string_to_array($7, chr(10)))),
  new_outcomes as (
    insert into outcomes (decision, entry, link, hash)
    select * from unnest($8::bigint[], string_to_array($9, chr(10)), $10::bigint[], string_to_array($11, chr(10)))),
  head as (
    insert into chain_head (id, link, hash, seal) select 1, $12::bigint, $13::text, $14::text where $12::bigint is not null
    on conflict (id) do update set link = excluded.link, hash = excluded.hash, seal = excluded.seal),
  mark as (
    insert into chain_marks (link, hash, seal) select $12::bigint, $13::text, $15::text where $15::text is not null),
  cells as (
    insert into usage (counter, at, amount, expires, changed)
    select counter, at, delta, at + retention, coalesce($12::bigint, (select link from chain_head where id = 1), 0)
    from unnest($16::text[], $17::bigint[], $18::bigint[], $19::bigint[]) as one (counter, at, delta, retention)
    where delta > 0 or (select true from usage as known where known.counter = one.counter and known.at = one.at)
    on conflict (counter, at) do update set amount = greatest(0, usage.amount + excluded.amount),
      expires = greatest(usage.expires, excluded.expires), changed = excluded.changed),
  in_flight as (${setRunning('$1', '$20', '$21')})
  insert into ledger_clock (id, at, monotonic, boot)
  select 1, $22::bigint, $23::double precision, $24::text where $22::bigint is not null
  on conflict (id) do update set at = greatest(ledger_clock.at, excluded.at), monotonic = excluded.monotonic, boot = excluded.boot`;

const EXTEND = `update usage set expires = greatest(expires, at + retention), changed = $3::bigint
  from unnest($1::text[], $2::bigint[]) as one (key, retention) where counter = key`;

const KEEP_FOREIGN =
  'insert into chain_marks (link, hash, seal) values ($1, $2, $3) on conflict (link) do nothing';

/** Sends everything of a group: one statement, and before it those for the longer lives of cells, the end of an epoch and that of another log, which are rare. */
export function writeGroup(client: Pick<PoolClient, 'query'>, group: Written): readonly Promise<unknown>[] {
  const { cells, log } = group;
  // Whatever can throw does so before anything is sent.
  const write = { name: 'group_write', text: TEXT, values: valuesOf(group) };
  const foreign = log.end === undefined ? undefined : log.foreignEnd;
  const before = [
    ...(group.endsEpoch ? [client.query(END_EPOCH)] : []),
    ...(foreign === undefined
      ? []
      : [client.query(KEEP_FOREIGN, [foreign.link, foreign.hash, foreign.seal])]),
  ];
  const { extensions } = cells;
  if (extensions.length === 0) return [...before, client.query(write)];
  const keys = extensions.map(({ key }) => toStoredKey(key));
  const extend = [keys, numbers(extensions.map(({ retentionMs }) => retentionMs)), log.end?.link ?? 0];
  return [...before, client.query(EXTEND, extend), client.query(write)];
}

function valuesOf({ cells, log, replica, running, time }: Written): (string | number | string[] | null)[] {
  const { decisions, end, outcomes } = log;
  const { changes } = cells;
  return [
    replica,
    JSON.stringify(log.newCallers),
    numbers(decisions.map(({ cursor }) => cursor)),
    numbers(decisions.map(({ caller }) => caller)),
    lines(decisions.map(({ entry }) => entry)),
    numbers(decisions.map(({ link }) => link)),
    lines(decisions.map(({ hash }) => hash)),
    numbers(outcomes.map(({ decision }) => decision)),
    lines(outcomes.map(({ entry }) => entry)),
    numbers(outcomes.map(({ link }) => link)),
    lines(outcomes.map(({ hash }) => hash)),
    end?.link ?? null,
    end?.hash ?? null,
    end === undefined ? null : log.seal('head', end),
    end === undefined || !log.isMarked ? null : log.seal('mark', end),
    changes.map(({ key }) => toStoredKey(key)),
    numbers(changes.map(({ atMs }) => atMs)),
    numbers(changes.map(({ delta }) => delta)),
    numbers(changes.map(({ retentionMs }) => retentionMs)),
    [...running.keys()].map(toStoredKey),
    numbers([...running.values()]),
    time?.at ?? null,
    time?.monotonic ?? null,
    time?.boot ?? null,
  ];
}

/** Texts of which none has a line break, as JSON and hashes: the driver would look through an array for what to escape. */
const lines = (texts: readonly string[]): string => texts.join('\n');
const numbers = (values: readonly number[]): string => `{${values.join()}}`;
