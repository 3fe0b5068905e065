import { setImmediate as nextTurn } from 'node:timers/promises';
import { MAX_TALLY_NAMES } from '../../../limits/index.ts';
import { type Stats, type StatsReading, TALLY_WIDTHS, type Tally } from '../../contract.ts';
import { type Database, type Statement, transact } from '../driver.ts';
import { toStoreError } from '../errors.ts';
import { statementOf } from '../statements.ts';
import { type Counted, type Kind, type Place, tallyLot } from './lot.ts';

/** Decisions that are counted in one transaction: about a millisecond. */
const STEP_ROWS = 200;
/** Counts that are deleted in one go. */
const FORGET_ROWS = 2_000;

/** Each step finds the cursor, counts and saves it in one transaction: however many count at once, no row is counted twice. */
export class SqliteStats implements Stats {
  readonly #database: Database;
  readonly #file: string;

  constructor({ database, file }: { readonly database: Database; readonly file: string }) {
    this.#database = database;
    this.#file = file;
  }

  async advance({
    mostRows = Number.POSITIVE_INFINITY,
    signal,
  }: Parameters<Stats['advance']>[0] = {}): Promise<boolean> {
    const goal = this.#guarded(() => this.#newest());
    for (let counted = 0; ; counted += STEP_ROWS) {
      if (this.#guarded(() => this.#counted()) >= goal) return true;
      if (signal?.aborted === true || counted >= mostRows) return false;
      // What is left was deleted meanwhile.
      if (!this.#guarded(() => transact(this.#database, () => this.#step()))) return true;
      await nextTurn();
    }
  }

  async read({
    limit,
    organization,
    sinceMs,
    untilMs,
    width,
  }: Parameters<Stats['read']>[0]): Promise<StatsReading> {
    return this.#guarded(() => {
      const ms = TALLY_WIDTHS[width];
      const span = [ms, Math.floor(sinceMs / ms) * ms, untilMs];
      const outcomes = this.#statement<StatsReading['outcomes'][number]>(OUTCOMES).all(organization, ...span);
      const top = this.#statement<Tally>(MOST_FREQUENT);
      const of = (kind: Kind) => top.all(organization, kind, ...span, limit);
      const tallies = { outcomes, tools: of('tool'), refusals: of('refusal'), grants: of('grant') };
      const countedUntilMs = this.#countedUntil();
      return countedUntilMs === undefined ? tallies : { ...tallies, countedUntilMs };
    });
  }

  async forget(...[width, beforeMs]: Parameters<Stats['forget']>): Promise<number> {
    const ms = TALLY_WIDTHS[width];
    return this.#guarded(() => this.#statement(FORGET).run(ms, beforeMs - ms, FORGET_ROWS).changes);
  }

  #counted(): number {
    return this.#statement<{ cursor: number }>('select cursor from tally_cursor').get()?.cursor ?? 0;
  }

  /** Undefined when nothing waits to be counted, or nothing is counted that is still there. */
  #countedUntil(): number | undefined {
    const counted = this.#counted();
    if (counted >= this.#newest()) return undefined;
    const last = this.#statement<{ at: number | null }>(NEWEST_COUNTED).get(counted);
    return last?.at ?? undefined;
  }

  /** Counts some rows, in the transaction that is open; false when there is none. */
  #step(): boolean {
    const rows = this.#statement<Counted>(NEXT_ROWS).all(this.#counted(), STEP_ROWS);
    const last = rows.at(-1)?.cursor;
    if (last === undefined) return false;
    const add = this.#statement(ADD);
    for (const { count, place } of tallyLot(rows)) {
      const { first, second } = this.#boundedName(place);
      const { at, kind, organization, width } = place;
      add.run(organization, kind, width, at, first, second, count);
    }
    this.#statement(SAVE).run(last);
    return true;
  }

  /** An agent can invent names: beyond the bound they are counted together. */
  #boundedName({ at, first, kind, organization, second, width }: Place): Pick<Place, 'first' | 'second'> {
    const stretch = [organization, kind, width, at];
    if (this.#statement(IS_KNOWN).get(...stretch, first, second) !== undefined) return { first, second };
    const known = this.#statement<{ names: number }>(COUNT_NAMES).get(...stretch)?.names ?? 0;
    return known < MAX_TALLY_NAMES ? { first, second } : { first: '', second: '' };
  }

  #newest(): number {
    return this.#statement<{ at: number | null }>('select max(cursor) as at from decisions').get()?.at ?? 0;
  }

  #statement<Row>(text: string): Statement<Row> {
    return statementOf<Row>(this.#database, text);
  }

  #guarded<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, this.#file);
    }
  }
}

const NEXT_ROWS =
  'select cursor, caller, organization, server, grant_id, grant_name, policy, entry from decisions join callers on callers.id = decisions.caller where cursor > ? order by cursor limit ?';
const NEWEST_COUNTED = `select case when json_valid(entry) then entry ->> 'atMs' end as at from decisions where cursor <= ? order by cursor desc limit 1`;
const ADD =
  'insert into tallies (organization, kind, width, at, first, second, count) values (?, ?, ?, ?, ?, ?, ?) on conflict (organization, kind, width, at, first, second) do update set count = count + excluded.count';
const SAME_STRETCH = 'from tallies where organization = ? and kind = ? and width = ? and at = ?';
const IS_KNOWN = `select 1 ${SAME_STRETCH} and first = ? and second = ?`;
const COUNT_NAMES = `select count(*) as names ${SAME_STRETCH}`;
const SAVE = 'insert or replace into tally_cursor (id, cursor) values (1, ?)';
const FORGET =
  'delete from tallies where (organization, kind, width, at, first, second) in (select organization, kind, width, at, first, second from tallies where width = ? and at < ? limit ?)';
const OUTCOMES =
  "select at as atMs, first as outcome, count from tallies where organization = ? and kind = 'outcome' and width = ? and at >= ? and at < ? order by at, first";
const MOST_FREQUENT =
  'select first, second, sum(count) as count from tallies where organization = ? and kind = ? and width = ? and at >= ? and at < ? group by first, second order by count desc, first, second limit ?';
