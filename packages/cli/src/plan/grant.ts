import type { Labels } from './labels.ts';
import type { Place } from './place.ts';

export type GrantMintPlan = Place & {
  readonly kind: 'grant_mint';
  readonly name: string;
  /** Empty for a stack. */
  readonly server: string;
  readonly policy?: string;
  /** Policies by server, for a grant that opens several servers together. */
  readonly stack?: Labels;
  /** Who may not approve its calls. */
  readonly owner?: string;
  /** That one may sign agents in with it, whatever their role. */
  readonly ownerMaySignIn?: true;
  /** Where its requests have to come from; absent: from anywhere. */
  readonly networks?: readonly string[];
  readonly labels: Labels;
  readonly expiresAtMs?: number;
  readonly mode: 'enforce' | 'observe';
  /** Sealed, so that it can be revealed. */
  readonly keepToken?: true;
  readonly config?: string;
  /** Base of the gateway's URL, for the hint; absent: where the last one was. */
  readonly url?: string;
};

export type GrantListPlan = Place & { readonly kind: 'grant_list' };

export type GrantStatePlan = Place & {
  readonly kind: 'grant_state';
  readonly grant: string;
  readonly state: 'active' | 'paused' | 'revoked';
};

export type GrantShowPlan = Place & { readonly kind: 'grant_show'; readonly grant: string };

/** The agents that signed in with a grant, or the end of one or all of them. */
export type GrantAgentsPlan = Place & { readonly kind: 'grant_agents'; readonly grant: string };

export type GrantSignOutPlan = Place & {
  readonly kind: 'grant_sign_out';
  readonly grant: string;
  /** How the id of one begins; absent: all of them. */
  readonly agent?: string;
};

export type GrantRotatePlan = Place & {
  readonly kind: 'grant_rotate';
  readonly grant: string;
  /** Milliseconds that the token before holds as well. */
  readonly overlapMs: number;
  readonly keepToken: boolean;
};

export type GrantRevealPlan = Place & {
  readonly kind: 'grant_reveal';
  readonly grant: string;
};
