// How well the classifier does on labelled tools, which stay outside of the repository: `npm run -w packages/catalogue score -- --data DIR`.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CLASSES, classify, type ToolClass } from '../src/index.ts';

type Row = {
  readonly server?: string;
  readonly tool: string;
  readonly description: string;
  readonly category: string;
};

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    half: { type: 'string', default: 'both' },
    misses: { type: 'boolean', default: false },
  },
});
const folder =
  values.data ?? process.env['BOOMGATE_LABELS'] ?? join(import.meta.dirname, '../../../../shared/data');
if (!existsSync(folder)) {
  console.error(
    `score: expected a folder of labelled .jsonl files, found none at ${folder}; name it with --data`,
  );
  process.exit(2);
}

/** The files are made by a script of known output. */
function parseRow(line: string): Row {
  return JSON.parse(line) as Row;
}

/** Prints accuracy, macro-F1, recall of Critical and the confusion. Rows without one of the five classes are not counted. */
function report(title: string, rows: readonly Row[]): void {
  const judged = rows
    .filter(({ category }) => isClass(category))
    .map((row) => ({ row, given: row.category as ToolClass, found: classOf(row) }));
  const right = judged.filter(({ given, found }) => given === found).length;
  const critical = judged.filter(({ given }) => isCritical(given));
  console.log(`\n${title}: ${judged.length} tools (${rows.length - judged.length} without a class left out)`);
  console.log(
    `accuracy ${share(right, judged.length)}  macro-F1 ${macroF1(judged).toFixed(3)}  Critical recall ${share(critical.filter(({ found }) => isCritical(found)).length, critical.length)}`,
  );
  console.log(`given ↓ found → ${CLASSES.map((name) => name.padStart(11)).join('')}`);
  for (const given of CLASSES) {
    const counts = CLASSES.map(
      (found) => judged.filter((one) => one.given === given && one.found === found).length,
    );
    console.log(`${given.padEnd(16)}${counts.map((count) => String(count).padStart(11)).join('')}`);
  }
  if (values.misses)
    for (const { row, given, found } of judged)
      if (given !== found) console.log(`${given} → ${found}: ${row.tool} | ${row.description.slice(0, 90)}`);
}

type Judged = { readonly given: ToolClass; readonly found: ToolClass };

function macroF1(judged: readonly Judged[]): number {
  const present = CLASSES.filter((name) => judged.some(({ given }) => given === name));
  const scores = present.map((name) => {
    const hits = judged.filter(({ given, found }) => given === name && found === name).length;
    const named = judged.filter(({ given }) => given === name).length;
    const said = judged.filter(({ found }) => found === name).length;
    return hits === 0 ? 0 : (2 * hits) / (named + said);
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

function classOf({ server, tool, description }: Row): ToolClass {
  return classify({ name: tool, description }, server === undefined ? {} : { server }).class;
}

const isClass = (name: string): boolean => CLASSES.some((one) => one === name);
const isCritical = (name: ToolClass): boolean => name === 'Destructive' || name === 'Financial';
const share = (part: number, whole: number): string =>
  whole === 0 ? 'none' : `${(part / whole).toFixed(3)} (${part}/${whole})`;

for (const file of readdirSync(folder).filter((name) => name.endsWith('.jsonl'))) {
  const rows = readFileSync(join(folder, file), 'utf8').trim().split('\n').map(parseRow);
  const halves = { odd: rows.filter((_, at) => at % 2 === 0), even: rows.filter((_, at) => at % 2 === 1) };
  for (const half of ['odd', 'even'] as const)
    if (values.half === 'both' || values.half === half) report(`${file}, ${half} rows`, halves[half]);
}
