import { type Clock, STALE_MS } from '../../limits/index.ts';
import type { CallStore } from '../contract.ts';
import { GrantMemory } from '../grant-memory.ts';
import type { StoreNews } from './asks.ts';
import type { Answers } from './line.ts';
import { RemoteJournal, type StoreLine } from './remote-journal.ts';
import { within } from './within.ts';

/** A store that another process holds, as the data plane uses it, and what takes the news of it. */
export type RemoteStore = {
  readonly store: CallStore & { readonly journal: RemoteJournal };
  readonly news: Answers<StoreNews>;
};

/**
 * Grants and ended sessions are copies, so that no request waits for them; everything else is asked for, and waited for no longer than what
 * a call was judged by is good for.
 */
export function openRemoteStore(
  line: StoreLine,
  clock: Pick<Clock, 'wallMs' | 'monotonicMs'>,
  patienceMs = STALE_MS,
): RemoteStore {
  const ask: StoreLine['ask'] = (name, body) => within(line.ask(name, body), patienceMs);
  const grants = new GrantMemory();
  const ended = new Map<string, number>();
  let refreshing: Promise<null> | undefined;
  const refresh = async (): Promise<void> => {
    // However many unknown tokens come at a time, they are looked for once.
    refreshing ??= ask('refreshGrants', null).finally(() => {
      refreshing = undefined;
    });
    await refreshing;
  };
  return {
    store: {
      journal: new RemoteJournal(line, clock, patienceMs),
      grants: {
        findByTokenHash: (hash) => grants.byHash(hash),
        findByAccessHash: (hash) => grants.byAccessHash(hash),
        refresh,
      },
      sessions: {
        end: async (id, forgetAtMs) => void (await ask('endSession', { id, forgetAtMs })),
        isEnded: (id) => (ended.get(id) ?? Number.NEGATIVE_INFINITY) > clock.wallMs(),
      },
      approvals: {
        find: async (binding, session) => (await ask('findApproval', { binding, session })) ?? undefined,
        get: async (id) => (await ask('getApproval', id)) ?? undefined,
        withdraw: async (id, because) => void (await ask('withdrawApproval', { id, because })),
      },
    },
    news: {
      grants: ({ grants: told, kind }) => {
        if (kind === 'all') grants.clear();
        for (const one of told) {
          if (kind === 'gone') grants.remove(one.grant.id);
          else grants.put(one);
        }
        return null;
      },
      endedSessions: (told) => {
        const nowMs = clock.wallMs();
        for (const [id, forgetAtMs] of ended) if (forgetAtMs <= nowMs) ended.delete(id);
        for (const { forgetAtMs, id } of told) ended.set(id, forgetAtMs);
        return null;
      },
    },
  };
}
