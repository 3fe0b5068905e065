import type { JsonObject } from '@boomgate/engine';
import type { Compilable } from 'kysely';
import type { Actor, PolicyOwner } from '../../contract.ts';
import { transact } from '../driver.ts';
import { toStoreError } from '../errors.ts';
import type { Room } from '../room.ts';
import { change, rows } from '../tables.ts';

/** One connection with its clock and its audit log; all failures leave as `StoreError`. */
export class PolicyDesk {
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  nowMs(): number {
    return this.#room.clock.wallMs();
  }

  all<Row>(query: Compilable<Row>): Row[] {
    return this.#guarded(() => rows(this.#room.database, query));
  }

  first<Row>(query: Compilable<Row>): Row | undefined {
    return this.all(query)[0];
  }

  /** Within `write`. */
  change(query: Compilable): void {
    change(this.#room.database, query);
  }

  /** Within `write`. */
  note(
    { name, organization }: PolicyOwner,
    act: {
      readonly actor: Actor;
      readonly action: string;
      readonly before?: JsonObject;
      readonly after?: JsonObject;
    },
  ): void {
    this.#room.audit.write({ organization, target: { kind: 'policy', id: name, name }, ...act });
  }

  /** All of it or nothing; nobody else reads or writes in between. */
  write<Result>(work: () => Result): Result {
    return this.#guarded(() => transact(this.#room.database, work));
  }

  #guarded<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, this.#room.file);
    }
  }
}
