import { randomUUID } from 'node:crypto';
import type { Clock } from '../../limits/index.ts';
import type { EndedSessions, ServerRegistry, Vault } from '../contract.ts';
import type { AuditWriter } from './audit/index.ts';
import { type Database, transact } from './driver.ts';
import { toStoreError } from './errors.ts';
import { build, change, rows } from './tables.ts';

export type Room = {
  readonly database: Database;
  readonly clock: Clock;
  readonly file: string;
  readonly audit: AuditWriter;
  readonly vault: Vault;
};

/** Runs a short transaction of its own between two groups of the journal. */
function write<Result>({ database, file }: Room, work: () => Result): Result {
  try {
    return transact(database, work);
  } catch (error) {
    throw toStoreError(error, file);
  }
}

export function openServers(room: Room): ServerRegistry {
  const { database } = room;
  const known = new Map<string, string>();
  return {
    async idFor(slug) {
      const remembered = known.get(slug);
      if (remembered !== undefined) return remembered;
      const id = write(room, () => {
        const fresh = { slug, id: randomUUID() };
        change(
          database,
          build
            .insertInto('servers')
            .values(fresh)
            .onConflict((taken) => taken.doNothing()),
        );
        const [row] = rows(database, build.selectFrom('servers').select('id').where('slug', '=', slug));
        return row?.id ?? fresh.id;
      });
      known.set(slug, id);
      return id;
    },
  };
}

export function openSessions(room: Room): EndedSessions {
  const { database, clock } = room;
  const all = build.selectFrom('ended_sessions').selectAll();
  const ended = new Map(rows(database, all).map(({ id, forget_at }) => [id, forget_at]));
  return {
    async end(id, forgetAtMs) {
      const nowMs = clock.wallMs();
      write(room, () => {
        change(database, build.deleteFrom('ended_sessions').where('forget_at', '<=', nowMs));
        const row = { id, forget_at: forgetAtMs };
        change(
          database,
          build
            .insertInto('ended_sessions')
            .values(row)
            .onConflict((known) => known.column('id').doUpdateSet({ forget_at: forgetAtMs })),
        );
      });
      for (const [other, dueMs] of ended) if (dueMs <= nowMs) ended.delete(other);
      ended.set(id, forgetAtMs);
    },
    isEnded(id) {
      return (ended.get(id) ?? Number.NEGATIVE_INFINITY) > clock.wallMs();
    },
  };
}
