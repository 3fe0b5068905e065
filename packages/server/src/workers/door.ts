import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MAX_UNTAKEN } from './bounds.ts';

/** Takes a connection; false when it cannot now. */
export type Taker = { readonly take: (connection: Socket) => boolean };

/** Turns without a new connection after which none waits in the system's queue, and the most turns. */
const QUIET_TURNS = 3;
const TURNS_MAX = 1_000;

/** The one place that accepts connections, and shares them out in turn. */
export class Door {
  readonly server: Server;
  readonly #takers: () => readonly Taker[];
  #untaken: Socket[] = [];
  #next = 0;
  #quiet = 0;

  constructor(takers: () => readonly Taker[]) {
    this.#takers = takers;
    // Whoever takes it reads from it, and nobody else before.
    const options = { pauseOnConnect: true, noDelay: true, allowHalfOpen: true };
    this.server = createServer(options, (connection) => {
      this.#quiet = 0;
      this.#share(connection);
    });
  }

  /** There may be somebody now who takes what waits. */
  look(): void {
    for (const connection of this.#untaken.splice(0)) this.#share(connection);
  }

  /** Shares out what the system has accepted, then accepts nothing more. */
  async close(): Promise<void> {
    for (let turns = 0; this.#quiet < QUIET_TURNS && turns < TURNS_MAX; turns += 1) {
      this.#quiet += 1;
      await nextTurn();
    }
    this.server.close();
    for (const connection of this.#untaken.splice(0)) connection.destroy();
  }

  #share(connection: Socket): void {
    const takers = this.#takers();
    for (let tries = 0; tries < takers.length; tries += 1) {
      this.#next = (this.#next + 1) % takers.length;
      if (takers[this.#next]?.take(connection) === true) return;
    }
    if (this.#untaken.length < MAX_UNTAKEN) this.#untaken.push(connection);
    else connection.destroy();
  }
}
