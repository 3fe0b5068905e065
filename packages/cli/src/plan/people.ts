import type { Role } from '@boomgate/contract/roles';
import type { Place } from './place.ts';

/** `all`: also those that nobody can decide any more. */
export type ApprovalListPlan = Place & {
  readonly kind: 'approval_list';
  readonly all: boolean;
};

export type ApprovalShowPlan = Place & {
  readonly kind: 'approval_show';
  readonly approval: string;
};

export type ApprovalDecidePlan = Place & {
  readonly kind: 'approval_decide';
  readonly approval: string;
  readonly verdict: 'approve' | 'deny';
  readonly note?: string;
  /** Who decides: the operating system's user, as an admin of the machine. */
  readonly by: string;
};

/** Whether any agent of the organisation may call at all. */
export type AgentsPlan = Place & {
  readonly kind: 'agents';
  readonly verb: 'stop' | 'resume' | 'show';
};

/** All accounts. */
export type PeopleListPlan = Place & { readonly kind: 'people_list' };

/** A link by which somebody becomes a member, once. `organization`: its name or id; absent: the only one that there is. */
export type PeopleInvitePlan = Place & {
  readonly kind: 'people_invite';
  readonly email: string;
  readonly role: Role;
  readonly organization?: string;
  /** Base of the gateway's URL; absent: where the last one was. */
  readonly url?: string;
};

/** Another role for a member. `organization`: its name or id; absent: the only one of which they are a member. */
export type PeopleSetRolePlan = Place & {
  readonly kind: 'people_set_role';
  readonly email: string;
  readonly role: Role;
  readonly organization?: string;
};

/** Another e-mail for an account. */
export type PeopleChangeEmailPlan = Place & {
  readonly kind: 'people_change_email';
  readonly email: string;
  readonly next: string;
};

/** An account that goes for good; `yes`: without asking. */
export type PeopleRemovePlan = Place & {
  readonly kind: 'people_remove';
  readonly email: string;
  readonly yes: boolean;
};

/** A link by which somebody sets another password, once. */
export type PeopleResetLinkPlan = Place & {
  readonly kind: 'people_reset_link';
  readonly email: string;
  /** The configuration file; absent: that of the current folder, if there is one. */
  readonly config?: string;
  /** Base of the gateway's URL; absent: where the last one was. */
  readonly url?: string;
};

/** The second factor of an account that goes, with all its sessions. */
export type PeopleSecondFactorPlan = Place & {
  readonly kind: 'people_second_factor';
  readonly email: string;
};

export type WebhookListPlan = Place & {
  readonly kind: 'webhook_list';
  readonly limit: number;
};
