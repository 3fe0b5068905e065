/**
 * What a gateway keeps, for commands that read or write it beside one: a light way in, without anything that answers agents or people.
 */

export { uuidv7 as newId } from 'uuidv7';
export type { SignedInAgent } from './agent-sign-in/contract.ts';
export {
  endEverySignedIn,
  endSignedIn,
  moveSignedIn,
  signedInAgents,
  signedOutAct,
} from './agent-sign-in/signed-in.ts';
export {
  APPROVAL_STATES,
  type Approval,
  type ApprovalState,
  type Approver,
  type Decided,
  type Verdict,
} from './approvals/index.ts';
export { masterKeyIn, newMasterKeyIn } from './config/master-key.ts';
export { stackFault } from './identity/stack.ts';
export { hashToken, type MintedToken, mintSecret, mintToken } from './identity/token.ts';
export { INVITATION_MS, PASSWORD_LINK_MS, systemClock } from './limits/index.ts';
export * from './replay/index.ts';
export { newestTools } from './snapshots/newest-tools.ts';
export type * from './store/contract.ts';
export { FIRST_ORGANIZATION as ORGANIZATION } from './store/contract.ts';
export {
  acceptanceCode,
  type BackupReport,
  type ExportFormat,
  everyEntry,
  exportActs,
  exportDecisions,
  followLog,
  GATEWAY,
  isPolicyFor,
  type KeyVersion,
  keysAlone,
  listKeys,
  listPostgresKeys,
  makeFolder,
  migratePostgres,
  moveToPostgres,
  newestOffered,
  openFindings,
  openSqliteStore,
  openStore,
  type PostgresFacts,
  postgresFacts,
  quickCheck,
  type RedisFacts,
  type RestoreReport,
  type RotationReport,
  redisFacts,
  redisFaults,
  restoreBackup,
  rotateKeys,
  rotatePostgresKeys,
  StoreError,
  type StorePlace,
  sealKeys,
  sealPostgresKeys,
  writeBackup,
} from './store/index.ts';
