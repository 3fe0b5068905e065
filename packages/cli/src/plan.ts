import type { ClientId } from './connect/index.ts';

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
  | GrantMintPlan
  | GrantListPlan
  | GrantStatePlan
  | LogPlan
  | AuditVerifyPlan
  | BridgePlan
  | ConnectPlan
  | ConnectListPlan
  | ClassifyPlan
  | CataloguePagePlan
  | AttackPagePlan
  | ApprovalListPlan
  | ApprovalShowPlan
  | ApprovalDecidePlan
  | WebhookListPlan;

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
  /** Absent: the configuration file of the folder, where there is one. */
  readonly config?: string;
  /** Absent port and host are the configuration's, then 127.0.0.1:7411. */
  readonly port?: number;
  readonly host?: string;
  /** How agents reach the gateway when that is not where it listens. */
  readonly publicUrl?: string;
  /** TLS ends in front of the gateway, so it may listen on other addresses than loopback. */
  readonly behindProxy: boolean;
  readonly data: string;
  readonly logLevel: LogLevel;
  readonly synchronous: Synchronous;
};

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
  readonly filter: {
    readonly server?: string;
    readonly grant?: string;
    readonly target?: string;
    readonly method?: string;
    readonly outcome?: string;
    readonly sinceMs?: number;
  };
};

/** Walks the chain of the decision log. */
export type AuditVerifyPlan = {
  readonly kind: 'audit_verify';
  readonly data: string;
  /** `LINK:HASH` of an earlier walk, which the chain must still contain. */
  readonly head?: KnownHead;
};

export type KnownHead = { readonly link: number; readonly hash: string };

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

/** The page of a server, or of one of its tools, from a file of tools; `-` is standard input. */
export type CataloguePagePlan = {
  readonly kind: 'catalogue_page';
  readonly server: string;
  readonly tool?: string;
  readonly tools: string;
};

/** The page of an attack; without a slug all of them are listed. */
export type AttackPagePlan = { readonly kind: 'attack_page'; readonly attack?: string };
