import type { Outcome } from '../failures.ts';

/** `resources/subscribe` and `resources/unsubscribe` in one session, counted: the server hears of the first and the last. */
export class Subscriptions {
  readonly #tell: (method: string, uri: string) => Promise<Outcome>;
  readonly #counts = new Map<string, { count: number; last: Promise<boolean> }>();

  constructor(tell: (method: string, uri: string) => Promise<Outcome>) {
    this.#tell = tell;
  }

  /** Whether the server took it. */
  acquire(uri: string): Promise<boolean> {
    const known = this.#counts.get(uri);
    if (known !== undefined && known.count > 0) {
      known.count += 1;
      return known.last;
    }
    // What is said of one resource is said in order, so that a late goodbye does not undo a new subscription.
    const before = known?.last ?? Promise.resolve(true);
    const last = before.then(() => this.#say('resources/subscribe', uri));
    this.#counts.set(uri, { count: 1, last });
    return last;
  }

  release(uri: string): void {
    const known = this.#counts.get(uri);
    if (known === undefined) return;
    known.count -= 1;
    if (known.count > 0) return;
    known.last = known.last
      .then((taken) => taken && this.#say('resources/unsubscribe', uri))
      .finally(() => {
        if (this.#counts.get(uri) === known && known.count <= 0) this.#counts.delete(uri);
      });
  }

  async #say(method: string, uri: string): Promise<boolean> {
    return (await this.#tell(method, uri)).kind === 'result';
  }
}
