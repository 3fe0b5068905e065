import { hasTakenOver, type TakeOverOptions, takeOver } from './postgres/index.ts';
import { type HandOverOptions, handOver } from './sqlite/hand-over.ts';

/** From a data directory into a database on Postgres; the master key is that of the database, and of the directory where it has one. */
export type MoveOptions = HandOverOptions & TakeOverOptions;

/** Brings everything that a gateway keeps into an empty database. Rejects with `StoreError`, as `handOver` and `takeOver` say. */
export function moveToPostgres(options: MoveOptions): Promise<void> {
  return handOver(options, {
    take: (content) => takeOver(options, content),
    hasTaken: (keys) => hasTakenOver(options, keys),
  });
}
