import type { Secrets } from './contract.ts';
import type { KeyContent } from './keys/index.ts';

/** What a column can hold. */
export type Cell = string | number | null | Uint8Array;

export type KeptTable = {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: 'integer' | 'real' | 'text' | 'blob' }[];
  /** To be walked through once, before the next table. */
  readonly rows: Iterable<Readonly<Record<string, Cell>>>;
};

/** Everything that a store keeps, on its way to another. */
export type KeptContent = {
  /** In the order in which they were made: none refers to a later one. */
  readonly tables: Iterable<KeptTable>;
  readonly keys: KeyContent;
  /** The same, to be used. */
  readonly secrets: Secrets;
  /** To be called when the other store has all of it, and nothing is left but to commit. */
  readonly beforeCommit: () => void;
};
