import type { HeldCalls } from './approvals/index.ts';
import type { Entrance } from './entrance.ts';
import { APPROVAL_SWEEP_MS, GRANT_POLL_MS } from './limits/index.ts';
import type { Log } from './proxy/index.ts';
import type { Snapshots } from './snapshots/index.ts';
import type { EndedSession, Store } from './store/index.ts';
import type { Webhooks } from './webhooks/index.ts';

export type PulseOptions = {
  readonly store: Pick<Store, 'grants' | 'approvals' | 'sessions'>;
  readonly snapshots: Pick<Snapshots, 'refresh'>;
  readonly held: Pick<HeldCalls, 'look'>;
  readonly webhooks: Pick<Webhooks, 'look'>;
  readonly entrance: Pick<Entrance, 'look'>;
  readonly log: Log;
  /** Puts in force what another replica has stored. */
  readonly follow: () => unknown;
  /** Puts in force what is stored, where that failed. */
  readonly catchUp: () => unknown;
  /** Told of the sessions that other replicas ended. */
  readonly onEnded: (sessions: readonly EndedSession[]) => unknown;
  /** Told after grants may have changed. */
  readonly onGrants: () => void;
};

/**
 * What the gateway looks at several times a second, as others write the same database: grants, tools that were accepted, approvals that
 * were decided or have expired, and what is to be told to webhooks; also servers and policies, where replicas share them. What cannot be read now is read at the next look.
 */
export function startPulse(options: PulseOptions): NodeJS.Timeout {
  const { approvals, grants, sessions } = options.store;
  const looks: readonly (readonly [what: string, everyMs: number, look: () => unknown])[] = [
    ['grants', GRANT_POLL_MS, () => grants.refresh()],
    ['ended sessions', GRANT_POLL_MS, async () => options.onEnded(await sessions.refresh())],
    ['tools', GRANT_POLL_MS, () => options.snapshots.refresh()],
    // Before those that are held, so that they hear of what has just expired.
    ['approvals', APPROVAL_SWEEP_MS, () => approvals.sweep()],
    ['held calls', GRANT_POLL_MS, () => options.held.look()],
    ['held calls of other processes', GRANT_POLL_MS, () => options.entrance.look()],
    ['webhooks', GRANT_POLL_MS, () => options.webhooks.look()],
    ['servers and policies of other replicas', GRANT_POLL_MS, () => options.follow()],
    ['servers and policies', APPROVAL_SWEEP_MS, () => options.catchUp()],
  ];
  const beat = async (count: number): Promise<void> => {
    for (const [what, everyMs, look] of looks) {
      if (count % Math.round(everyMs / GRANT_POLL_MS) !== 0) continue;
      try {
        await look();
      } catch (error) {
        options.log.warn({ error: String(error) }, `${what} could not be reread`);
      }
    }
    // Also without news: a grant may have expired.
    options.onGrants();
  };
  let beats = 0;
  let isBusy = false;
  return setInterval(() => {
    // A store that answers slowly is not asked by several beats at once.
    if (isBusy) return;
    isBusy = true;
    void beat(beats).finally(() => {
      isBusy = false;
    });
    beats += 1;
  }, GRANT_POLL_MS).unref();
}
