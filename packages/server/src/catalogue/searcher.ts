import { CLASSES, rankOf, severityOf, type ToolClass, wordsOfName } from '@boomgate/catalogue';
import type { Database } from '../store/index.ts';
import {
  CANDIDATES,
  ELSEWHERE,
  MAX_PAGE_TOOLS,
  PAGE_SERVERS,
  PAGE_TOOLS,
  SERVER_CANDIDATES,
} from './bounds.ts';
import {
  CatalogueError,
  facetOf,
  type SearchPage,
  type SearchQuery,
  type ServerHit,
  type Source,
  type ToolHit,
} from './contract.ts';
import { countsOf, type ServerRow, serverHit, type ToolRow, tellingWords, toolHit } from './hits.ts';
import { keyOf, matching, matchingAny, readWords, type Words, wordsUnderName } from './words.ts';

type Candidate = { readonly id: number; readonly name: string; readonly length: number };
type Range = { readonly first: number; readonly last: number };
/** What a query is narrowed to. */
type Filter = { readonly classes: readonly ToolClass[]; readonly range?: Range };

const EVERYTHING: Range = { first: 0, last: Number.MAX_SAFE_INTEGER };

/**
 * Looks words up. Lists of words are read in the order of ids and left after a thousand, which bounds the time of
 * every query, whatever is common; exact names are looked up apart, so that they are never cut off.
 */
export class Searcher {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Throws `CatalogueError` `bad_cursor`. */
  search(query: SearchQuery): SearchPage {
    const words = readWords(query.words ?? '');
    const from = readCursor(query.cursor);
    const limit = Math.min(Math.max(Math.trunc(query.limit ?? PAGE_TOOLS), 1), MAX_PAGE_TOOLS);
    const filter = this.#filterOf(query);
    const ranked = filter === undefined ? [] : this.#ranked(words, filter);
    const ids = this.#outside(query.without, ranked);
    const capped = ids.slice(0, CANDIDATES);
    return {
      servers: from === 0 && query.server === undefined ? this.#servers(words, filter, query.without) : [],
      tools: this.#hits(capped.slice(from, from + limit)),
      toolCount: capped.length,
      isCapped: ids.length > CANDIDATES,
      ...(from + limit < capped.length ? { next: String(from + limit) } : {}),
    };
  }

  /** Tools of the same class on other servers that share words of the name, one of each server. */
  elsewhere(
    tool: { readonly name: string; readonly class: ToolClass },
    server: {
      readonly slug: string;
      readonly siblings: readonly string[];
      readonly without: Source | undefined;
    },
  ): readonly ToolHit[] {
    const words = tellingWords(tool.name, server.siblings);
    if (words.length === 0) return [];
    const filter = { classes: [tool.class] };
    const found = this.#candidates('tool_names', `${matchingAny(words)}${andFacets(filter)}`);
    const fitOf = (name: string): number => {
      const all = wordsOfName(name);
      return all.filter((word) => words.includes(word)).length - all.length / 100;
    };
    const seen = new Set<string>([server.slug]);
    const ids = found.map(({ id }) => id);
    return this.#hits(this.#outside(server.without, ids))
      .map((hit) => ({ hit, fit: fitOf(hit.name) }))
      .toSorted((a, b) => b.fit - a.fit)
      .filter(({ hit }) => !seen.has(hit.server) && seen.add(hit.server))
      .slice(0, ELSEWHERE)
      .map(({ hit }) => hit);
  }

  /** Those that are not of servers from a source. What a gateway serves are some dozens, so that each is compared. */
  #outside(source: Source | undefined, ids: readonly number[]): readonly number[] {
    if (source === undefined) return ids;
    const ranges = this.#database
      .prepare<{ first: number; last: number }>(
        'select first, last from servers where source = ? and first is not null',
      )
      .all(source);
    return ids.filter((id) => !ranges.some(({ first, last }) => id >= first && id <= last));
  }

  /** Undefined when no tool can be in it. */
  #filterOf({ class: toolClass, severity, server }: SearchQuery): Filter | undefined {
    const classes = CLASSES.filter(
      (one) => (toolClass ?? one) === one && (severity === undefined || severityOf(one) === severity),
    );
    if (classes.length === 0) return undefined;
    if (server === undefined) return { classes };
    const range = this.#database
      .prepare<{ first: number | null; last: number | null }>(
        'select first, last from servers where slug = ?',
      )
      .get(server);
    if (range === undefined || range.first === null || range.last === null) return undefined;
    return { classes, range: { first: range.first, last: range.last } };
  }

  /** Ids, best first; more than the cap when there are more. */
  #ranked(words: Words, filter: Filter): readonly number[] {
    if (words.all.length === 0) return this.#unsorted(filter);
    const found = new Set(this.#named(words, filter));
    const expression = `${matching(words)}${andFacets(filter)}`;
    const named = this.#candidates('tool_names', expression, filter.range);
    for (const { id } of named.length > CANDIDATES ? named : closestFirst(named, words)) found.add(id);
    if (found.size <= CANDIDATES)
      for (const { id } of this.#candidates('tool_words', expression, filter.range)) found.add(id);
    return [...found];
  }

  #named(words: Words, { classes, range = EVERYTHING }: Filter): readonly number[] {
    const allowed = new Set(classes.map(rankOf));
    return this.#database
      .prepare<{ id: number; class: number }>(
        'select id, class from tools where key = ? and id between ? and ? order by id limit ?',
      )
      .all(keyOf(words.all), range.first, range.last, CANDIDATES)
      .filter(({ class: rank }) => allowed.has(rank))
      .map(({ id }) => id);
  }

  #unsorted(filter: Filter): readonly number[] {
    const { classes, range = EVERYTHING } = filter;
    if (classes.length < CLASSES.length)
      return this.#candidates('tool_names', facetsOf(classes), range).map(({ id }) => id);
    return this.#database
      .prepare<{ id: number }>('select id from tools where id between ? and ? order by id limit ?')
      .all(range.first, range.last, CANDIDATES + 1)
      .map(({ id }) => id);
  }

  #candidates(
    table: 'tool_names' | 'tool_words',
    expression: string,
    { first, last }: Range = EVERYTHING,
  ): readonly Candidate[] {
    return this.#database
      .prepare<Candidate>(
        `select tools.id, tools.name, tools.length from
          (select rowid from ${table} where ${table} match ? and rowid between ? and ? limit ?) as found
          cross join tools on tools.id = found.rowid`,
      )
      .all(expression, first, last, CANDIDATES + 1);
  }

  #hits(ids: readonly number[]): readonly ToolHit[] {
    const statement = this.#database.prepare<ToolRow>(
      `select servers.slug, servers.name as serverName, tools.name, class, confidence, signals, summary
        from tools join servers on servers.id = tools.server where tools.id = ?`,
    );
    return ids.flatMap((id) => {
      const row = statement.get(id);
      return row === undefined ? [] : [toolHit(row)];
    });
  }

  #servers(words: Words, filter: Filter | undefined, without: Source | undefined): readonly ServerHit[] {
    if (words.all.length === 0 || filter === undefined) return [];
    const exact = this.#database
      .prepare<ServerRow>(`select ${SERVER_COLUMNS} from servers where key = ? order by id limit ?`)
      .all(keyOf(words.all), PAGE_SERVERS)
      .filter(({ counts }) => hasAny(countsOf(counts), filter.classes));
    const found = new Map(exact.map((row) => [row.id, row]));
    for (const table of ['server_names', 'server_words'] as const) {
      if (found.size >= PAGE_SERVERS) break;
      for (const row of this.#serversWith(table, `${matching(words)}${andFacets(filter)}`))
        if (found.size < PAGE_SERVERS) found.set(row.id, row);
    }
    return [...found.values()].filter(({ source }) => source !== without).map(serverHit);
  }

  /** Those with known tools first, then those with the shortest name. */
  #serversWith(table: 'server_names' | 'server_words', expression: string): readonly ServerRow[] {
    return this.#database
      .prepare<ServerRow>(
        `select ${SERVER_COLUMNS} from
          (select rowid from ${table} where ${table} match ? limit ?) as found
          cross join servers on servers.id = found.rowid order by tools is null, length(key), id limit ?`,
      )
      .all(expression, SERVER_CANDIDATES, PAGE_SERVERS);
  }
}

const SERVER_COLUMNS = 'id, slug, name, title, description, source, tools, grade, counts';

const facetsOf = (classes: readonly ToolClass[]): string => matchingAny(classes.map(facetOf));

/** All classes are no narrowing, and are not asked for: servers whose tools are not known have none. */
const andFacets = ({ classes }: Filter): string =>
  classes.length === CLASSES.length ? '' : ` AND ${facetsOf(classes)}`;

/** Names that have all the words before those that need the server's for it; then the shorter name, which is closer. */
function closestFirst(candidates: readonly Candidate[], { all, isOpen }: Words): readonly Candidate[] {
  const begins = isOpen ? all.at(-1) : undefined;
  const far = (name: string): number => {
    const has = wordsUnderName(name);
    const hasAll = all.every(
      (word) => has.includes(word) || (word === begins && has.some((one) => one.startsWith(word))),
    );
    return hasAll ? 0 : 1;
  };
  return candidates
    .map((one) => ({ ...one, far: far(one.name) }))
    .toSorted((a, b) => a.far - b.far || a.length - b.length || a.id - b.id);
}

const hasAny = (counts: readonly number[], classes: readonly ToolClass[]): boolean =>
  classes.length === CLASSES.length || classes.some((one) => (counts[rankOf(one)] ?? 0) > 0);

function readCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const from = /^\d{1,4}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (from <= CANDIDATES) return from;
  const found = JSON.stringify(cursor.slice(0, 40));
  throw new CatalogueError('bad_cursor', `expected the cursor that the page before gave, found ${found}`);
}
