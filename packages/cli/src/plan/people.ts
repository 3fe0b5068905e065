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

/** A link by which somebody sets another password, once. */
export type PeopleResetLinkPlan = {
  readonly kind: 'people_reset_link';
  readonly email: string;
  readonly data: string;
  /** Base of the gateway's URL. */
  readonly url: string;
};

export type WebhookListPlan = {
  readonly kind: 'webhook_list';
  readonly limit: number;
  readonly data: string;
};
