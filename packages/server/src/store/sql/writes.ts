import type { CompiledQuery } from 'kysely';
import type { Tables } from './tables.ts';

type Table = keyof Tables;

/** The table that a built statement writes; undefined for one that reads. Written SQL writes nothing in shared work. */
export function tableWritten({ query: node }: CompiledQuery): Table | undefined {
  switch (node.kind) {
    case 'InsertQueryNode':
      return nameOf(node.into);
    case 'UpdateQueryNode':
      return nameOf(node.table);
    case 'DeleteQueryNode':
      return nameOf(node.from.froms[0]);
    default:
      return undefined;
  }
}

function nameOf(node: unknown): Table | undefined {
  // Casts: these builders name one table of `Tables`, and nothing but a table.
  const named = node as { readonly table?: { readonly identifier: { readonly name: string } } } | undefined;
  return named?.table?.identifier.name as Table | undefined;
}

/** How often this process wrote each table. */
export class Writes {
  readonly #counts = new Map<Table, number>();

  note(table: Table): void {
    this.#counts.set(table, this.#countOf(table) + 1);
  }

  /** Grows with every write of one of these tables. */
  count(tables: readonly Table[]): number {
    return tables.reduce((sum, table) => sum + this.#countOf(table), 0);
  }

  #countOf(table: Table): number {
    return this.#counts.get(table) ?? 0;
  }
}
