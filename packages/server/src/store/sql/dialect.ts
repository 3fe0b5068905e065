import { type RawBuilder, sql } from 'kysely';

/**
 * Fragments that databases say in different words. They stand here in those of SQLite; `postgres/words.ts` turns exactly these into
 * its own, so that nothing else of the shared SQL may use JSON, LIKE or `instr`.
 */

/** A member of a JSON text, `a.b` of one within another, as a text; null where there is none. The text must be JSON. */
export function memberText(column: RawBuilder<unknown>, path: string): RawBuilder<string | null> {
  return sql<string | null>`(${column} ->> ${sql.lit(`$.${path}`)})`;
}

/** That of a text that somebody may have made unreadable: then null. */
export function memberOfReadable(column: RawBuilder<unknown>, path: string): RawBuilder<string | null> {
  return sql<string | null>`(case when json_valid(${column}) then ${memberText(column, path)} end)`;
}

/** A member that is a whole number. */
export function memberNumber(column: RawBuilder<unknown>, path: string): RawBuilder<number | null> {
  return sql<number | null>`cast(${memberText(column, path)} as integer)`;
}

/** Whether a JSON text has a list of this name with this text in it. The text must be JSON. */
export function hasElement(column: RawBuilder<unknown>, name: string, element: string): RawBuilder<boolean> {
  return sql<boolean>`exists (select 1 from json_each(${column}, ${sql.lit(`$.${name}`)}) as keys where keys.value = ${element})`;
}

/** A condition on a text that somebody may have made unreadable: then it does not hold. */
export function ofReadable(column: RawBuilder<unknown>, condition: RawBuilder<boolean>): RawBuilder<boolean> {
  return sql<boolean>`case when json_valid(${column}) then ${condition} else false end`;
}

/** True when a text stands in another exactly so. */
export function containsExactly(haystack: RawBuilder<unknown>, text: string): RawBuilder<boolean> {
  return sql<boolean>`instr(${haystack}, ${text}) > 0`;
}

/** True when a text occurs in another, whatever the case of its ASCII letters. */
export function contains(haystack: RawBuilder<unknown>, text: string): RawBuilder<boolean> {
  return sql<boolean>`${haystack} like ${`%${text.replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`;
}

/** Texts that stand in JSON as they are: where none occurs in the whole, none does in a member, and that is found far quicker. */
export function isPlainInJson(text: string): boolean {
  return /^[ !#-[\]-~]+$/.test(text);
}
