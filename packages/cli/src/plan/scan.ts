import type { Labels } from './labels.ts';

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
