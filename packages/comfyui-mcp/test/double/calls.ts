import type { Changes } from './changes.ts';

export type Call = { readonly route: string; readonly path: string; readonly body: string };

/** What reached the double: a route is `POST /queue` for `/queue` and `/api/queue` alike. */
export class Calls {
  readonly #changes: Changes;
  #all: Call[] = [];

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  get all(): readonly Call[] {
    return this.#all;
  }

  /** How often a route was called; without one, how often any was. */
  count(route?: string): number {
    return this.#all.filter((call) => route === undefined || call.route === route).length;
  }

  byRoute(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { route } of this.#all) counts[route] = (counts[route] ?? 0) + 1;
    return counts;
  }

  /** The bodies that a route was sent, as text. */
  bodies(route: string): readonly string[] {
    return this.#all.filter((call) => call.route === route).map(({ body }) => body);
  }

  /** Counting begins anew. */
  clear(): void {
    this.#all = [];
  }

  note(call: Call): void {
    this.#all.push(call);
    this.#changes.tell();
  }
}
