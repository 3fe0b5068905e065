import type { Severity, ToolClass } from '@boomgate/catalogue';

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
