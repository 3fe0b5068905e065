import type { Actor } from './actor.ts';

/** Immutable, numbered versions per policy name. */
export interface PolicyVersions {
  /** The number of this document's version: the newest one if the text is unchanged, else a new one. */
  register(name: string, canonicalText: string, by?: Actor): Promise<number>;
}
