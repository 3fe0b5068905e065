const COLUMN = String.raw`("\w+"(?:\."\w+")?)`;
const VALUE = String.raw`(\$\d+)`;

/** What only SQLite says, and how Postgres says it; in this order. `json_of` and `number_of` are made with the schema. */
const TRANSLATIONS: readonly (readonly [RegExp, string | ((...found: readonly string[]) => string)])[] = [
  [
    new RegExp(
      String.raw`exists \(select 1 from json_each\(${COLUMN}, '\$\.(\w+)'\) as keys where keys\.value = ${VALUE}\)`,
      'g',
    ),
    "coalesce(json_of($1) -> '$2' ? $3::text, false)",
  ],
  // What cannot be read has no members there.
  [
    new RegExp(String.raw`\(case when json_valid\(${COLUMN}\) then (\(\1 ->> '\$\.[\w.]+'\)) end\)`, 'g'),
    '$2',
  ],
  [new RegExp(String.raw`json_valid\(${COLUMN}\)`, 'g'), '(json_of($1) is not null)'],
  [
    new RegExp(String.raw`\(${COLUMN} ->> '\$\.([\w.]+)'\)`, 'g'),
    (_, column = '', path = '') => `(json_of(${column}) #>> '{${path.replaceAll('.', ',')}}')`,
  ],
  [/cast\((\(json_of\([^)]*\) #>> '[^']*'\)) as integer\)/g, 'number_of($1)'],
  // In any case of ASCII letters alone, as SQLite has it.
  [/ like (\$\d+)/g, ' ilike $1::text collate "C"'],
  [new RegExp(String.raw`instr\(${COLUMN}, ${VALUE}\)`, 'g'), 'strpos($1, $2::text)'],
];

/** What `sql/dialect.ts` says in the words of SQLite, in those of Postgres. Values are parameters, so only our own texts are looked at. */
export function inPostgresWords(sql: string): string {
  let words = sql;
  for (const [ours, theirs] of TRANSLATIONS)
    words = typeof theirs === 'string' ? words.replace(ours, theirs) : words.replace(ours, theirs);
  return words;
}

/** The values of a question. No stored text has NUL in it: there, and in what `json_of` reads, another sign stands in its place. */
export function inPostgresValues(values: readonly unknown[]): readonly unknown[] {
  return values.map((value) => (typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value));
}
