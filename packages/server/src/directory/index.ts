/**
 * What directories say of people, by SCIM 2.0 (RFC 7643 and 7644): from bodies, filters and paths to attributes, and from entries to bodies. As much
 * of it as directories of companies send. Knows no store, no person and no HTTP; what entries mean is decided by `control` and the store.
 */

export type { ScimFault, ScimResult } from './contract.ts';
export { describedAt, resourceTypes, schemas, serviceProviderConfig } from './descriptions.ts';
export { applyPatch } from './patch.ts';
export { readFilter, readPage } from './query.ts';
export { listOf, shownError, shownUser } from './show.ts';
export { readUser } from './user.ts';
