import { MEASURED_SERVERS_MAX } from '../limits/index.ts';
import { Buckets, OWN_BOUNDS, SERVER_BOUNDS } from './buckets.ts';

/** What a row of the decision log says, as far as it is counted. */
export type Decided = {
  readonly server: string;
  readonly method: string;
  readonly outcome: string;
  readonly mode: Mode;
};
type Mode = 'enforce' | 'observe';

/** What became of a request that was forwarded. */
export type Settled = { readonly server: string; readonly status: string; readonly ms: number };

/** Secrets that a request, or the answer to it, seemed to hold. Counted by server and place alone. */
export type SecretsSeen = {
  readonly organization: string;
  readonly grant: { readonly id: string; readonly name: string };
  readonly server: string;
  readonly where: 'request' | 'answer';
  readonly became: 'passed_on' | 'refused' | 'redacted';
  /** Their kinds, and of a request the argument. */
  readonly secrets: string;
};

export const TURNED_AWAY = [
  'host',
  'grant',
  'network',
  'proof',
  'nonce',
  'strangers',
  'refusals',
  'busy',
  'store',
] as const;
export type TurnedAway = (typeof TURNED_AWAY)[number];

/** Who is turned away, as far as it is known. Not counted. */
export type WhoTurnedAway = {
  readonly address?: string;
  readonly grant?: { readonly organization: string; readonly id: string; readonly name: string };
};

/** What stands for every method and server that has no series of its own. */
export const OTHER = 'other';

class ServerCounts {
  /** By method and outcome; maps of maps, as a key put together from both would cost more than all of this. */
  readonly decided = new Map<string, Map<string, Record<Mode, number>>>();
  readonly answers = new Map<string, number>();
  /** Requests and answers that seemed to hold secrets. */
  readonly secrets = { request: 0, answer: 0 };
  readonly seconds = new Buckets(SERVER_BOUNDS);
}

/**
 * Counts what happens to requests. Every call passes here a few times, so that it is plain numbers: a labelled counter of a metrics
 * library costs as much as the decision. Names that an agent can invent are never kept.
 */
export class Meter {
  readonly servers = new Map<string, ServerCounts>();
  readonly turnedAwayFor = new Map<TurnedAway, number>(TURNED_AWAY.map((reason) => [reason, 0]));
  readonly ownSeconds = { forwarded: new Buckets(OWN_BOUNDS), answered: new Buckets(OWN_BOUNDS) };
  readonly commitSeconds = new Buckets(OWN_BOUNDS);
  readonly entries = { written: 0, failed: 0 };
  readonly #methods: ReadonlySet<string>;

  /** `methods`: those that are counted by name. */
  constructor(methods: ReadonlySet<string>) {
    this.#methods = methods;
  }

  decided({ method, mode, outcome, server }: Decided): void {
    const known = this.#methods.has(method) ? method : OTHER;
    const { decided } = this.#of(server);
    const byOutcome = decided.get(known) ?? new Map<string, Record<Mode, number>>();
    decided.set(known, byOutcome);
    const counts = byOutcome.get(outcome) ?? { enforce: 0, observe: 0 };
    byOutcome.set(outcome, counts);
    counts[mode] += 1;
  }

  settled({ ms, server, status }: Settled): void {
    const counts = this.#of(server);
    add(counts.answers, status);
    counts.seconds.observe(ms / 1_000);
  }

  secretsSeen({ server, where }: SecretsSeen): void {
    this.#of(server).secrets[where] += 1;
  }

  turnedAway(reason: TurnedAway, _who?: WhoTurnedAway): void {
    add(this.turnedAwayFor, reason);
  }

  /** Milliseconds of the gateway's own work on a request. */
  worked(ms: number, isForwarded: boolean): void {
    this.ownSeconds[isForwarded ? 'forwarded' : 'answered'].observe(ms / 1_000);
  }

  /** A transaction of the journal with so many entries. */
  committed({ entries, failed, ms }: { entries: number; failed: boolean; ms: number }): void {
    this.commitSeconds.observe(ms / 1_000);
    this.entries[failed ? 'failed' : 'written'] += entries;
  }

  #of(server: string): ServerCounts {
    const known = this.servers.get(server);
    if (known !== undefined) return known;
    if (this.servers.size >= MEASURED_SERVERS_MAX && server !== OTHER) return this.#of(OTHER);
    const counts = new ServerCounts();
    this.servers.set(server, counts);
    return counts;
  }
}

/** What requests are counted by, in this process or another. */
export type Counts = Pick<Meter, 'decided' | 'settled' | 'secretsSeen' | 'turnedAway' | 'worked'>;

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
