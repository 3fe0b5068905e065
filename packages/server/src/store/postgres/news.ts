import { Sequence } from '../../sequence.ts';
import { type Tables, Writes } from '../sql/index.ts';
import { CHANNEL, type Feed } from './feed.ts';
import { type Pool, type PoolClient, PROCESS } from './pool.ts';

type Table = keyof Tables;
/** Of the first kind where nothing was ever written. */
type NewsRow = { readonly process: string } & (
  | { readonly topic: null; readonly number: null }
  | { readonly topic: string; readonly number: number }
);

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
 * How often each table was written, by whichever replica: told at once by each feed, and read every two seconds in any case. What
 * cannot be read now is read at the next look.
 */
export class News implements AsyncDisposable {
  readonly #pool: Pool;
  readonly #monotonicMs: () => number;
  readonly #warn: (text: string) => void;
  readonly #feeds: readonly Feed[];
  /** As Postgres said last, of all replicas. */
  readonly #numbers = new Map<string, number>();
  /** Of this one, told before Postgres does. */
  readonly #own = new Writes();
  readonly #looks = new Sequence();
  readonly #poll: NodeJS.Timeout;
  /** What ends each feed that is listened to. */
  readonly #ends = new Map<Feed, () => void>();
  #process: string | undefined;
  #processes = 0;
  #openedAtMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(
    pool: Pool,
    options: {
      readonly feeds: readonly Feed[];
      readonly monotonicMs: () => number;
      readonly warn: (text: string) => void;
    },
  ) {
    this.#pool = pool;
    this.#feeds = options.feeds;
    this.#monotonicMs = options.monotonicMs;
    this.#warn = options.warn;
    this.#poll = setInterval(() => void this.#beat(), LOOK_MS).unref();
  }

  /** Reads what there is and begins to listen. Rejects when Postgres does not answer. */
  async open(): Promise<void> {
    await this.#listen();
    await this.look();
  }

  /** Processes of Postgres that answered until now. What one of them knew need not be known to the next. */
  get processes(): number {
    return this.#processes;
  }

  watch(tables: readonly Table[]): () => boolean {
    const look = () =>
      `${this.#processes} ${tables.map((table) => this.#numbers.get(table) ?? 0).join()} ${this.#own.count(tables)}`;
    let seen = look();
    return () => {
      const now = look();
      const isNews = now !== seen;
      seen = now;
      return isNews;
    };
  }

  /** Tells those who watch what this process has just written. */
  wrote(tables: ReadonlySet<Table>): void {
    if (tables.size > 0) for (const feed of this.#feeds) feed.tell?.();
    for (const table of tables) this.#own.note(table);
  }

  /** Resolves when a question that was asked after this call is answered; those who wait share one. */
  look(): Promise<void> {
    return this.#looks.share(() => this.#read());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#poll);
    for (const end of this.#ends.values()) end();
    await this.#looks.run(async () => undefined);
  }

  async #read(): Promise<void> {
    const { rows } = await this.#pool.query<NewsRow>(
      `select process, topic, number from (select ${PROCESS} as process) as own left join news on true`,
    );
    for (const { number, process, topic } of rows) {
      if (process !== this.#process) this.#processes += 1;
      this.#process = process;
      if (topic !== null && number !== null) this.#numbers.set(topic, number);
    }
  }

  async #beat(): Promise<void> {
    try {
      if (this.#ends.size < this.#feeds.length) await this.#listen();
      await this.look();
    } catch {
      // Whoever looks is told.
    }
  }

  async #listen(): Promise<void> {
    const nowMs = this.#monotonicMs();
    if (this.#isClosed || nowMs - this.#openedAtMs < REOPEN_MS) return;
    this.#openedAtMs = nowMs;
    for (const feed of this.#feeds) if (!this.#ends.has(feed)) await this.#listenTo(feed);
  }

  async #listenTo(feed: Feed): Promise<void> {
    const end = await feed.listen(
      () => void this.look().catch(() => undefined),
      (error) => {
        this.#ends.delete(feed);
        if (!this.#isClosed) this.#warn(`a feed of changes broke and is opened anew: ${error.message}`);
      },
    );
    this.#ends.set(feed, end);
    if (this.#isClosed) end();
  }
}
