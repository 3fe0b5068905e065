import type { Place } from './place.ts';

export type LogPlan = Place & {
  readonly kind: 'log';
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
  readonly address?: string;
  readonly text?: string;
  readonly sinceMs?: number;
};

/** Writes each request that is over and that no earlier run with the same file has written. */
export type LogForwardPlan = Place & {
  readonly kind: 'log_forward';
  /** Keeps how far runs have come; made by the first. */
  readonly cursorFile: string;
  readonly follow: boolean;
  readonly filter: LogPlanFilter;
};

export const EXPORT_FORMATS = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Writes every entry that matches into a new file; `-` is standard output. */
export type LogExportPlan = Place & {
  readonly kind: 'log_export';
  readonly file: string;
  readonly format: ExportFormat;
  readonly filter: LogPlanFilter;
};

/** Walks the chains of the decision log and the audit log. */
export type AuditVerifyPlan = Place & {
  readonly kind: 'audit_verify';
  /** The ends of an earlier walk, which the chains must still contain. */
  readonly head?: KnownHeads;
};

/** Lets findings of both logs stand that somebody looked into. */
export type AuditAcceptPlan = Place & {
  readonly kind: 'audit_accept';
  /** As `audit verify` printed it. */
  readonly code: string;
  readonly reason: string;
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

export type AuditListPlan = Place & {
  readonly kind: 'audit_list';
  readonly limit: number;
  readonly filter: AuditPlanFilter;
};

/** Writes each act that no earlier run with the same file has written. */
export type AuditForwardPlan = Place & {
  readonly kind: 'audit_forward';
  readonly cursorFile: string;
  readonly follow: boolean;
  readonly filter: AuditPlanFilter;
};

export type AuditExportPlan = Place & {
  readonly kind: 'audit_export';
  readonly file: string;
  readonly format: ExportFormat;
  readonly filter: AuditPlanFilter;
};
