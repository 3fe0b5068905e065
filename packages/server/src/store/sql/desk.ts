import type { Compilable } from 'kysely';
import type { AuditAct, AuditEntry, NoteOf } from '../contract.ts';
import { noted } from './noted.ts';
import type { SqlRoom } from './room.ts';
import { all, change, first, type Work } from './work.ts';

/** Sorts after every id: they are UUIDs of version 7, which sort by time, in hexadecimal digits. */
export const LAST_ID = 'g';

/** A room in short: transactions, and statements that stand alone. */
export class Desk {
  readonly #room: SqlRoom;

  constructor(room: SqlRoom) {
    this.#room = room;
  }

  nowMs(): number {
    return this.#room.clock.wallMs();
  }

  read<Result>(work: () => Work<Result>): Promise<Result> {
    return this.#room.read(work);
  }

  /** All of it or nothing, with its row in the audit log where it is given one; nobody else writes in between. */
  write<Result>(work: () => Work<Result>, note?: NoteOf<Result>): Promise<Result> {
    return this.#room.write(() => noted(this.#room, work, note));
  }

  all<Row>(query: Compilable<Row>): Promise<readonly Row[]> {
    return this.read(() => all(query));
  }

  first<Row>(query: Compilable<Row>): Promise<Row | undefined> {
    return this.read(() => first(query));
  }

  /** How many rows changed. */
  change(query: Compilable): Promise<number> {
    return this.write(() => change(query));
  }

  /** The row of a change, within the `write` that makes it. */
  note(act: AuditAct): Work<AuditEntry> {
    return this.#room.note(act);
  }
}
