import type { Page } from '@boomgate/catalogue';
import type {
  CatalogueRecord,
  CatalogueSize,
  Classified,
  IndexedTool,
  KnownServer,
  PageQuery,
  SearchPage,
  SearchQuery,
  Source,
  ToolsQuery,
} from './contract.ts';
import type { Taken } from './writer.ts';

/** What the threads can be asked: input and output, as they cross from one thread to another. */
export type Operations = ReadOperations & WriteOperations;

export type ReadOperations = {
  /** Whether the file is there, has tables of this revision and holds the bundle that comes with this program. */
  readonly isCurrent: { readonly input: null; readonly output: boolean };
  readonly search: { readonly input: SearchQuery; readonly output: SearchPage };
  readonly server: { readonly input: string; readonly output: KnownServer | undefined };
  readonly tool: {
    readonly input: { readonly server: string; readonly name: string };
    readonly output: IndexedTool | undefined;
  };
  readonly page: { readonly input: PageQuery; readonly output: Page | undefined };
  readonly classify: { readonly input: ToolsQuery; readonly output: Classified };
  readonly size: { readonly input: null; readonly output: CatalogueSize };
  /** What an import kept beside its records. */
  readonly noted: { readonly input: string; readonly output: string | undefined };
};

export type WriteOperations = {
  /** Makes the file current. */
  readonly prepare: { readonly input: null; readonly output: null };
  readonly put: {
    readonly input: { readonly record: CatalogueRecord; readonly source: Source };
    readonly output: null;
  };
  /** Each text is a record, or several in one document. */
  readonly take: {
    readonly input: {
      readonly texts: readonly string[];
      /** The number of the first, for refusals. */
      readonly first: number;
      readonly note?: { readonly key: string; readonly value: string };
    };
    readonly output: Taken;
  };
  /** Reads a document of many records and keeps it for `takeHeld`; the number of them, or what is wrong with it. */
  readonly hold: { readonly input: string; readonly output: number | { readonly why: string } };
  readonly takeHeld: {
    readonly input: { readonly from: number; readonly count: number };
    readonly output: Taken;
  };
  /** After an import. */
  readonly finish: { readonly input: null; readonly output: null };
};

/** The synchronous other side of a thread. */
export type Handlers<Table extends { readonly [K in keyof Table]: { input: unknown; output: unknown } }> = {
  readonly [K in keyof Table]: (input: Table[K]['input']) => Table[K]['output'];
};

export type Ask = { readonly id: number; readonly operation: keyof Operations; readonly input: unknown };
export type Answer =
  | { readonly id: number; readonly ok: true; readonly output: unknown }
  | { readonly id: number; readonly ok: false; readonly error: AskError };
/** An error as it crosses: its class is lost on the way. */
export type AskError = { readonly name: string; readonly code: string; readonly message: string };

/** What `Thread` starts this file with. */
export type WorkerData = {
  readonly file: string;
  readonly role: 'read' | 'write';
  readonly bundled: boolean;
};
