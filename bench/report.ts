import type { CatalogueFigures } from './catalogue.ts';
import type { ClassifyFigure } from './classify.ts';
import type { benchDecide } from './decide.ts';
import type { Load } from './load.ts';
import type { benchRead } from './read.ts';

/** The rounds of each target, in the order in which they were run. */
export type Rounds = ReadonlyMap<string, readonly Load[]>;

export type Row = Load & { readonly name: string; readonly ratio: number };

type Figures = {
  readonly decide: ReturnType<typeof benchDecide>;
  readonly read: ReturnType<typeof benchRead>;
  readonly classify: ClassifyFigure;
  readonly path: readonly Row[];
  readonly eras: readonly Row[];
  readonly catalogue: CatalogueFigures;
};

/** The middle round of every target, and how its throughput compares with that of the yardstick at the same moment. */
export function compare(all: Rounds, yardstick: string): readonly Row[] {
  const base = all.get(yardstick) ?? [];
  return [...all].map(([name, rounds]) => ({
    name,
    ...medianOf(rounds, ({ perSecond }) => perSecond),
    ratio: ratioOf(rounds, base),
  }));
}

function ratioOf(rounds: readonly Load[], base: readonly Load[]): number {
  const ratios = rounds.map(({ perSecond }, round) => perSecond / (base[round]?.perSecond ?? Number.NaN));
  return Number(medianOf(ratios, (ratio) => ratio).toFixed(2));
}

export function medianOf<T>(all: readonly T[], by: (one: T) => number): T {
  const middle = all.toSorted((a, b) => by(a) - by(b))[Math.floor(all.length / 2)];
  if (middle === undefined) throw new Error('no rounds were run');
  return middle;
}

export function print(
  { catalogue, classify, decide, eras, path, read }: Figures,
  how: { connections: number; rounds: number },
): void {
  console.log(
    `Node ${process.version}, ${how.connections} connections, 1 KB calls, one limit, every call recorded; median of ${how.rounds} rounds\n`,
  );
  for (const { nsPerCall, rules } of decide)
    console.log(`decide, ${String(rules).padStart(5)} rules   ${String(nsPerCall).padStart(7)} ns per call`);
  console.log('');
  for (const { bytes, medianUs, what } of read)
    console.log(
      `read, ${what.padEnd(26)}${String(bytes).padStart(9)} bytes${medianUs.toFixed(1).padStart(10)} µs`,
    );
  printClassify(classify);
  table('whole path, beside the bare proxy', path);
  table('eras, beside the first', eras);
  printCatalogue(catalogue);
}

function printClassify({ aimUs, bestUs, medianUs, tools }: ClassifyFigure): void {
  console.log(
    `\nclassify, ${tools} bundled definitions${medianUs.toFixed(1).padStart(8)} µs a tool (best round ${bestUs.toFixed(1)}, aim ${aimUs})`,
  );
}

export function printCatalogue({ searches, ...of }: CatalogueFigures): void {
  console.log(
    `\nindex of ${of.servers} servers, ${of.tools} tools: imported in ${of.importSeconds.toFixed(1)} s (${Math.round(of.servers / of.importSeconds)} servers/s), ${of.megabytes.toFixed(1)} MB; ` +
      `first search ${of.firstMs.toFixed(1)} ms; the event loop was late by ${of.lateMs.toFixed(1)} ms at most`,
  );
  const heads = ['p50 ms', 'p95 ms', 'max ms'].map((head) => head.padStart(9)).join('');
  console.log(`${'search'.padEnd(34)}${heads}`);
  for (const { kind, max, p50, p95 } of searches) {
    const cells = [p50, p95, max].map((ms) => ms.toFixed(2).padStart(9)).join('');
    console.log(`${kind.padEnd(34)}${cells}`);
  }
}

export function table(title: string, rows: readonly Row[]): void {
  const heads = ['calls/s', 'p50 ms', 'p99 ms', 'ratio'].map((head) => head.padStart(9)).join('');
  console.log(`\n${title.padEnd(34)}${heads}`);
  for (const { name, p50, p99, perSecond, ratio } of rows) {
    const cells = [String(perSecond), p50.toFixed(2), p99.toFixed(2), ratio.toFixed(2)];
    console.log(`${name.padEnd(34)}${cells.map((cell) => cell.padStart(9)).join('')}`);
  }
}
