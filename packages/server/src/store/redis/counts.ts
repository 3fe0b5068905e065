import { randomUUID } from 'node:crypto';
import type { Demand, Reservation } from '@boomgate/engine';
import { type Counted, retentionOf, type StoredCell } from '../journal/index.ts';
import { type Act, CALLS_MS, nameOf, questionOf, reservationsOf, type View, viewsOf } from './acts.ts';
import { RedisError } from './errors.ts';
import type { Line } from './line.ts';
import { BEGIN, SEED_CALLS, SEED_CELLS, STEP_SCRIPT } from './scripts.ts';
import { stepAnswerIn } from './step-answer.ts';
import { VIEWS_MAX } from './step-script.ts';

/** What the database has of a counter. */
export type Seed =
  | (Counted & { readonly kind: 'window'; readonly cells: readonly StoredCell[] })
  | (Counted & { readonly kind: 'concurrent'; readonly calls: number });

/** For how long a counter keeps its cells now, and did before; in milliseconds. */
type Kept = { readonly key: string; readonly keepMs: number; readonly beforeMs: number };

export type Stepped = {
  readonly reservations: readonly (readonly [readonly Demand[], Reservation])[];
  readonly kept: readonly Kept[];
};

type CountsOptions = {
  readonly line: Line;
  /** Of the database whose counters these are: several may share one Redis. */
  readonly database: string;
  readonly clock: { now(): number; heed(atMs: number): void };
  /** What the database has of counters that Redis does not know. */
  readonly read: (counters: readonly Counted[]) => Promise<readonly Seed[]>;
  /** Waits as long as who asks has time; what is waited for goes on. */
  readonly inTime: <Result>(waited: Promise<Result>) => Promise<Result>;
  /** Of this replica. */
  readonly seeding: Seeding;
};

/** Counters that are being read and put in, by epoch and name, as one with many cells takes longer than a call may wait; false when another epoch has begun. */
export type Seeding = Map<string, Promise<boolean>>;

/** Milliseconds beyond what its cells are kept after which a counter that nobody asks about is forgotten. */
const IDLE_MS = 600_000;
/** Cells of a counter that are put in at once. */
const PORTION = 10_000;
/** Milliseconds after which cells are forgotten that were put in and not used: whoever did so died. */
const SEEDING_MS = 60_000;
/** Keys that are looked at in one go for what earlier epochs left. */
const LOOKED_AT = '1000';
/** Steps that are tried again: counters had to be read, a calendar unit passed meanwhile, or both. */
const TRIES = 4;

/** The counters of all replicas, as Redis holds them in one epoch. */
export class RedisCounts {
  readonly #options: CountsOptions;
  readonly #markerKey: string;

  constructor(options: CountsOptions) {
    this.#options = options;
    this.#markerKey = `boomgate:${options.database}:marker`;
  }

  /** Does all acts in their order, or none: then it is undefined, as Redis is not in this epoch. Rejects with `StoreError`. */
  async step(marker: string, acts: readonly Act[]): Promise<Stepped | undefined> {
    const { clock, inTime, line } = this.#options;
    const prefix = this.#prefixOf(marker);
    for (let tries = 0; tries < TRIES; tries += 1) {
      // One that came back as it was a while ago has the marker, and not the counts.
      if (!isOf(line.process, marker)) return undefined;
      const askedMs = clock.now();
      const { counters, text } = questionOf(acts, askedMs);
      const values = [marker, String(askedMs), prefix, text];
      const said = await line.run(STEP_SCRIPT, [this.#markerKey, `${prefix}clock`], values);
      const answer = stepAnswerIn(said, acts);
      if (answer === undefined) throw line.distrust();
      if (answer[0] === 'stale') return undefined;
      if (answer[0] === 'late') clock.heed(answer[1]);
      else if (answer[0] === 'unknown') {
        const unknown = answer[1].flatMap((place) => counters[place] ?? []);
        if (!(await inTime(this.#seedOnce(marker, unknown, acts)))) return undefined;
      } else {
        const [, nowMs, answers, keeps] = answer;
        clock.heed(nowMs);
        const kept = keeps.flatMap(([keepMs, beforeMs], place) => {
          const counter = counters[place];
          return counter?.kind === 'window' ? { key: counter.key, keepMs, beforeMs } : [];
        });
        return { reservations: reservationsOf(acts, answers, nowMs), kept };
      }
    }
    throw new RedisError('Redis forgets counters as soon as they are read; try again');
  }

  /** Begins an epoch; what remains of earlier ones goes. False when another one has begun meanwhile. */
  async begin(marker: string): Promise<boolean> {
    const { line } = this.#options;
    if ((await line.run(BEGIN, [this.#markerKey], [marker])) !== marker) return false;
    // Nobody waits for it; what is left then goes with the next epoch, or by its time.
    void this.#forgetBefore(marker).catch(() => undefined);
    return true;
  }

  /** The marker that Redis has; undefined when it has none. */
  async marker(): Promise<string | undefined> {
    const found = await this.#options.line.ask(['GET', this.#markerKey]);
    return typeof found === 'string' ? found : undefined;
  }

  /** Waits for what is under way already, and begins with the rest. */
  async #seedOnce(marker: string, unknown: readonly Counted[], acts: readonly Act[]): Promise<boolean> {
    const { seeding } = this.#options;
    const idOf = ({ key, kind }: Counted): string => `${marker} ${kind} ${key}`;
    const fresh = unknown.filter((counter) => !seeding.has(idOf(counter)));
    const begun = this.#seed(marker, fresh, acts).finally(() => {
      for (const counter of fresh) seeding.delete(idOf(counter));
    });
    for (const counter of fresh) seeding.set(idOf(counter), begun);
    const all = await Promise.all(unknown.map((counter) => seeding.get(idOf(counter))));
    return !all.includes(false);
  }

  /** False when another epoch has begun. */
  async #seed(marker: string, counters: readonly Counted[], acts: readonly Act[]): Promise<boolean> {
    const seeds = counters.length === 0 ? [] : await this.#options.read(counters);
    const answers = await Promise.all(
      seeds.map((seed) =>
        seed.kind === 'window' ? this.#seedCells(marker, seed, acts) : this.#seedCalls(marker, seed),
      ),
    );
    return !answers.includes('stale');
  }

  #seedCalls(marker: string, { calls, key }: Seed & { kind: 'concurrent' }): Promise<unknown> {
    const values = [marker, `${this.#prefixOf(marker)}r:${nameOf(key)}`, String(calls), String(CALLS_MS)];
    return this.#options.line.run(SEED_CALLS, [this.#markerKey], values);
  }

  /** In portions: Redis does nothing else while it takes one in. */
  async #seedCells(
    marker: string,
    { cells, key }: Seed & { kind: 'window' },
    acts: readonly Act[],
  ): Promise<unknown> {
    const { clock, line } = this.#options;
    const prefix = this.#prefixOf(marker);
    const name = nameOf(key);
    const place = `${prefix}s:${name}:${randomUUID()}`;
    const sorted = cells.toSorted((one, other) => one.at - other.at);
    for (let first = 0; first < sorted.length; first += PORTION) {
      const some = sorted.slice(first, first + PORTION);
      await line.ask(['RPUSH', place, ...some.flatMap(({ amount, at }) => [String(at), String(amount)])]);
      if (first === 0) await line.ask(['PEXPIRE', place, String(SEEDING_MS)]);
    }
    const keepMs = retentionOf(cells, 0);
    const kept = [String(keepMs), String(keepMs + IDLE_MS)];
    const nowMs = clock.now();
    const windows = viewsOf(acts, key, nowMs).slice(0, VIEWS_MAX);
    const views = windows.flatMap((view) => [view.shape, seenBy(view, sorted)]);
    const values = [
      marker,
      place,
      `${prefix}c:${name}`,
      `${prefix}v:${name}`,
      ...kept,
      String(nowMs),
      ...views,
    ];
    return line.run(SEED_CELLS, [this.#markerKey, `${prefix}clock`], values);
  }

  async #forgetBefore(marker: string): Promise<void> {
    const { database, line } = this.#options;
    const pattern = `boomgate:${database}:*`;
    let cursor = '0';
    do {
      // A cast: what SCAN answers.
      const found = (await line.ask(['SCAN', cursor, 'MATCH', pattern, 'COUNT', LOOKED_AT])) as readonly [
        string,
        readonly string[],
      ];
      const earlier = found[1].filter((key) => Number(key.split(':')[2]) < numberOf(marker));
      if (earlier.length > 0) await line.ask(['UNLINK', ...earlier]);
      cursor = found[0];
    } while (cursor !== '0');
  }

  #prefixOf(marker: string): string {
    return `boomgate:${this.#options.database}:${epochOf(marker)}:`;
  }
}

/** What a window sees of cells, as Redis keeps it: the first of them, their sum, and for how long. Redis alone would look at each, and at nothing else meanwhile. */
function seenBy({ keepMs, sinceMs }: View, sorted: readonly StoredCell[]): string {
  const first = sorted.findIndex(({ at }) => at >= sinceMs);
  const head = first === -1 ? sorted.length : first;
  let sum = 0;
  for (let nth = head; nth < sorted.length; nth += 1) sum += sorted[nth]?.amount ?? 0;
  return `${head} ${sum} ${keepMs}`;
}

/** Whether an epoch began on this process of Redis: its marker ends with it. */
export function isOf(process: string | undefined, marker: string): boolean {
  return process !== undefined && marker.endsWith(`:${process}`);
}

/** A marker without the process: the number of its epoch and what tells that from others of this number. */
function epochOf(marker: string): string {
  return marker.slice(0, marker.lastIndexOf(':'));
}

/** A marker begins with the number of its epoch. */
function numberOf(marker: string): number {
  return Number(marker.split(':')[0]);
}
