import type { ListingBounds } from '../upstreams/index.ts';

/** Every quantity of a scan, with its unit and reason: what is scanned may be hostile. */

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

/** Milliseconds that one server gets from its start to its last page, unless the caller says otherwise. */
export const SCAN_MS = 60_000;
/** Milliseconds after that in which its connections are closed and its processes killed. */
export const CLOSING_MS = 10_000;
/** Bytes of resident memory of a server and all it starts: ten times what servers of the field take. */
export const MEMORY_BYTES = GIB;
/** Bytes that one process may write to standard output and standard error: the longest list, and much to say beside it. */
export const OUTPUT_BYTES = 64 * MIB;
/** Servers that are looked at together, unless the caller says otherwise: each takes about a core while it starts. */
export const CONCURRENCY = 2;

/** What is taken of a list of tools: more than any real server has. What is beyond is counted and left out. */
export const SCAN_LISTING: ListingBounds = {
  tools: 10_000,
  others: 0,
  bytes: 32 * MIB,
  pages: 1_000,
  beyond: 'cut',
};
/** Bytes of one definition, as JSON; the largest seen in the field has about 40,000. */
export const DEFINITION_BYTES = 256 * KIB;
/** Characters of a server's instructions that are kept and looked at. */
export const INSTRUCTIONS_CHARACTERS = 64 * KIB;
/** Bytes of what a server says of itself, as JSON; beyond it only name and version are kept. */
export const SERVER_INFO_BYTES = 16 * KIB;
/** Characters of a text about a server or package, such as its licence or the detail of a failure. */
export const FACT_CHARACTERS = 500;
/** Dropped tools that are named; the rest is counted. */
export const NAMED_DROPPED = 100;
/** Last lines of standard error that are kept, and characters of each. */
export const STDERR_LINES = 20;
export const STDERR_LINE_CHARACTERS = 500;

/** Milliseconds that npm gets to install a package: a large one with a cold cache takes about a minute. */
export const INSTALL_MS = 180_000;
/** Bytes of resident memory of npm while it does. */
export const INSTALL_MEMORY_BYTES = 2 * GIB;
/** Bytes of a package's manifest. */
export const MANIFEST_BYTES = MIB;
/** Characters of a package's name (npm's own bound) and of a version. */
export const PACKAGE_CHARACTERS = 214;
export const VERSION_CHARACTERS = 128;
