import type { Json, JsonObject } from '../json/json.ts';
import type { Path, Root } from '../policy.ts';
import { compileSegments, type Found } from './lookup.ts';
import type { Work } from './work.ts';

/** What paths start from. Only own properties are ever looked at. */
type Roots = { readonly [root in Root]: JsonObject };

/** What one call is judged by: its roots, what the places looked at so far hold, by the number of the place, and the work left. */
export type Facts = Roots & { readonly found: (Found | undefined)[]; readonly work: Work };

/** What a call has at one place. Rules that look at the same place of a call share one look-up. */
export class Place {
  readonly #number: number;
  readonly #rootOf: (roots: Roots) => Json;
  readonly #find: (root: Json) => Found;

  constructor(number: number, { root, segments }: PlacePath) {
    this.#number = number;
    this.#rootOf = ROOTS[root];
    this.#find = compileSegments(segments);
  }

  find(facts: Facts): Found {
    const known = facts.found[this.#number];
    return known === undefined ? this.#lookUp(facts) : known;
  }

  /** Kept apart, so that what is done for every rule is small enough to be inlined. */
  #lookUp(facts: Facts): Found {
    const root = this.#rootOf;
    const find = this.#find;
    const found = find(root(facts));
    facts.found[this.#number] = found;
    return found;
  }
}

/** A path, or what of it comes before the first `[*]`. */
type PlacePath = Pick<Path, 'root' | 'segments'>;

/** Numbers the places that the rules of one entry look at. */
export class Places {
  readonly #known = new Map<string, Place>();

  /** Those of an entry, besides these, which are of the rules of all tools. */
  further(): Places {
    const more = new Places();
    for (const [key, place] of this.#known) more.#known.set(key, place);
    return more;
  }

  /** The place that a path without `[*]` leads to. */
  at(path: PlacePath): Place {
    const key = JSON.stringify([path.root, path.segments]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const place = new Place(this.#known.size, path);
    this.#known.set(key, place);
    return place;
  }
}

/** Each root read by its own function: a property whose name varies from rule to rule is slow to read. */
const ROOTS = {
  args: (roots) => roots.args,
  tool: (roots) => roots.tool,
  grant: (roots) => roots.grant,
  server: (roots) => roots.server,
  client: (roots) => roots.client,
  time: (roots) => roots.time,
} satisfies Record<Root, (roots: Roots) => JsonObject>;
