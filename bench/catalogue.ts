/**
 * `npm run bench -- --catalogue 43000`: an index of so many servers, made from the bundled ones: how long its import takes, how
 * large it is, how quickly it is searched, also for the most common words, and how long the event loop waits meanwhile.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Catalogue, openCatalogue, type SearchQuery } from '../packages/server/src/index.ts';
import { drawing, makeCatalogue, readBundled, vocabularyOf } from './catalogue-made.ts';

export type CatalogueFigures = {
  readonly servers: number;
  readonly tools: number;
  readonly importSeconds: number;
  readonly megabytes: number;
  readonly firstMs: number;
  /** By kind of query, and of all. */
  readonly searches: readonly Searches[];
  /** Milliseconds by which the event loop was late at most while it searched. */
  readonly lateMs: number;
};
type Searches = {
  readonly kind: string;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
};

const QUERIES_OF_A_KIND = 150;
/** Words that everybody's tools have. */
const COMMON = [
  'get',
  'list',
  'a',
  'the',
  'data',
  'to',
  'of',
  'create',
  'search',
  'file',
  'name',
  'user',
  'id',
];

export async function benchCatalogue(servers: number): Promise<CatalogueFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'boomgate-bench-catalogue-'));
  try {
    const lines = join(folder, 'made.ndjson');
    const made = await makeCatalogue(lines, servers);
    await using catalogue = openCatalogue({ file: join(folder, 'catalogue.db') });
    await catalogue.size();
    const started = performance.now();
    const imported = await catalogue.importFile(lines);
    const importSeconds = (performance.now() - started) / 1_000;
    if (imported.tools !== made.tools)
      throw new Error(`${made.tools} tools were made, ${imported.tools} imported`);
    const { bytes } = await catalogue.size();
    return {
      servers: made.servers,
      tools: made.tools,
      importSeconds,
      megabytes: bytes / 1e6,
      ...(await searchAll(catalogue)),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Timed = Pick<CatalogueFigures, 'firstMs' | 'lateMs' | 'searches'>;

async function searchAll(catalogue: Catalogue): Promise<Timed> {
  const [firstMs = 0] = await time(catalogue, [{ words: 'get' }]);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const all: number[] = [];
  const searches: Searches[] = [];
  for (const [kind, queries] of queriesByKind()) {
    const times = await time(catalogue, queries);
    all.push(...times);
    searches.push(summary(kind, times));
  }
  delay.disable();
  return { firstMs, searches: [summary('all', all), ...searches], lateMs: delay.max / 1e6 };
}

/** One after the other, in milliseconds there and back. */
async function time(catalogue: Catalogue, queries: readonly SearchQuery[]): Promise<readonly number[]> {
  const times: number[] = [];
  for (const query of queries) {
    const started = performance.now();
    await catalogue.search(query);
    times.push(performance.now() - started);
  }
  return times;
}

/** Of each kind the same queries in every run; words are drawn as often as they stand in the bundled entries. */
function queriesByKind(): readonly (readonly [string, readonly SearchQuery[]])[] {
  const draw = drawing(7);
  const vocabulary = vocabularyOf(readBundled());
  const rare = [...new Set(vocabulary)];
  const from = (words: readonly string[]) => words[Math.floor(draw() * words.length)] ?? 'get';
  const drawn = () => from(vocabulary);
  const common = () => from(COMMON);
  const make = (one: () => SearchQuery) => Array.from({ length: QUERIES_OF_A_KIND }, one);
  return [
    ['one very common word', make(() => ({ words: common() }))],
    ['two very common words', make(() => ({ words: `${common()} ${common()}` }))],
    ['three drawn words', make(() => ({ words: `${drawn()} ${drawn()} ${drawn()}` }))],
    ['one drawn word', make(() => ({ words: drawn() }))],
    ['common and any word', make(() => ({ words: `${common()} ${from(rare)}` }))],
    ['the beginning of a word', make(() => ({ words: drawn().slice(0, 2 + Math.floor(draw() * 5)) }))],
    ['common word, Destructive', make(() => ({ words: common(), class: 'Destructive' }))],
    ['drawn words, High', make(() => ({ words: `${drawn()} ${drawn()}`, severity: 'High' }))],
  ];
}

function summary(kind: string, times: readonly number[]): Searches {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 100) / 100;
  return { kind, p50: at(0.5), p95: at(0.95), max: at(1) };
}
