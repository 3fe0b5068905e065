import type { Place } from './place.ts';

/** All organisations. */
export type OrganizationListPlan = Place & { readonly kind: 'organization_list' };

/** An organisation that goes for good, by its name or id. `repeated`: its name once more; absent: it is asked for. */
export type OrganizationRemovePlan = Place & {
  readonly kind: 'organization_remove';
  readonly organization: string;
  readonly repeated?: string;
};
