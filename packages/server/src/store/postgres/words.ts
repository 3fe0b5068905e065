/** Milliseconds and counts: a whole number of SQLite has 64 bits. */
const AS_INTEGER = / as integer\)/g;
/** A member of a JSON text in a column. */
const MEMBER = /\(("\w+"(?:\."\w+")?) ->> /g;

/** What `sql/dialect.ts` says in the words of SQLite, in those of Postgres. Values are parameters, so only our own texts are looked at. */
export function inPostgresWords(sql: string): string {
  return sql
    .replace(MEMBER, '(json_of($1) ->> ')
    .replaceAll(' like ', ' ilike ')
    .replaceAll('instr(', 'strpos(')
    .replace(AS_INTEGER, ' as bigint)');
}
