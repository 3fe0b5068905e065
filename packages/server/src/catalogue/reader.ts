import { statSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import {
  CLASSES,
  entriesOf,
  listedPage,
  type Page,
  quotation,
  serverPage,
  type ToolDefinition,
  toolPage,
} from '@boomgate/catalogue';
import type { Database } from '../store/index.ts';
import type {
  CatalogueSize,
  IndexedTool,
  KnownServer,
  PageQuery,
  SearchPage,
  SearchQuery,
  Source,
} from './contract.ts';
import { countsOf } from './hits.ts';
import { Searcher } from './searcher.ts';

const bytesOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Characters of a server's name on a page. */
const SHOWN_NAME = 200;

type Row = {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly source: Source;
  readonly tools: number | null;
} & { readonly [K in (typeof FIELDS)[number]]: string | null };

const FIELDS = ['title', 'description', 'package', 'version', 'licence', 'repository', 'scanned'] as const;

/** Answers from the file; changes nothing. Synchronous: it runs in a thread of its own. */
export class Reader {
  readonly #database: Database;
  readonly #file: string;
  readonly #searcher: Searcher;

  constructor(database: Database, file: string) {
    this.#database = database;
    this.#file = file;
    this.#searcher = new Searcher(database);
  }

  search(query: SearchQuery): SearchPage {
    return this.#searcher.search(query);
  }

  server(slug: string): KnownServer | undefined {
    const row = this.#database
      .prepare<Row>(`select id, slug, name, source, tools, ${FIELDS.join(', ')} from servers where slug = ?`)
      .get(slug);
    if (row === undefined) return undefined;
    const known = FIELDS.flatMap((field) => (row[field] === null ? [] : [[field, row[field]] as const]));
    return {
      ...Object.fromEntries(known),
      slug: encodeURIComponent(row.slug),
      name: row.title ?? row.name,
      source: row.source,
      isScanned: row.tools !== null,
      tools: row.tools === null ? [] : entriesOf(row.slug, this.#definitions(row.id)),
    };
  }

  tool(slug: string, name: string, without?: Source): IndexedTool | undefined {
    const server = this.server(slug);
    const tool = server?.tools.find(({ definition }) => definition.name === name);
    if (server === undefined || tool === undefined) return undefined;
    const siblings = server.tools.map(({ definition }) => definition.name);
    const wanted = { name, class: tool.classification.class };
    return { server, tool, elsewhere: this.#searcher.elsewhere(wanted, { slug, siblings, without }) };
  }

  page({ server: slug, tool, without }: PageQuery): Page | undefined {
    const server = this.server(slug);
    if (server === undefined || server.source === without) return undefined;
    const index = this.size();
    const named = { ...server, name: quotation(server.name, SHOWN_NAME) };
    if (tool === undefined)
      return server.isScanned
        ? serverPage(named, { index, isPublisherKnown: false })
        : listedPage(named, index);
    const known = this.tool(slug, tool, without);
    if (known === undefined) return undefined;
    return toolPage(
      known.tool,
      { ...known.server, name: named.name },
      { ...index, elsewhere: known.elsewhere },
    );
  }

  size(): CatalogueSize {
    const rows = this.#database
      .prepare<{ source: Source; tools: number | null; counts: string | null }>(
        'select source, tools, counts from servers',
      )
      .all();
    const classes = CLASSES.map(() => 0);
    const sources: Partial<Record<Source, number>> = {};
    for (const { source, counts } of rows) {
      sources[source] = (sources[source] ?? 0) + 1;
      for (const [at, count] of countsOf(counts).entries()) classes[at] = (classes[at] ?? 0) + count;
    }
    return {
      servers: rows.length,
      tools: rows.reduce((sum, { tools }) => sum + (tools ?? 0), 0),
      unscanned: rows.filter(({ tools }) => tools === null).length,
      // One count for each class, in their order.
      classes: Object.fromEntries(CLASSES.map((name, at) => [name, classes[at]])) as CatalogueSize['classes'],
      sources,
      bytes: bytesOf(this.#file) + bytesOf(`${this.#file}-wal`),
    };
  }

  noted(key: string): string | undefined {
    return this.#database.prepare<{ value: string }>('select value from meta where key = ?').get(key)?.value;
  }

  #definitions(server: number): readonly ToolDefinition[] {
    const row = this.#database
      .prepare<{ packed: Uint8Array }>('select packed from definitions where server = ?')
      .get(server);
    if (row === undefined) return [];
    // Written by `Writer`, from definitions that were read.
    return JSON.parse(inflateRawSync(row.packed).toString()) as readonly ToolDefinition[];
  }
}
