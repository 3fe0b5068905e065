import type { Place } from './place.ts';

export type UpPlan = Place & {
  readonly kind: 'up';
  readonly demo: boolean;
  /** The dashboard is shown in a browser once the gateway listens. */
  readonly opens: boolean;
  /** Absent: the configuration file of the folder, where there is one. */
  readonly config?: string;
  /** Absent port and host are the configuration's, then 127.0.0.1:7411. */
  readonly port?: number;
  readonly host?: string;
  /** How agents reach the gateway when that is not where it listens. */
  readonly publicUrl?: string;
  /** TLS ends in front of the gateway, so it may listen on other addresses than loopback. */
  readonly behindProxy: boolean;
  /** Absent: the first organisation's. */
  readonly apiCommands?: ApiCommands;
  /** Processes that answer agents; absent: the gateway's own alone. */
  readonly workers?: number;
  /** Brings the schema of the database up to date first. */
  readonly migrates?: true;
  readonly logLevel: LogLevel;
  readonly synchronous: Synchronous;
};

/** Whose servers may be programs that were registered through the API. */
export const API_COMMANDS = ['first', 'none', 'all'] as const;
export type ApiCommands = (typeof API_COMMANDS)[number];

/** Processes that answer agents, as the server takes them. */
export const WORKERS_MAX = 64;

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** How a commit reaches the disk: `full` survives a power cut, `normal` a crash. */
export const SYNCHRONOUS = ['normal', 'full'] as const;
export type Synchronous = (typeof SYNCHRONOUS)[number];

export type BackupPlan = {
  readonly kind: 'backup';
  readonly data: string;
  readonly file: string;
  readonly passphraseFile?: string;
};

export type RestorePlan = {
  readonly kind: 'restore';
  readonly data: string;
  readonly file: string;
  readonly passphraseFile?: string;
  /** Into a folder that is not empty; its store is kept. */
  readonly force: boolean;
  /** Limits as they were, not as full. */
  readonly keepCounters: boolean;
  /** Also when the logs do not verify. */
  readonly acceptFindings: boolean;
};

/** The versions of the vault's master key. */
export type KeysListPlan = Place & { readonly kind: 'keys_list' };

/** Makes a new version, seals everything with it, removes the older ones. */
export type KeysRotatePlan = Place & { readonly kind: 'keys_rotate' };

/** Seals the keys with what the environment holds; of a folder it can be taken away, too. */
export type KeysSealPlan = Place & { readonly kind: 'keys_seal'; readonly unseal: boolean };

/** Brings the schema of a database up to date. */
export type MigratePlan = { readonly kind: 'migrate'; readonly database: string };

/** Brings what a data folder keeps into an empty database. */
export type MovePlan = {
  readonly kind: 'move';
  readonly data: string;
  readonly database: string;
  /** Of a folder that was restored from a backup: limits count on from what it knows. */
  readonly keepCounters: boolean;
};

/** Looks at a set-up. */
export type DoctorPlan = Place & {
  readonly kind: 'doctor';
  /** Absent: the configuration file of the folder, where there is one. */
  readonly config?: string;
  /** Where a gateway is expected; absent: where the last one was. */
  readonly url?: string;
  /** The servers of the configuration are asked for their tools, its mail server and providers whether they answer. */
  readonly probes: boolean;
  /** Every check is told, of many that are alike too. */
  readonly all: boolean;
};

/** Puts a configuration file in the place of the one that is in force; a dry run compares them. */
export type ApplyPlan = {
  readonly kind: 'apply';
  readonly file: string;
  /** Absent: the configuration file of the folder. */
  readonly against?: string;
};

/** The servers of the first organisation. `config`: the file that declares some; absent: that of the folder, where there is one. */
export type ServerListPlan = Place & { readonly kind: 'server_list'; readonly config?: string };

/** A server that is to start anew. */
export type ServerRestartPlan = Place & { readonly kind: 'server_restart'; readonly server: string };
