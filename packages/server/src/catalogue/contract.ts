import type {
  Attack,
  Classification,
  IndexSize,
  Page,
  Recommendation,
  ServerEntry,
  Severity,
  ToolClass,
  ToolDefinition,
  ToolEntry,
} from '@boomgate/catalogue';
import type { ForwardProxy } from '../upstreams/index.ts';

/**
 * The index of servers and tools: a file of its own, beside what the gateway keeps. Everything runs in threads of its
 * own, none of it on the event loop. Methods reject with `CatalogueError`, or with `StoreError` when the file cannot be
 * read or written.
 */
export interface Catalogue extends AsyncDisposable {
  /** Servers and tools that have all the words, best first. */
  search(query: SearchQuery): Promise<SearchPage>;
  /** A server by its slug, with its tools classified; undefined when it is not known. */
  server(slug: string): Promise<KnownServer | undefined>;
  /** A tool with its server and tools of the same class on other servers. */
  tool(server: string, name: string): Promise<IndexedTool | undefined>;
  /** The page of a server, or of one of its tools; undefined when it is not known. */
  page(wanted: PageQuery): Promise<Page | undefined>;
  /** What tools can do, from their definitions alone; each is a sibling of the others. */
  classify(asked: ToolsQuery): Promise<Classified>;
  size(): Promise<CatalogueSize>;
  /** Adds a server, or replaces what is known of it, with its tools. */
  put(record: CatalogueRecord, source: Source): Promise<void>;
  /**
   * Adds servers from a file: JSON lines, or one JSON document, of `server.json`, of a registry's pages, or of records
   * with tools; also compressed with gzip. Rejects with `CatalogueError` `unreadable`.
   */
  importFile(file: string, options?: ImportOptions): Promise<Imported>;
  /** Adds the servers of a registry, page after page; after an interruption it goes on where it was. */
  importRegistry(url: string, options?: RegistryOptions): Promise<Imported>;
}

export type RegistryOptions = ImportOptions & {
  readonly allowPrivate?: boolean;
  /** Through which it goes; absent: none. */
  readonly proxy?: ForwardProxy | undefined;
};

/** Where what is known of a server comes from; those before go before in results. */
export const SOURCES = ['gateway', 'scan', 'bundled', 'imported', 'registry'] as const;
export type Source = (typeof SOURCES)[number];

/** A server as it is put in. Texts are the server's or its registry's own, and untrusted. */
export type CatalogueRecord = {
  /** As in addresses; the name in reverse DNS form where the registry gives it. */
  readonly slug: string;
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly package?: string;
  readonly version?: string;
  readonly licence?: string;
  readonly repository?: string;
  /** ISO 8601 date at which the tools were listed, or the registry's entry was changed. */
  readonly scanned?: string;
  /** Absent where nobody has listed them. */
  readonly tools?: readonly ToolDefinition[];
};

export type SearchQuery = {
  /** Whatever a person types: words, none of them syntax. */
  readonly words?: string;
  readonly class?: ToolClass;
  readonly severity?: Severity;
  /** A slug. */
  readonly server?: string;
  /** Tools on the page, 1 to 100. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly cursor?: string;
  /** Servers from there are passed over: what one organisation serves is not for another. */
  readonly without?: Source;
};

export type PageQuery = { readonly server: string; readonly tool?: string } & Pick<SearchQuery, 'without'>;

export type ToolsQuery = { readonly server?: string; readonly tools: readonly ToolDefinition[] };

export type Classified = {
  /** In the order in which they were asked for. */
  readonly items: readonly (Classification & {
    readonly name: string;
    readonly attacks: readonly Pick<Attack, 'slug' | 'name'>[];
  })[];
  readonly recommended: Recommendation;
};

export type SearchPage = {
  /** On the first page only, and not where a server is given. */
  readonly servers: readonly ServerHit[];
  readonly tools: readonly ToolHit[];
  /** Tools found; a thousand is the most that are looked at, and then `isCapped` says that there are more. */
  readonly toolCount: number;
  readonly isCapped: boolean;
  readonly next?: string;
};

export type ServerHit = {
  readonly slug: string;
  readonly name: string;
  readonly summary: string;
  readonly source: Source;
  /** Absent where the tools are not known. */
  readonly tools?: number;
  /** `A` to `F`; absent likewise. */
  readonly grade?: string;
};

export type ToolHit = {
  readonly server: string;
  readonly serverName: string;
  readonly name: string;
  readonly class: ToolClass;
  readonly severity: Severity;
  /** 0 to 1. */
  readonly confidence: number;
  readonly signals: readonly string[];
  readonly summary: string;
};

/** `isScanned` is false where the tools are not known: then there are none, and the grade means nothing. */
export type KnownServer = ServerEntry & { readonly source: Source; readonly isScanned: boolean };
export type IndexedTool = {
  readonly server: KnownServer;
  /** One of the server's. */
  readonly tool: ToolEntry;
  readonly elsewhere: readonly ToolHit[];
};

export type CatalogueSize = IndexSize & {
  /** Servers whose tools are not known. */
  readonly unscanned: number;
  readonly classes: Readonly<Record<ToolClass, number>>;
  readonly sources: Readonly<Partial<Record<Source, number>>>;
  /** Bytes of the file. */
  readonly bytes: number;
};

export type ImportOptions = {
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
};
/** `share`, 0 to 1, where it is known how much there is. */
export type Progress = { readonly servers: number; readonly tools: number; readonly share?: number };

export type Imported = {
  readonly servers: number;
  readonly tools: number;
  /** Records that are no newer than what is known: other versions, servers that were taken back or scanned before. */
  readonly skipped: number;
  readonly refused: number;
  /** The first of them, and why. */
  readonly refusals: readonly Refusal[];
  /** False when it was interrupted or the registry failed; the same import goes on from there. */
  readonly isComplete: boolean;
  /** Why it is not. */
  readonly stoppedBy?: string;
};
export type Refusal = { readonly at: string; readonly why: string };

/** The word under which a class stands in the index; no word of a text has its first character. */
export const facetOf = (toolClass: ToolClass): string => `§${toolClass.toLowerCase()}`;

/**
 * `busy`: too much is asked already · `broken`: the thread ended, and another one begins at the next question · `closed`: nothing is
 * answered any more · `bad_cursor`: not one of the page before · `unreadable`: a file or a registry cannot be
 * read as what it has to be.
 */
export class CatalogueError extends Error {
  readonly code: 'busy' | 'broken' | 'closed' | 'bad_cursor' | 'unreadable';
  constructor(code: CatalogueError['code'], message: string) {
    super(message);
    this.name = 'CatalogueError';
    this.code = code;
  }
}
