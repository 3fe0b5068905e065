import { Sequence, type Tables, Writes } from '../sql/index.ts';
import type { Pool, PoolClient } from './pool.ts';

type Table = keyof Tables;

/** Where replicas tell each other, within Postgres, that a table was written. */
const CHANNEL = 'boomgate_news';
/** Milliseconds between two looks when nobody tells anything: a net below a feed that was cut. */
const LOOK_MS = 2_000;
/** Milliseconds until a feed that broke is opened anew. */
const REOPEN_MS = 1_000;

/** Tells all replicas, with the commit of the transaction that is open, that these tables were written. */
export async function tellNews(client: PoolClient, tables: ReadonlySet<Table>): Promise<void> {
  if (tables.size === 0) return;
  await client.query(
    `with told as (
       insert into news (topic, number) select topic, 1 from unnest($1::text[]) as topic order by topic
       on conflict (topic) do update set number = news.number + 1 returning 1)
     select pg_notify('${CHANNEL}', '') from (select count(*) from told) as all_told`,
    [[...tables]],
  );
}

/**
 * How often each table was written, by whichever replica: told at once by Postgres, and read every two seconds in any case. What
 * cannot be read now is read at the next look.
 */
export class News implements AsyncDisposable {
  readonly #pool: Pool;
  readonly #monotonicMs: () => number;
  readonly #warn: (text: string) => void;
  /** As Postgres said last, of all replicas. */
  readonly #numbers = new Map<string, number>();
  /** Of this one, told before Postgres does. */
  readonly #own = new Writes();
  readonly #looks = new Sequence();
  readonly #poll: NodeJS.Timeout;
  #listener: PoolClient | undefined;
  #openedAtMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(
    pool: Pool,
    options: { readonly monotonicMs: () => number; readonly warn: (text: string) => void },
  ) {
    this.#pool = pool;
    this.#monotonicMs = options.monotonicMs;
    this.#warn = options.warn;
    this.#poll = setInterval(() => void this.#beat(), LOOK_MS).unref();
  }

  /** Reads what there is and begins to listen. Rejects when Postgres does not answer. */
  async open(): Promise<void> {
    await this.#listen();
    await this.look();
  }

  watch(tables: readonly Table[]): () => boolean {
    const look = () =>
      `${tables.map((table) => this.#numbers.get(table) ?? 0).join()} ${this.#own.count(tables)}`;
    let seen = look();
    return () => {
      const now = look();
      const isNews = now !== seen;
      seen = now;
      return isNews;
    };
  }

  /** Tells those who watch in this process what it has just written. */
  wrote(tables: ReadonlySet<Table>): void {
    for (const table of tables) this.#own.note(table);
  }

  /** Resolves when a question that was asked after this call is answered; those who wait share one. */
  look(): Promise<void> {
    return this.#looks.share(() => this.#read());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#poll);
    const listener = this.#listener;
    // First, so that its end is nobody's surprise.
    this.#listener = undefined;
    listener?.release(true);
    await this.#looks.run(async () => undefined);
  }

  async #read(): Promise<void> {
    const { rows } = await this.#pool.query<{ topic: string; number: number }>(
      'select topic, number from news',
    );
    for (const { number, topic } of rows) this.#numbers.set(topic, number);
  }

  async #beat(): Promise<void> {
    try {
      if (this.#listener === undefined) await this.#listen();
      await this.look();
    } catch {
      // Whoever looks is told.
    }
  }

  async #listen(): Promise<void> {
    const nowMs = this.#monotonicMs();
    if (this.#isClosed || nowMs - this.#openedAtMs < REOPEN_MS) return;
    this.#openedAtMs = nowMs;
    const client = await this.#pool.connect();
    const lost = (error: Error): void => {
      if (this.#listener !== client) return;
      this.#listener = undefined;
      client.release(error);
      if (!this.#isClosed) this.#warn(`the feed of changes broke and is opened anew: ${error.message}`);
    };
    client.on('error', lost);
    client.on('notification', () => void this.look().catch(() => undefined));
    this.#listener = client;
    await client.query(`listen ${CHANNEL}`);
  }
}
