/** Characters of a query that are read, and its words: more narrows no search down. */
export const QUERY_CHARACTERS = 500;
export const QUERY_WORDS = 16;
/** Letters from which on the last word of a query also stands for longer ones; one letter begins everything. */
export const PREFIX_LETTERS = 2;

/**
 * Tools that are ranked for a query at most. Very common words have a hundred thousand; the first of them, in the order
 * of sources, are enough to choose a page from, and all would take half a second.
 */
export const CANDIDATES = 1_000;
/** Tools on a page unless told otherwise, and at most. */
export const PAGE_TOOLS = 20;
export const MAX_PAGE_TOOLS = 100;
/** Servers above the tools of the first page. */
export const PAGE_SERVERS = 5;
/** Servers that are looked at to choose them. */
export const SERVER_CANDIDATES = 200;
/** Tools of the same class on other servers that a page names. */
export const ELSEWHERE = 6;

/** Characters of a description whose words are found, and that a hit shows. */
export const INDEXED_CHARACTERS = 2_000;
export const SUMMARY_CHARACTERS = 200;
/** Characters of each other text of a record; the longest that the registry takes is 255. */
export const FIELD_CHARACTERS = 300;
/** Tools of one record: as many as a gateway takes from a server. */
export const RECORD_TOOLS = 2_000;
/** Bytes of one record, and nesting of its JSON: a server with all its tools. */
export const RECORD_BYTES = 16 * 1024 * 1024;
export const RECORD_DEPTH = 64;
export const RECORD_ITEMS = 1_000_000;
/** Bytes of a file that is one JSON document: all the registry has is a fifth of it. */
export const DOCUMENT_ITEMS = 50_000_000;
export const DOCUMENT_BYTES = 256 * 1024 * 1024;
/** Bytes that a compressed file may have unpacked: a hundred times an index of 43,000 servers with tools. */
export const UNPACKED_BYTES = 64 * 1024 * 1024 * 1024;
/** Bytes of records in one transaction: what a crash makes to be done again. */
export const LOT_BYTES = 4 * 1024 * 1024;
/** Bytes of memory that a line takes beside its text: a few kilobytes of gzip can be millions of empty ones. */
export const LINE_BYTES = 100;
/** Records of one document in a transaction. */
export const HELD_RECORDS = 500;
/** Records that could not be taken of which an import says why; the others are counted. */
export const REFUSALS_TOLD = 20;

/** Requests that wait for the searching thread; more come only when it is far too slow. */
export const WAITING = 100;
/** Milliseconds that a connection waits for another process that writes. */
export const BUSY_MS = 5_000;
/** Servers of one import from which on the words are put together for the quickest search afterwards. */
export const OPTIMISE_FROM = 2_000;

/** Bytes of one page of a registry: a hundred servers have a tenth of it. */
export const REGISTRY_PAGE_BYTES = 16 * 1024 * 1024;
/** Servers asked for on each page: the most that the official registry gives. */
export const REGISTRY_PAGE_SERVERS = 100;
/** Pages of one import: a registry whose cursor runs in a circle ends here. */
export const REGISTRY_PAGES = 100_000;
