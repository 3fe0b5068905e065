import type { HeldCalls } from '../approvals/index.ts';
import type { Entrance } from '../entrance/index.ts';
import { APPROVAL_SWEEP_MS, type Clock, GRANT_POLL_MS, STOOD_STILL_MS } from '../limits/index.ts';
import type { Log } from '../proxy/index.ts';
import type { Snapshots } from '../snapshots/index.ts';
import type { EndedSession, Store } from '../store/index.ts';
import type { Webhooks } from '../webhooks/index.ts';
import type { Later } from './later.ts';

type PulseOptions = {
  readonly store: Pick<Store, 'grants' | 'approvals' | 'sessions'>;
  readonly snapshots: Pick<Snapshots, 'refresh'>;
  readonly held: Pick<HeldCalls, 'look'>;
  readonly webhooks: Pick<Webhooks, 'look'>;
  readonly entrance: Pick<Entrance, 'look'>;
  readonly later: Pick<Later, 'look'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly log: Log;
  /** Puts in force what another replica has stored, and what could not be put in force before. */
  readonly follow: () => unknown;
  /** Told of the sessions that other replicas ended. */
  readonly onEnded: (sessions: readonly EndedSession[]) => unknown;
  /** Told after grants may have changed. */
  readonly onGrants: () => void;
};

export type Pulse = Disposable & {
  /** Milliseconds for which it may be that what calls are decided by was changed elsewhere, and is not in force here. */
  readonly ageMs: () => number;
  /**
   * Resolves, also where it fails, when the gateway has looked anew at what calls are decided by; undefined unless it stood still, or the
   * machine slept, and so could not.
   */
  readonly catchUp: () => Promise<void> | undefined;
};

type Look = {
  readonly what: string;
  readonly everyMs: number;
  readonly look: () => unknown;
  /** Calls are decided by what it reads. */
  readonly decides?: true;
};

/**
 * What the gateway looks at several times a second, as others write the same database: grants, tools that were accepted, approvals that
 * were decided or have expired, and what is to be told to webhooks; also servers and policies, where replicas share them. What cannot be
 * read now is read at the next look.
 */
export function startPulse(options: PulseOptions): Pulse {
  const { clock, log } = options;
  const looks = looksOf(options).map((look) => new Looking(look, { clock, log }));
  const deciding = looks.filter(({ decides }) => decides);
  let beats = 0;
  let beatMs = clock.monotonicMs();
  /** When it noticed last that it had stood still. */
  let wokeMs = Number.NEGATIVE_INFINITY;
  const ageMs = (): number =>
    clock.monotonicMs() - deciding.reduce((least, { knownToMs }) => Math.min(least, knownToMs), Infinity);
  const beat = (): void => {
    const nowMs = clock.monotonicMs();
    if (nowMs - beatMs >= STOOD_STILL_MS) wokeMs = nowMs;
    beatMs = nowMs;
  };
  const timer = setInterval(() => {
    const count = beats;
    beats += 1;
    beat();
    for (const look of looks) if (look.isTurnOf(count)) void look.begin();
  }, GRANT_POLL_MS).unref();
  return {
    ageMs,
    catchUp() {
      if (ageMs() < STOOD_STILL_MS) return undefined;
      beat();
      // One look since it woke, and no more: for a store that does not answer no call waits in vain again.
      const behind = deciding.filter(({ triedMs }) => triedMs < wokeMs);
      return behind.length === 0 ? undefined : allOf(behind.map((look) => look.since(wokeMs)));
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

function looksOf(options: PulseOptions): readonly Look[] {
  const { entrance, follow, held, later, onEnded, onGrants, snapshots, store, webhooks } = options;
  const { approvals, grants, sessions } = store;
  const lookForGrants = async (): Promise<void> => {
    try {
      await grants.refresh();
    } finally {
      // Also without news: a grant may have expired.
      onGrants();
    }
  };
  const lookForSessions = async (): Promise<void> => void (await onEnded(await sessions.refresh()));
  return [
    { what: 'grants', everyMs: GRANT_POLL_MS, look: lookForGrants, decides: true },
    { what: 'ended sessions', everyMs: GRANT_POLL_MS, look: lookForSessions, decides: true },
    { what: 'servers and policies', everyMs: GRANT_POLL_MS, look: follow, decides: true },
    { what: 'tools', everyMs: GRANT_POLL_MS, look: () => snapshots.refresh() },
    // Before those that are held, so that they hear of what has just expired.
    { what: 'approvals', everyMs: APPROVAL_SWEEP_MS, look: () => approvals.sweep() },
    { what: 'held calls', everyMs: GRANT_POLL_MS, look: () => held.look() },
    { what: 'held calls of other processes', everyMs: GRANT_POLL_MS, look: () => entrance.look() },
    { what: 'webhooks', everyMs: GRANT_POLL_MS, look: () => webhooks.look() },
    { what: 'letters', everyMs: GRANT_POLL_MS, look: () => later.look() },
  ];
}

const allOf = async (looks: readonly Promise<void>[]): Promise<void> => void (await Promise.all(looks));

/** One look, again and again; a store that answers slowly is not asked twice at once. */
class Looking {
  readonly #look: Look;
  readonly #options: Pick<PulseOptions, 'clock' | 'log'>;
  #underWay: Promise<void> | undefined;
  /** When the newest look that came to its end began. */
  knownToMs: number;
  /** The same of one that may have failed. */
  triedMs: number;

  constructor(look: Look, options: Pick<PulseOptions, 'clock' | 'log'>) {
    this.#look = look;
    this.#options = options;
    this.knownToMs = options.clock.monotonicMs();
    this.triedMs = this.knownToMs;
  }

  get decides(): boolean {
    return this.#look.decides === true;
  }

  isTurnOf(beat: number): boolean {
    return beat % Math.round(this.#look.everyMs / GRANT_POLL_MS) === 0;
  }

  /** Never rejects. */
  begin(): Promise<void> {
    this.#underWay ??= this.#run().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  /** Resolves when a look is over that began at this moment or later. */
  async since(atMs: number): Promise<void> {
    while (this.triedMs < atMs) await this.begin();
  }

  async #run(): Promise<void> {
    const beganMs = this.#options.clock.monotonicMs();
    try {
      await this.#look.look();
      this.knownToMs = beganMs;
    } catch (error) {
      this.#options.log.warn({ error: String(error) }, `${this.#look.what} could not be reread`);
    } finally {
      this.triedMs = beganMs;
    }
  }
}
