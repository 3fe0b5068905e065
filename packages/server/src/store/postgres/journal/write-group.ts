import type { SavedTime } from '../../journal/index.ts';
import type { PoolClient } from '../pool.ts';
import type { GroupCells } from './group-cells.ts';
import type { GroupLog } from './group-log.ts';
import { toStoredKey } from './storable.ts';

export type Written = {
  readonly replica: string;
  readonly log: GroupLog;
  readonly cells: GroupCells;
  /** Absent when no counter was changed. */
  readonly time: SavedTime | undefined;
  /** How many calls of each counter this replica has in flight now. */
  readonly running: ReadonlyMap<string, number>;
};

const TEXT = `with
  new_callers as (
    insert into callers (id, organization, server, grant_id, grant_name, session, era, protocol, client, policy, policy_version, mode, replica)
    select *, $1 from json_to_recordset($2::json) as one (id bigint, organization text, server text, grant_id text, grant_name text,
      session text, era text, protocol text, client text, policy text, policy_version bigint, mode text)),
  new_decisions as (
    insert into decisions (cursor, caller, entry, link, hash)
    select * from unnest($3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::text[])),
  new_outcomes as (
    insert into outcomes (decision, entry, link, hash)
    select * from unnest($8::bigint[], $9::text[], $10::bigint[], $11::text[])),
  head as (
    insert into chain_head (id, link, hash, seal) select 1, $12::bigint, $13::text, $14::text where $12::bigint is not null
    on conflict (id) do update set link = excluded.link, hash = excluded.hash, seal = excluded.seal),
  mark as (
    insert into chain_marks (link, hash, seal) select $12::bigint, $13::text, $15::text where $15::text is not null),
  cells as (
    insert into usage (counter, at, amount, expires, changed)
    select counter, at, delta, at + retention, coalesce($12::bigint, (select link from chain_head), 0)
    from unnest($16::text[], $17::bigint[], $18::bigint[], $19::bigint[]) as one (counter, at, delta, retention)
    where delta > 0 or exists (select 1 from usage as known where known.counter = one.counter and known.at = one.at)
    on conflict (counter, at) do update set amount = greatest(0, usage.amount + excluded.amount),
      expires = greatest(usage.expires, excluded.expires), changed = excluded.changed),
  in_flight as (
    insert into running (counter, replica, calls)
    select counter, $1, calls from unnest($20::text[], $21::bigint[]) as one (counter, calls)
    on conflict (counter, replica) do update set calls = excluded.calls)
  insert into ledger_clock (id, at, monotonic, boot)
  select 1, $22::bigint, $23::double precision, $24::text where $22::bigint is not null
  on conflict (id) do update set at = greatest(ledger_clock.at, excluded.at), monotonic = excluded.monotonic, boot = excluded.boot`;

const EXTEND = `update usage set expires = greatest(expires, at + retention), changed = $3::bigint
  from unnest($1::text[], $2::bigint[]) as one (key, retention) where counter = key`;

/** Everything of a group in one statement, beside the longer lives of cells, which are rare. */
export async function writeGroup(client: PoolClient, group: Written): Promise<void> {
  const { cells, log, replica, running, time } = group;
  const { end } = log;
  const { extensions } = cells;
  if (extensions.length > 0)
    await client.query(EXTEND, [
      extensions.map(({ key }) => toStoredKey(key)),
      extensions.map(({ retentionMs }) => retentionMs),
      end?.link ?? 0,
    ]);
  const { decisions, outcomes } = log;
  const { changes } = cells;
  await client.query(TEXT, [
    replica,
    JSON.stringify(log.newCallers),
    decisions.map(({ cursor }) => cursor),
    decisions.map(({ caller }) => caller),
    decisions.map(({ entry }) => entry),
    decisions.map(({ link }) => link),
    decisions.map(({ hash }) => hash),
    outcomes.map(({ decision }) => decision),
    outcomes.map(({ entry }) => entry),
    outcomes.map(({ link }) => link),
    outcomes.map(({ hash }) => hash),
    end?.link ?? null,
    end?.hash ?? null,
    end === undefined ? null : log.seal('head', end),
    end === undefined || !log.isMarked ? null : log.seal('mark', end),
    changes.map(({ key }) => toStoredKey(key)),
    changes.map(({ atMs }) => atMs),
    changes.map(({ delta }) => delta),
    changes.map(({ retentionMs }) => retentionMs),
    [...running.keys()].map(toStoredKey),
    [...running.values()],
    time?.at ?? null,
    time?.monotonic ?? null,
    time?.boot ?? null,
  ]);
}
