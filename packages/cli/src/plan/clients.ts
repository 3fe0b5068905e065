import type { Severity } from '@boomgate/catalogue';
import type { ClientId, SignInId } from '@boomgate/catalogue/clients';
import type { Place } from './place.ts';

/** A gateway by its store. */
type GatewayPlace = Place & {
  /** Base of the gateway's URL; absent: where the last one was. */
  readonly url?: string;
};

export type BridgePlan = {
  readonly kind: 'bridge';
  /** The endpoint of a server, or of a stack, on the gateway. */
  readonly endpoint: string;
  readonly token: TokenSource;
};

/** Where the grant's token is, or what a workload exchanges; never the token itself: plans are printed. */
export type TokenSource =
  | { readonly from: 'environment'; readonly variable: string }
  | { readonly from: 'file'; readonly path: string }
  | {
      readonly from: 'workload';
      /** A file with the token of where it runs. */
      readonly path: string;
      /** Where the gateway exchanges it. */
      readonly exchange: string;
      /** Which of several grants is meant. */
      readonly grant?: string;
    };

export type ConnectPlan = GatewayPlace & {
  readonly kind: 'connect';
  readonly client: ClientId;
  /** Empty for a stack. */
  readonly server: string;
  /** The server was named; otherwise a placeholder stands in its place. */
  readonly serverKnown: boolean;
};

/** The same for a client that signs in by itself. */
export type ConnectSignInPlan = Omit<ConnectPlan, 'kind' | 'client'> & {
  readonly kind: 'connect_sign_in';
  readonly client: SignInId;
  /** What whoever manages all machines needs, in place of what one person pastes. */
  readonly managed: boolean;
};

/** The clients that are known, or those of them that sign in by themselves. */
export type ConnectListPlan = { readonly kind: 'connect_list'; readonly signIn: boolean };

/** Where the gateway's side of the stack is looked up. */
type GatewayFiles = GatewayPlace & {
  /** Absent: the configuration file of the folder, where there is one. */
  readonly config?: string;
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
export type StackUndoPlan = Place & {
  readonly kind: 'stack_undo';
  readonly client: ClientId;
  readonly yes: boolean;
};
