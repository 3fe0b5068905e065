import type { Labels } from './labels.ts';
import type { Place } from './place.ts';

export type PolicyCheckPlan = {
  readonly kind: 'policy_check';
  readonly files: readonly string[];
  /** The tools that there are, as JSON lines; `-` is standard input. Absent: documents are checked by themselves. */
  readonly tools?: string;
};

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
  /** A file of definitions, for rules that look at the tool's schema, annotations or class. */
  readonly tools?: string;
};

export type ArgumentSource =
  | { readonly from: 'text'; readonly text: string }
  | { readonly from: 'file'; readonly path: string };

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

/** The policies that the store knows. */
export type PolicyListPlan = Place & { readonly kind: 'policy_list' };

/** The versions of a policy that the store has, newest first. */
export type PolicyVersionsPlan = Place & {
  readonly kind: 'policy_versions';
  readonly policy: string;
  readonly limit: number;
};

/** The document of a version; absent: of the newest. */
export type PolicyShowPlan = Place & {
  readonly kind: 'policy_show';
  readonly policy: string;
  readonly version?: number;
};

/** Requests that the log keeps: those to one server, from a moment on; absent: for the last week. */
export type LoggedPeriod = Place & {
  readonly server: string;
  /** Id or name; absent: of all. */
  readonly grant?: string;
  readonly sinceMs?: number;
};

/** A policy held against calls of the log. */
export type PolicyReplayPlan = LoggedPeriod & { readonly kind: 'policy_replay'; readonly policy: string };

/** A policy made of what the log says was let through. */
export type PolicySuggestPlan = LoggedPeriod & {
  readonly kind: 'policy_suggest';
  /** Absent: stdout. */
  readonly out?: string;
};
