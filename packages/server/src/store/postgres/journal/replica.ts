import { randomUUID } from 'node:crypto';
import type { Answer, CallsUnderWay, Counters, Entry, OpenAdmission } from '../../journal/index.ts';
import { type Pool, type PoolClient, patiently } from '../pool.ts';
import { connected } from '../room.ts';
import { CloseEntry } from './close-entry.ts';
import { SERVER_MS } from './server-time.ts';

/** Milliseconds between two signs of life. */
const BEAT_MS = 2_000;
/** Milliseconds without one after which others take a replica for dead. */
const DEAD_MS = 10_000;
/** Rows at the end of the log in which calls of a dead replica are looked for: far more than are ever under way. */
const LOOKED_AT = 100_000;
/** Milliseconds that this look may take; nobody waits for it. */
const LOOK_MS = 10_000;
/** Cells that have expired which are deleted at once: a group may wait for one of them. */
const SWEPT = 1_000;
/** Milliseconds of each beat for that, many times what comes in between. */
const SWEEP_MS = 200;

/** Has an entry written by the journal. */
type EndCalls = (make: (answer: Answer<void>) => Entry) => Promise<void>;

export type ReplicaOptions = {
  readonly pool: Pool;
  readonly warn: (text: string) => void;
  /** In place of `DEAD_MS`, for tests. */
  readonly deadMs?: number;
};

/**
 * This gateway among its replicas: it says every two seconds that it is there. The calls of one that does not are ended by whoever
 * notices first; should it come back, it is another one, whose earlier calls are not its own any more.
 */
export class Replica implements CallsUnderWay {
  readonly #options: ReplicaOptions;
  readonly #calls = new Set<OpenAdmission>();
  #beat: NodeJS.Timeout | undefined;
  #beating: Promise<void> = Promise.resolve();
  #id = randomUUID();
  /** Since when every sign of life was given: who was cut off itself says of nobody that they are dead. */
  #heardSinceMs: number | undefined;

  constructor(options: ReplicaOptions) {
    this.#options = options;
  }

  get id(): string {
    return this.#id;
  }

  opened(admission: OpenAdmission): void {
    this.#calls.add(admission);
  }

  closed(admission: OpenAdmission): void {
    this.#calls.delete(admission);
  }

  /** `end` writes what became of the calls of a replica that is not there any more. */
  async begin(end: EndCalls): Promise<void> {
    await connected(this.#options.pool, (client) => this.#enter(client));
    const beat = (): void => {
      this.#beating = this.#sign(end).catch((error: unknown) => {
        this.#heardSinceMs = undefined;
        this.#options.warn(`a sign of life could not be given: ${String(error)}`);
      });
    };
    beat();
    this.#beat = setInterval(beat, BEAT_MS).unref();
  }

  /** Others took it for dead, and ended its calls; it comes in again, in the transaction that is open. */
  async beginAnew(client: PoolClient, counters: Counters): Promise<void> {
    for (const call of this.#calls) call.isLost = true;
    this.#calls.clear();
    counters.forgetRunning();
    this.#id = randomUUID();
    await this.#enter(client);
    this.#options.warn(
      'this gateway was not heard of for too long: its calls were ended as unknown by another',
    );
  }

  /** Says that it goes, so that nobody waits for it. */
  async leave(): Promise<void> {
    clearInterval(this.#beat);
    await this.#beating;
    await connected(this.#options.pool, async (client) => {
      await client.query(
        'with gone as (delete from running where replica = $1) delete from replicas where id = $1',
        [this.#id],
      );
    }).catch((error: unknown) =>
      this.#options.warn(`this gateway could not say that it stops: ${String(error)}`),
    );
  }

  async #enter(client: Pick<PoolClient, 'query'>): Promise<void> {
    await client.query(`insert into replicas (id, seen_at) values ($1, ${SERVER_MS})`, [this.#id]);
  }

  async #sign(end: EndCalls): Promise<void> {
    const { deadMs = DEAD_MS, pool } = this.#options;
    const dead = await connected(pool, async (client) => {
      await client.query(`update replicas set seen_at = ${SERVER_MS} where id = $1`, [this.#id]);
      await sweep(client);
      this.#heardSinceMs ??= performance.now();
      if (performance.now() - this.#heardSinceMs < deadMs) return [];
      const found = await client.query<{ id: string }>(
        `select id from replicas where seen_at < ${SERVER_MS} - $1::bigint and id <> $2`,
        [deadMs, this.#id],
      );
      return found.rows.map(({ id }) => id);
    });
    for (const id of dead) {
      const calls = await unfinishedOf(pool, id);
      await end((answer) => new CloseEntry({ replica: id, calls, deadMs }, answer));
    }
  }
}

async function sweep(client: PoolClient): Promise<void> {
  const endMs = performance.now() + SWEEP_MS;
  for (let swept = SWEPT; swept === SWEPT && performance.now() < endMs; ) {
    const { rowCount } = await client.query(
      `delete from usage where ctid in (select ctid from usage where expires <= (select coalesce(max(at), 0) from ledger_clock) limit ${SWEPT})`,
    );
    swept = rowCount ?? 0;
  }
}

/** Cursors of the calls that a replica had forwarded. Those that it ends meanwhile are found out later. */
function unfinishedOf(pool: Pool, replica: string): Promise<readonly number[]> {
  return connected(pool, async (client) => {
    await client.query(`begin read only; set local statement_timeout = ${LOOK_MS}`);
    try {
      const { rows } = await client.query<{ cursor: number }>(
        patiently(LOOK_MS, {
          text: `select cursor from decisions join callers on callers.id = caller
          where callers.replica = $1 and cursor > (select max(cursor) from decisions) - ${LOOKED_AT}
          and not exists (select 1 from outcomes where decision = cursor)
          and json_of(entry) ->> 'forwarded' = 'true' order by cursor`,
          values: [replica],
        }),
      );
      return rows.map(({ cursor }) => cursor);
    } finally {
      await client.query('rollback');
    }
  });
}
