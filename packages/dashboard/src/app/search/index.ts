/**
 * What pages find in their addresses, so that a reload or a link leads to the same view: readers that take what a page knows, and
 * leave everything else. Knows no API and no page.
 */
import { choicesOf, textsOf } from './read.ts';

export {
  ATTACK_CATEGORIES,
  type AttackSearch,
  COVERAGES,
  readAttackSearch,
} from './attacks.ts';
export { type AuditSearch, auditQuery, readAuditSearch } from './audit.ts';
export { type CatalogueSearch, readCatalogueSearch } from './catalogue.ts';
export { type LogSearch, readLogSearch } from './log.ts';
export { choicesOf, textsOf } from './read.ts';
export {
  ADD_WAYS,
  type AddSearch,
  type ConnectSearch,
  readAddSearch,
  readConnectSearch,
  readServerSearch,
  readServersSearch,
  readStartSearch,
  type ServerSearch,
  type StartSearch,
} from './servers.ts';
export { readSignInSearch, type SignInSearch } from './sign-in.ts';

type Search = Record<string, unknown>;

/** Of a list whose things have states. */
export const readListSearch = (search: Search) => textsOf(search, ['state', 'text']);
/** The server that access is asked for. */
export const readAccessSearch = (search: Search) => textsOf(search, ['server']);
export const readOverviewSearch = (search: Search) => textsOf(search, ['span']);
/** What is open below a decision: trying its call, or making a rule of it. */
export const readDecisionSearch = (search: Search) => choicesOf(search, { further: ['try', 'rule'] });
