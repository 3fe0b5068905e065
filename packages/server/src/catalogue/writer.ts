import { deflateRawSync } from 'node:zlib';
import {
  CLASSES,
  entriesOf,
  gradeOf,
  quotation,
  rankOf,
  type ToolEntry,
  wordsOfName,
} from '@boomgate/catalogue';
import { type Database, type Statement, transact } from '../store/index.ts';
import { OPTIMISE_FROM, SUMMARY_CHARACTERS } from './bounds.ts';
import { type CatalogueRecord, facetOf, SOURCES, type Source } from './contract.ts';
import type { ReadRecord } from './read-record.ts';
import { keyOf, wordsOf, wordsUnderName } from './words.ts';

/** What became of a lot of records. */
export type Taken = {
  readonly servers: number;
  readonly tools: number;
  readonly skipped: number;
  readonly refusals: readonly { readonly at: number; readonly why: string }[];
};

/** Ids of each source are together, so that the order of ids is the order of sources in results. */
const BAND = 2 ** 40;

type Known = {
  readonly id: number;
  readonly source: Source;
  readonly scanned: string | null;
  readonly tools: number | null;
  readonly first: number | null;
  readonly last: number | null;
};
const KNOWN = 'id, source, scanned, tools, first, last';

/** Puts records in; the only one that writes. Synchronous: it runs in a thread of its own. */
export class Writer {
  readonly #database: Database;
  readonly #statements = new Map<string, Statement<unknown>>();
  #written = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** All of a lot in one transaction, with a note kept beside it; `afresh` takes away all of the source first. */
  take(lot: readonly ReadRecord[], source: Source, { note, afresh = false }: TakeOptions = {}): Taken {
    return transact(this.#database, () => {
      if (afresh) this.#clear(source);
      const taken = { servers: 0, tools: 0, skipped: 0, refusals: [] as { at: number; why: string }[] };
      for (const [at, read] of lot.entries()) {
        if (read.kind === 'refused') taken.refusals.push({ at, why: read.why });
        else if (read.kind !== 'record') {
          if (read.kind === 'gone') this.#forget(read.slug, 'registry');
          taken.skipped += 1;
        } else if (!this.#put(read.record, sourceOf(read.record, source))) taken.skipped += 1;
        else {
          taken.servers += 1;
          taken.tools += read.record.tools?.length ?? 0;
        }
      }
      if (note !== undefined)
        this.#run('insert or replace into meta (key, value) values (?, ?)', note.key, note.value);
      this.#written += taken.servers;
      return taken;
    });
  }

  #clear(source: Source): void {
    for (const row of this.#all(`select ${KNOWN} from servers where source = ?`, source)) this.#remove(row);
  }

  /** After a large import: the lists of words are put together, which halves the time of a search. */
  finish(): void {
    if (this.#written >= OPTIMISE_FROM)
      for (const table of WORD_TABLES)
        this.#database.exec(`insert into ${table}(${table}) values ('optimize')`);
    this.#written = 0;
    this.#database.exec('analyze');
    this.#database.pragma('wal_checkpoint(truncate)');
  }

  /** False when more is known already. */
  #put(given: CatalogueRecord, source: Source): boolean {
    const record = source === 'scan' ? { ...given, slug: this.#slugFor(given) } : given;
    const known = this.#known(record.slug);
    if (known !== undefined && staysAs(known, record, source)) return false;
    if (record.tools === undefined && this.#isScanned(record.package)) return false;
    const id = known?.source === source ? known.id : this.#nextId('servers', source);
    if (known !== undefined) this.#remove(known);
    if (record.tools !== undefined && record.package !== undefined) this.#forgetUnscanned(record.package);
    const tools = record.tools === undefined ? undefined : entriesOf(record.slug, record.tools);
    const range = tools === undefined ? undefined : this.#putTools(id, record, { tools, source });
    this.#putServer(id, record, { tools, source, range });
    return true;
  }

  /** A package that is known keeps its address. */
  #slugFor({ slug, package: from }: CatalogueRecord): string {
    if (from === undefined) return slug;
    const sql = 'select slug from servers where package = ? and tools is not null order by id limit 1';
    // The one column that is asked for.
    const row = this.#statement(sql).get(from) as { slug: string } | undefined;
    return row?.slug ?? slug;
  }

  #isScanned(from: string | undefined): boolean {
    if (from === undefined) return false;
    return this.#all(`select ${KNOWN} from servers where package = ?`, from).some(
      ({ tools }) => tools !== null,
    );
  }

  #putServer(
    id: number,
    record: CatalogueRecord,
    {
      tools,
      source,
      range,
    }: { tools: readonly ToolEntry[] | undefined; source: Source; range: Range | undefined },
  ): void {
    const { slug, name, title, description, version, licence, repository, scanned } = record;
    const counts =
      tools && CLASSES.map((of) => tools.filter(({ classification }) => classification.class === of).length);
    const grade = tools && gradeOf({ tools, ...(version && { version }) }, false).grade;
    const key = keyOf(wordsOf(title ?? name));
    this.#run(
      'insert into servers values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ...[id, slug, name, key, title ?? null, description ?? null, record.package ?? null],
      ...[version ?? null, licence ?? null, repository ?? null, scanned ?? null, source, grade ?? null],
      ...[
        tools?.length ?? null,
        counts ? JSON.stringify(counts) : null,
        range?.first ?? null,
        range?.last ?? null,
      ],
    );
    const facets = counts ? CLASSES.filter((_, at) => counts[at] !== 0).map(facetOf) : [];
    const names = [name, title ?? '', record.package ?? '', slug].flatMap(wordsUnderName);
    this.#putWords({ kind: 'server', id }, [...names, ...facets], wordsOf(description ?? ''));
    if (record.tools === undefined) return;
    const packed = deflateRawSync(JSON.stringify(record.tools), { level: 3 });
    this.#run('insert into definitions values (?, ?)', id, packed);
  }

  #putTools(
    server: number,
    record: CatalogueRecord,
    { tools, source }: { tools: readonly ToolEntry[]; source: Source },
  ): Range | undefined {
    if (tools.length === 0) return undefined;
    const first = this.#nextId('tools', source);
    const names = wordsUnderName(record.title ?? record.name);
    for (const [at, { definition, classification }] of tools.entries()) {
      const id = first + at;
      const words = wordsOfName(definition.name);
      const description = definition.description ?? '';
      const signals = classification.signals.map(({ signal }) => signal).join(' ');
      this.#run(
        'insert into tools values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
        ...[id, server, definition.name, keyOf(words), words.length, rankOf(classification.class)],
        ...[classification.confidence, signals, quotation(description, SUMMARY_CHARACTERS)],
      );
      const found = [...wordsUnderName(definition.name), ...names, facetOf(classification.class)];
      this.#putWords({ kind: 'tool', id }, found, wordsOf(`${definition.title ?? ''} ${description}`));
    }
    return { first, last: first + tools.length - 1 };
  }

  /** `named` is among all words too; each counts once. */
  #putWords({ kind, id }: Place, named: readonly string[], others: readonly string[]): void {
    const names = new Set(named);
    this.#run(`insert into ${kind}_names (rowid, words) values (?, ?)`, id, [...names].join(' '));
    const all = [...names, ...others.filter((word) => !names.has(word))];
    this.#run(`insert into ${kind}_words (rowid, words) values (?, ?)`, id, [...new Set(all)].join(' '));
  }

  #known(slug: string): Known | undefined {
    return this.#all(`select ${KNOWN} from servers where slug = ?`, slug)[0];
  }

  #forget(slug: string, source: Source): void {
    const known = this.#known(slug);
    if (known?.source === source) this.#remove(known);
  }

  #forgetUnscanned(from: string): void {
    for (const row of this.#all(`select ${KNOWN} from servers where package = ? and tools is null`, from))
      this.#remove(row);
  }

  #remove({ id, first, last }: Known): void {
    this.#run('delete from servers where id = ?', id);
    for (const table of ['server_names', 'server_words'])
      this.#run(`delete from ${table} where rowid = ?`, id);
    this.#run('delete from definitions where server = ?', id);
    if (first === null) return;
    this.#run('delete from tools where id between ? and ?', first, last);
    for (const table of ['tool_names', 'tool_words'])
      this.#run(`delete from ${table} where rowid between ? and ?`, first, last);
  }

  #nextId(table: 'servers' | 'tools', source: Source): number {
    const from = SOURCES.indexOf(source) * BAND;
    const sql = `select max(id) as last from ${table} where id >= ? and id < ?`;
    // The one column that is asked for.
    const row = this.#statement(sql).get(from, from + BAND) as { last: number | null } | undefined;
    return (row?.last ?? from) + 1;
  }

  #run(sql: string, ...parameters: readonly unknown[]): void {
    this.#statement(sql).run(...parameters);
  }

  #all(sql: string, ...parameters: readonly unknown[]): readonly Known[] {
    // Every caller asks for exactly the columns of `KNOWN`.
    return this.#statement(sql).all(...parameters) as readonly Known[];
  }

  #statement(sql: string): Statement<unknown> {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** What an import says of a server without its tools is a registry's word. */
const sourceOf = ({ tools }: CatalogueRecord, source: Source): Source =>
  source === 'imported' && tools === undefined ? 'registry' : source;

/** What the person's own gateway or scan saw stays; of other sources the later look does, and tools before none. */
function staysAs(known: Known, record: CatalogueRecord, source: Source): boolean {
  if (OWN.has(source)) return false;
  if (OWN.has(known.source)) return true;
  if (record.tools === undefined) return known.tools !== null;
  return known.tools !== null && (known.scanned ?? '') > (record.scanned ?? '');
}

const WORD_TABLES = ['server_names', 'server_words', 'tool_names', 'tool_words'];
const OWN: ReadonlySet<Source> = new Set(['gateway', 'scan']);

type Place = { readonly kind: 'server' | 'tool'; readonly id: number };
type TakeOptions = {
  readonly note?: { readonly key: string; readonly value: string };
  readonly afresh?: boolean;
};
type Range = { readonly first: number; readonly last: number };
