import { type RawBuilder, sql } from 'kysely';

/**
 * Fragments that databases say in different words. They stand here in those of SQLite; `postgres/words.ts` turns exactly these into
 * its own, so that nothing else of the shared SQL may use JSON, LIKE or `instr`.
 */

/** A member of a JSON text, as a text; null where there is none, or the text is no JSON. */
export function memberText(column: RawBuilder<unknown>, name: string): RawBuilder<string | null> {
  return sql<string | null>`(${column} ->> ${sql.lit(name)})`;
}

/** True when a text occurs in another, whatever the case of its ASCII letters. */
export function contains(haystack: RawBuilder<unknown>, text: string): RawBuilder<boolean> {
  return sql<boolean>`${haystack} like ${`%${text.replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`;
}
