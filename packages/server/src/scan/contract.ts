import type { Classification, Grade } from '@boomgate/catalogue';
import type { Json, JsonObject } from '@boomgate/engine';
import type { Clock, Era, ForwardProxy, HttpTarget, StdioTarget } from '../upstreams/index.ts';

/** Something to scan. `name` is what the report calls it. */
export type ScanTarget = {
  readonly name: string;
  readonly target: HttpTarget | StdioTarget | NpmTarget;
};

/** A package of the npm registry with a command that speaks MCP. */
export type NpmTarget = {
  readonly kind: 'npm';
  /** `NAME`, `NAME@VERSION` or `NAME@TAG`; nothing else that npm could install. */
  readonly spec: string;
  /** For its command. */
  readonly args: readonly string[];
};

export type ScanOptions = {
  /** Of this program: what servers see as the version of their client. */
  readonly version: string;
  /**
   * The variables of the caller. A server gets PATH and LANG of them; npm also what it needs to reach its registry.
   */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Through which servers are reached over HTTP; absent: none. npm goes by its own variables. */
  readonly proxy?: ForwardProxy | undefined;
  /** Milliseconds for each server, without the installation of a package. Default 60,000. */
  readonly timeoutMs?: number;
  /** Bytes of resident memory for each server. Default 1 GiB. */
  readonly memoryBytes?: number;
  /** Servers at once. Default 2. */
  readonly concurrency?: number;
  /** Ends the scan: what runs is killed, and what has not begun is reported as cancelled. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ScanProgress) => void;
  /** Measures how long things take; it does not know the time of day. */
  readonly clock?: Clock;
  /** The time of day, in milliseconds since the epoch, which reports and the index have. Default: the machine's. */
  readonly wallMs?: () => number;
};

/** Told when a server's turn begins and when it is done; `done` counts those that are. */
export type ScanProgress = {
  readonly done: number;
  readonly total: number;
  readonly name: string;
  readonly server?: ScannedServer;
};

export type ScanReport = {
  /** ISO 8601, when the scan began. */
  readonly scanned: string;
  readonly durationMs: number;
  /** In the order of the targets. */
  readonly servers: readonly ScannedServer[];
};

export type ScannedServer = ListedServer | FailedServer;

type Scanned = {
  readonly name: string;
  readonly target: ScannedTarget;
  /** Of the npm package: its name, exact version, licence, repository and description, as its manifest says. */
  readonly package?: string;
  readonly description?: string;
  readonly version?: string;
  readonly licence?: string;
  readonly repository?: string;
  /** ISO 8601. */
  readonly scanned: string;
  readonly durationMs: number;
  /** What went wrong or was left out, beside a failure. */
  readonly remarks: readonly Remark[];
  /** The last lines that it wrote there. Untrusted, like every text of a server. */
  readonly stderr: readonly string[];
};

export type ListedServer = Scanned & {
  readonly outcome: 'listed';
  readonly era: Era;
  readonly protocol: string;
  readonly serverInfo: JsonObject;
  readonly instructions?: string;
  /** Sorted by name. */
  readonly tools: readonly ScannedTool[];
  /** Tools that a gateway would not offer, or that are too large; the first hundred. */
  readonly dropped: readonly DroppedTool[];
  readonly grade: Grade;
  /** The recommended policy for all tools, under `default: deny`. */
  readonly policy: Json;
};

export type FailedServer = Scanned & { readonly outcome: 'failed'; readonly failure: Failure };

export type ScannedTool = {
  /** Exactly as the server sent it. */
  readonly definition: JsonObject;
  readonly classification: Classification;
};

export type DroppedTool = { readonly key: string; readonly reason: string };

/** What was scanned, without headers, variables, and arguments that could be a credential. */
export type ScannedTarget =
  | { readonly kind: 'command'; readonly command: string; readonly args: readonly string[] }
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'npm'; readonly spec: string; readonly args: readonly string[] };

/** Why nothing is known of a server; docs/catalogue.md lists the codes. */
export const FAILURES = [
  'did_not_start',
  'crashed',
  'timed_out',
  'too_much_memory',
  'too_much_output',
  'spoke_no_mcp',
  'bad_answer',
  'needs_credentials',
  'unreachable',
  'address_refused',
  'bad_package_name',
  'no_such_package',
  'registry_unreachable',
  'install_failed',
  'no_command',
  'cancelled',
] as const;
export type FailureCode = (typeof FAILURES)[number];
export type Failure = { readonly code: FailureCode; readonly message: string };

/** What to know about a scan that came to something. */
export type RemarkCode =
  | 'too_many_tools'
  | 'too_many_bytes'
  | 'too_many_pages'
  | 'list_broke_off'
  | 'tools_dropped'
  | 'no_tools'
  | 'printed_noise'
  | 'hostile_instructions'
  | 'instructions_cut';
export type Remark = { readonly code: RemarkCode; readonly message: string };
