import type { Severity, ToolClass } from '@boomgate/catalogue';
import type { ClientId } from '@boomgate/catalogue/clients';

/** What a command means, before anything is done: made by `planCommand` from arguments and facts, acted on by `runner.ts`. */
export type Plan =
  | SayPlan
  | WrongUsePlan
  | UpPlan
  | PolicyCheckPlan
  | PolicyFormatPlan
  | PolicyTestPlan
  | SimulatePlan
  | ImportPlan
  | PolicyDiffPlan
  | GrantMintPlan
  | GrantListPlan
  | GrantStatePlan
  | GrantShowPlan
  | GrantRotatePlan
  | GrantRevealPlan
  | LogPlan
  | LogExportPlan
  | AuditVerifyPlan
  | AuditListPlan
  | AuditExportPlan
  | BackupPlan
  | RestorePlan
  | KeysListPlan
  | KeysRotatePlan
  | BridgePlan
  | ConnectPlan
  | ConnectListPlan
  | ClassifyPlan
  | CataloguePagePlan
  | IndexPagePlan
  | IndexSearchPlan
  | IndexImportPlan
  | IndexSizePlan
  | AttackPagePlan
  | ScanPlan
  | StackPlan
  | StackRoutePlan
  | StackUndoPlan
  | DriftListPlan
  | DriftShowPlan
  | DriftAcceptPlan
  | ApprovalListPlan
  | ApprovalShowPlan
  | ApprovalDecidePlan
  | PeopleResetLinkPlan
  | WebhookListPlan
  | ApplyPlan;

/** A plan and how to show what comes of it. `dryRun` prints the plan as JSON and does nothing. */
export type Planned = { readonly plan: Plan; readonly show: Presentation; readonly dryRun: boolean };

export type Presentation = {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly colour: { readonly stdout: boolean; readonly stderr: boolean };
  /** Columns. */
  readonly width: number;
};

/** Help or version. */
export type SayPlan = { readonly kind: 'say'; readonly text: string };

/** Exit 2. `message`: what was expected, what was found, how to mend it. */
export type WrongUsePlan = { readonly kind: 'wrong_use'; readonly message: string };

export type UpPlan = {
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
  readonly data: string;
  readonly logLevel: LogLevel;
  readonly synchronous: Synchronous;
};

/** Whose servers may be programs that were registered through the API. */
export const API_COMMANDS = ['first', 'none', 'all'] as const;
export type ApiCommands = (typeof API_COMMANDS)[number];

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** How a commit reaches the disk: `full` survives a power cut, `normal` a crash. */
export const SYNCHRONOUS = ['normal', 'full'] as const;
export type Synchronous = (typeof SYNCHRONOUS)[number];

export type PolicyCheckPlan = { readonly kind: 'policy_check'; readonly files: readonly string[] };

/** `print`: to stdout; `check`: name what is not canonical; `write`: in place. */
export type PolicyFormatPlan = {
  readonly kind: 'policy_format';
  readonly files: readonly string[];
  readonly mode: 'print' | 'check' | 'write';
};

export type PolicyTestPlan = {
  readonly kind: 'policy_test';
  readonly files: readonly string[];
  /** For cases that carry no policy of their own. */
  readonly policy?: string;
};

export type SimulatePlan = {
  readonly kind: 'policy_simulate';
  readonly policy: string;
  readonly tool: string;
  readonly args: ArgumentSource;
  readonly grantLabels: Labels;
  readonly atMs: number;
  /** 1 to 10,000 calls at the same moment, against the same counters. */
  readonly times: number;
};

export type ArgumentSource =
  | { readonly from: 'text'; readonly text: string }
  | { readonly from: 'file'; readonly path: string };

export type Labels = Readonly<Record<string, string>>;

export type ImportPlan = {
  readonly kind: 'policy_import';
  readonly file: string;
  readonly from: 'intercept';
  /** Absent: stdout. */
  readonly out?: string;
};

/** Two versions of a policy, and whether the later one lets more through. */
export type PolicyDiffPlan = {
  readonly kind: 'policy_diff';
  readonly before: string;
  readonly after: string;
  /** The tools that there are, as JSON lines; `-` is standard input. Absent: any tool may be called. */
  readonly tools?: string;
};

export type GrantMintPlan = {
  readonly kind: 'grant_mint';
  readonly name: string;
  /** Empty for a stack. */
  readonly server: string;
  readonly policy?: string;
  /** Policies by server, for a grant that opens several servers together. */
  readonly stack?: Labels;
  /** Who may not approve its calls. */
  readonly owner?: string;
  readonly labels: Labels;
  readonly expiresAtMs?: number;
  readonly mode: 'enforce' | 'observe';
  /** Sealed, so that it can be revealed. */
  readonly keepToken?: true;
  readonly config?: string;
  readonly data: string;
  /** Base of the gateway's URL, for the hint. */
  readonly url: string;
};

export type GrantListPlan = { readonly kind: 'grant_list'; readonly data: string };

export type GrantStatePlan = {
  readonly kind: 'grant_state';
  readonly grant: string;
  readonly state: 'active' | 'paused' | 'revoked';
  readonly data: string;
};

export type GrantShowPlan = { readonly kind: 'grant_show'; readonly grant: string; readonly data: string };

export type GrantRotatePlan = {
  readonly kind: 'grant_rotate';
  readonly grant: string;
  /** Milliseconds that the token before holds as well. */
  readonly overlapMs: number;
  readonly keepToken: boolean;
  readonly data: string;
};

export type GrantRevealPlan = {
  readonly kind: 'grant_reveal';
  readonly grant: string;
  readonly data: string;
};

/** `all`: also those that nobody can decide any more. */
export type ApprovalListPlan = {
  readonly kind: 'approval_list';
  readonly all: boolean;
  readonly data: string;
};

export type ApprovalShowPlan = {
  readonly kind: 'approval_show';
  readonly approval: string;
  readonly data: string;
};

export type ApprovalDecidePlan = {
  readonly kind: 'approval_decide';
  readonly approval: string;
  readonly verdict: 'approve' | 'deny';
  readonly note?: string;
  /** Who decides: the operating system's user, as an admin of the machine. */
  readonly by: string;
  readonly data: string;
};

/** A link by which somebody sets another password, once. */
export type PeopleResetLinkPlan = {
  readonly kind: 'people_reset_link';
  readonly email: string;
  readonly data: string;
  /** Base of the gateway's URL. */
  readonly url: string;
};

export type WebhookListPlan = {
  readonly kind: 'webhook_list';
  readonly limit: number;
  readonly data: string;
};

export type LogPlan = {
  readonly kind: 'log';
  readonly data: string;
  readonly follow: boolean;
  readonly limit: number;
  readonly filter: LogPlanFilter;
};

export type LogPlanFilter = {
  readonly server?: string;
  readonly grant?: string;
  readonly target?: string;
  readonly method?: string;
  readonly outcome?: string;
  readonly text?: string;
  readonly sinceMs?: number;
};

export const EXPORT_FORMATS = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Writes every entry that matches into a new file; `-` is standard output. */
export type LogExportPlan = {
  readonly kind: 'log_export';
  readonly data: string;
  readonly file: string;
  readonly format: ExportFormat;
  readonly filter: LogPlanFilter;
};

/** Walks the chains of the decision log and the audit log. */
export type AuditVerifyPlan = {
  readonly kind: 'audit_verify';
  readonly data: string;
  /** The ends of an earlier walk, which the chains must still contain. */
  readonly head?: KnownHeads;
};

export type KnownHead = { readonly link: number; readonly hash: string };
/** Of the decision log, and of the audit log where it was given. */
export type KnownHeads = { readonly decisions: KnownHead; readonly audit?: KnownHead };

export type AuditPlanFilter = {
  readonly actor?: string;
  readonly action?: string;
  readonly target?: string;
  readonly text?: string;
  readonly sinceMs?: number;
};

export type AuditListPlan = {
  readonly kind: 'audit_list';
  readonly data: string;
  readonly limit: number;
  readonly filter: AuditPlanFilter;
};

export type AuditExportPlan = {
  readonly kind: 'audit_export';
  readonly data: string;
  readonly file: string;
  readonly format: ExportFormat;
  readonly filter: AuditPlanFilter;
};

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
export type KeysListPlan = { readonly kind: 'keys_list'; readonly data: string };

/** Makes a new version, seals everything with it, removes the older ones. */
export type KeysRotatePlan = { readonly kind: 'keys_rotate'; readonly data: string };

export type BridgePlan = {
  readonly kind: 'bridge';
  /** The endpoint of a server, or of a stack, on the gateway. */
  readonly endpoint: string;
  readonly token: TokenSource;
};

/** Where the grant's token is, never the token itself: plans are printed. */
export type TokenSource =
  | { readonly from: 'environment'; readonly variable: string }
  | { readonly from: 'file'; readonly path: string };

export type ConnectPlan = {
  readonly kind: 'connect';
  readonly client: ClientId;
  /** Empty for a stack. */
  readonly server: string;
  /** The server was named; otherwise a placeholder stands in its place. */
  readonly serverKnown: boolean;
  readonly url: string;
};

export type ConnectListPlan = { readonly kind: 'connect_list' };

/** Classes of the tools in a file of JSON lines; `-` is standard input. */
export type ClassifyPlan = { readonly kind: 'classify'; readonly file: string };

/** The page of a server, or of one of its tools, from a file of tools, where `-` is standard input, or from what the gateway serves. */
export type CataloguePagePlan = {
  readonly kind: 'catalogue_page';
  readonly server: string;
  readonly tool?: string;
  readonly tools: string;
};

/** New and changed tools that wait until a person accepts them. */
export type DriftListPlan = { readonly kind: 'drift_list'; readonly data: string; readonly server?: string };

/** What changed in a tool, and the rules that look at it. */
export type DriftShowPlan = {
  readonly kind: 'drift_show';
  readonly data: string;
  readonly server: string;
  readonly tool: string;
  /** Whose policies are looked at; absent: the configuration file of the folder, where there is one. */
  readonly config?: string;
};

/** Accepts one tool, or without one all of a server, as they were shown under this fingerprint. */
export type DriftAcceptPlan = {
  readonly kind: 'drift_accept';
  readonly data: string;
  readonly server: string;
  readonly tool?: string;
  /** The first digits of it, at least 16. */
  readonly fingerprint: string;
};

/** The page of a server, or of one of its tools, from the index in a data folder. */
export type IndexPagePlan = {
  readonly kind: 'index_page';
  readonly server: string;
  readonly tool?: string;
  readonly data: string;
};

/** Servers and tools of the index that have all the words. */
export type IndexSearchPlan = {
  readonly kind: 'index_search';
  readonly words: string;
  readonly class?: ToolClass;
  readonly severity?: Severity;
  readonly server?: string;
  readonly limit: number;
  readonly cursor?: string;
  readonly data: string;
};

/** Adds servers to the index: those of a file, or of a registry at an address. */
export type IndexImportPlan = {
  readonly kind: 'index_import';
  readonly from: { readonly file: string } | { readonly url: string };
  /** The address may be loopback, private or link-local. */
  readonly allowPrivate: boolean;
  readonly data: string;
};

/** What the index holds. */
export type IndexSizePlan = { readonly kind: 'index_size'; readonly data: string };

/** The page of an attack; without a slug all of them are listed. */
export type AttackPagePlan = { readonly kind: 'attack_page'; readonly attack?: string };

/** Looks at servers: what tools they have, and what harm these can do. */
export type ScanPlan = {
  readonly kind: 'scan';
  readonly sources: readonly ScanSource[];
  /** `--json` wins over `table`. */
  readonly form: 'table' | 'sarif' | 'policy';
  /** What makes the exit code 1; empty: nothing does. */
  readonly failOn: readonly FailOn[];
  /** For one server. */
  readonly timeoutMs: number;
  /** Servers at once. */
  readonly concurrency: number;
  /** For servers that are named by their address; values may be references to the environment. */
  readonly headers: Labels;
  /** Addresses of servers may be loopback, private or link-local. */
  readonly allowPrivate: boolean;
  /** The folder whose index remembers what was found. */
  readonly data: string;
};

export type ScanSource =
  | { readonly from: 'command'; readonly command: string; readonly args: readonly string[] }
  | { readonly from: 'url'; readonly url: string }
  | { readonly from: 'file'; readonly path: string }
  | { readonly from: 'npm'; readonly spec: string; readonly args: readonly string[] };

/** A severity and what is above it, or texts that speak to the model or hide characters. */
export const FAIL_ON = ['low', 'medium', 'high', 'critical', 'poisoning'] as const;
export type FailOn = (typeof FAIL_ON)[number];
/** Where the gateway's side of the stack is looked up. */
type GatewayFiles = {
  /** Absent: the configuration file of the folder, where there is one. */
  readonly config?: string;
  readonly data: string;
  /** Base of the gateway's URL. */
  readonly url: string;
};

/** Lists the servers that the MCP clients of this machine declare. */
export type StackPlan = GatewayFiles & {
  readonly kind: 'stack';
  /** Starts every server to ask it for its tools. */
  readonly scan: boolean;
  /** Exit 1 when something uncovered is at this level or above. */
  readonly failOn?: Severity;
};

/** Leads servers of a client to the gateway. */
export type StackRoutePlan = GatewayFiles & {
  readonly kind: 'stack_route';
  readonly client: ClientId;
  /** As the client calls them; empty: all that it reaches directly. */
  readonly servers: readonly string[];
  /** The project's file of the current folder instead of the person's own. */
  readonly project: boolean;
  /** Where the policy of each server comes from: its tools, or the configuration. */
  readonly policy: { readonly from: 'scan' } | { readonly from: 'configuration'; readonly name: string };
  /** Does not ask. */
  readonly yes: boolean;
};

/** Takes the newest routing of a client back. */
export type StackUndoPlan = {
  readonly kind: 'stack_undo';
  readonly client: ClientId;
  readonly data: string;
  readonly yes: boolean;
};

/** Compares a configuration file with the one that is in force. */
export type ApplyPlan = {
  readonly kind: 'apply';
  readonly file: string;
  /** Absent: the configuration file of the folder. */
  readonly against?: string;
};
