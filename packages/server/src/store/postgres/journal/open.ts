import type { Clock } from '../../../limits/index.ts';
import { LedgerClock, QueuedJournal, type SavedTime, type WrittenGroup } from '../../journal/index.ts';
import type { Pool } from '../pool.ts';
import { requirePrepared } from '../prepared.ts';
import { type BackendOptions, PostgresBackend } from './backend.ts';
import { Replica } from './replica.ts';
import { serverMs } from './server-time.ts';

type OpenJournalOptions = Omit<BackendOptions, 'desk' | 'replica'> &
  BackendOptions['desk'] & {
    readonly onGroup?: ((group: WrittenGroup) => void) | undefined;
    /** In place of the usual, for tests. */
    readonly deadMs?: number | undefined;
  };

export type PostgresJournal = QueuedJournal & {
  /** Writes what is queued, and takes leave of the other replicas. */
  readonly leave: () => Promise<void>;
  /** Callers get new numbers from now on; resolves to who gave out the earlier ones, once no group that is under way has them. */
  readonly forgetCallers: () => Promise<string>;
  /** Where this replica is reached, for `addressesOfReplicas`. */
  readonly announce: (url: string) => Promise<void>;
};

/** Comes in among the replicas. Rejects when the database does not answer, or a pooler loses what it prepares. */
export async function openJournal(options: OpenJournalOptions): Promise<PostgresJournal> {
  const { approvals, atPoint, deadMs, onGroup, pool, warn } = options;
  await requirePrepared(pool);
  const replica = new Replica({ pool, warn, ...(deadMs === undefined ? {} : { deadMs }) });
  const desk = { approvals, warn, atPoint };
  const backend = new PostgresBackend({ ...options, desk, replica });
  const journal = new QueuedJournal(backend, onGroup);
  await replica.begin((make) => journal.write(make));
  return Object.assign(journal, {
    forgetCallers: async () => {
      backend.forgetCallers();
      await journal.flush();
      return replica.id;
    },
    announce: (url: string) => replica.announce(url),
    leave: async () => {
      await replica.endTidying();
      await journal.close();
      await replica.leave();
    },
  });
}

/**
 * The time that limits go by, of all replicas: it begins with that of the database's machine, so that it does not matter what the
 * clocks of the replicas say.
 */
export async function openLedgerClock(pool: Pool, clock: Clock, wallMs?: number): Promise<LedgerClock> {
  const { rows } = await pool.query<SavedTime>('select at, monotonic, boot from ledger_clock');
  return new LedgerClock(clock, { saved: rows[0], wallMs: wallMs ?? (await serverMs(pool)) });
}
