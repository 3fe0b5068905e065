/**
 * The gateway as a library: start it, read its configuration, open its store. `ARCHITECTURE.md` says which room is which.
 */

export {
  APPROVAL_STATES,
  type Approval,
  type ApprovalState,
  type Approver,
  type Decided,
  type Verdict,
} from './approvals/index.ts';
export * from './catalogue/index.ts';
export * from './clients/index.ts';
export {
  type Config,
  type ConfigDifference,
  type ConfigResult,
  configDifference,
  configJsonSchema,
  type DocumentResult,
  loadConfig,
  masterKeyIn,
  newMasterKeyIn,
  type PolicyFileResult,
  parseDocumentText,
  problemLine,
  readPolicyFile,
  readText,
  resolveReferences,
  slugOf,
} from './config/index.ts';
export type { Demo, DemoResult, TourRow } from './demo/index.ts';
export { engineFunctions } from './functions/index.ts';
export { hashToken, type MintedToken, mintSecret, mintToken, stackFault } from './identity/index.ts';
export { newestTools } from './in-force/index.ts';
export { INGRESS_BOUNDS, PASSWORD_LINK_MS, systemClock } from './limits/index.ts';
export { createLog, LOG_LEVELS, type LogLevel } from './log.ts';
export * from './replay/index.ts';
export * from './routing/index.ts';
export * from './scan/index.ts';
export type { Gateway, GatewayOptions, SetupCode, StartResult } from './server.ts';
export { startDemo, startGateway } from './start.ts';
export type * from './store/contract.ts';
export { FIRST_ORGANIZATION as ORGANIZATION } from './store/contract.ts';
export {
  type BackupReport,
  type ExportFormat,
  everyEntry,
  exportActs,
  exportDecisions,
  followLog,
  GATEWAY,
  type KeyVersion,
  listKeys,
  listPostgresKeys,
  makeFolder,
  migratePostgres,
  moveToPostgres,
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
export type { HttpTarget, StdioTarget } from './upstreams/index.ts';
export { openUpstreams, type ServerSettings, UpstreamError } from './upstreams/index.ts';
export { VERSION } from './version.ts';
