import type { Labels } from './labels.ts';

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
