import type { Severity, ToolClass } from '@boomgate/catalogue';
import type { Place } from './place.ts';

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
export type DriftListPlan = Place & { readonly kind: 'drift_list'; readonly server?: string };

/** What changed in a tool, and the rules that look at it. */
export type DriftShowPlan = Place & {
  readonly kind: 'drift_show';
  readonly server: string;
  readonly tool: string;
  /** Whose policies are looked at; absent: the configuration file of the folder, where there is one. */
  readonly config?: string;
};

/** Accepts one tool, or without one all of a server, as they were shown under this fingerprint. */
export type DriftAcceptPlan = Place & {
  readonly kind: 'drift_accept';
  readonly server: string;
  readonly tool?: string;
  /** The first digits of it, at least 16. */
  readonly fingerprint: string;
};

/** The page of a server, or of one of its tools, from the index in a data folder. */
export type IndexPagePlan = Place & {
  readonly kind: 'index_page';
  readonly server: string;
  readonly tool?: string;
};

/** Servers and tools of the index that have all the words. */
export type IndexSearchPlan = Place & {
  readonly kind: 'index_search';
  readonly words: string;
  readonly class?: ToolClass;
  readonly severity?: Severity;
  readonly server?: string;
  readonly limit: number;
  readonly cursor?: string;
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
export type IndexSizePlan = Place & { readonly kind: 'index_size' };

/** The page of an attack; without a slug all of them are listed. */
export type AttackPagePlan = { readonly kind: 'attack_page'; readonly attack?: string };
