import { randomUUID } from 'node:crypto';
import type { CallsUnderWay, OpenAdmission } from '../../journal/index.ts';
import { connected } from '../executor.ts';
import type { Pool, PoolClient } from '../pool.ts';
import { endCallsOfDead, type WriteEntry } from './end-calls.ts';
import { END_EPOCH } from './epoch.ts';
import { FenceEntry, MarkEntry, NEWEST } from './replica-entries.ts';
import { SERVER_MS } from './server-time.ts';
import { type Sign, Silence } from './silence.ts';
import { sweep } from './sweep.ts';

/** Milliseconds between two signs of life. */
const BEAT_MS = 2_000;
/** Milliseconds without one after which others take a replica for dead. */
const DEAD_MS = 10_000;

type ReplicaOptions = {
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
  readonly #silence: Silence;
  #beat: NodeJS.Timeout | undefined;
  #beating: Promise<void> = Promise.resolve();
  /** What it does for all, once at a time. */
  #tidying: Promise<void> | undefined;
  #id = randomUUID();
  /** Where it is reached, as it says itself; empty before it did. */
  #url = '';
  #isLeaving = false;

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.#silence = new Silence({ deadMs: options.deadMs ?? DEAD_MS, everyMs: BEAT_MS });
  }

  get id(): string {
    return this.#id;
  }

  /** Tells with each sign of life where it is reached. */
  async announce(url: string): Promise<void> {
    this.#url = url;
    await this.#sign();
  }

  opened(admission: OpenAdmission): void {
    this.#calls.add(admission);
  }

  closed(admission: OpenAdmission): void {
    this.#calls.delete(admission);
  }

  async begin(write: WriteEntry): Promise<void> {
    const { pool, warn } = this.#options;
    await connected(pool, (client) => this.#enter(client));
    const beat = (): void => {
      this.#beating = this.#sign()
        .then(() => this.#tidyOnce(write))
        .catch((error: unknown) => {
          // Who was cut off itself says of nobody that they are dead.
          this.#silence.forget();
          warn(`a sign of life could not be given: ${String(error)}`);
        });
    };
    beat();
    this.#beat = setInterval(beat, BEAT_MS).unref();
  }

  /** Its calls may be unknown to the database: it is another one from the next group on, and those that are known are ended as of one that died. */
  disown(): void {
    this.#id = randomUUID();
  }

  /** Others took it for dead, and ended its calls; it comes in again, in the transaction that is open. */
  async beginAnew(client: PoolClient): Promise<void> {
    for (const call of this.#calls) call.isLost = true;
    this.#calls.clear();
    this.#id = randomUUID();
    await this.#enter(client);
    this.#options.warn(
      'this gateway was not heard of for too long, or Postgres lacks what it wrote last: its calls are ended as unknown',
    );
  }

  /** From now on it does nothing for others, and writes no entry; they still hear of it. */
  async endTidying(): Promise<void> {
    this.#isLeaving = true;
    await this.#tidying;
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
      // Its calls that were not over are in flight no more.
      await client.query(END_EPOCH);
    }).catch((error: unknown) =>
      this.#options.warn(`this gateway could not say that it stops: ${String(error)}`),
    );
  }

  async #enter(client: Pick<PoolClient, 'query'>): Promise<void> {
    await client.query(`insert into replicas (id, seen_at, since) values ($1, ${SERVER_MS}, ${NEWEST})`, [
      this.#id,
    ]);
  }

  async #sign(): Promise<void> {
    await connected(this.#options.pool, (client) =>
      client.query(`update replicas set seen_at = ${SERVER_MS}, url = $2 where id = $1`, [
        this.#id,
        this.#url,
      ]),
    );
  }

  /** Nobody waits for it: a sign of life is given in time however long it takes. */
  #tidyOnce(write: WriteEntry): void {
    if (this.#isLeaving) return;
    this.#tidying ??= this.#tidy(write)
      .catch((error: unknown) =>
        this.#options.warn(`what replicas left could not be tidied up yet: ${String(error)}`),
      )
      .finally(() => {
        this.#tidying = undefined;
      });
  }

  async #tidy(write: WriteEntry): Promise<void> {
    const { pool } = this.#options;
    await write((answer) => new MarkEntry(() => this.#own(), answer));
    for (const sign of await this.#silent()) await write((answer) => new FenceEntry(sign, answer));
    await endCallsOfDead({ pool, write, goesOn: () => !this.#isLeaving });
    await connected(pool, sweep);
  }

  #own(): { readonly id: string; readonly oldest: number | undefined } {
    let oldest: number | undefined;
    for (const { cursor } of this.#calls) oldest = Math.min(oldest ?? cursor, cursor);
    return { id: this.#id, oldest };
  }

  async #silent(): Promise<readonly Sign[]> {
    const { rows } = await connected(this.#options.pool, (client) =>
      client.query<Sign>('select id, seen_at as "seenAt" from replicas where id <> $1', [this.#id]),
    );
    return this.#silence.of(rows, performance.now());
  }
}
