/**
 * The gateway as a library: start it, read its configuration, open its store. `ARCHITECTURE.md` says which room is which.
 */
export {
  type Config,
  type ConfigResult,
  configJsonSchema,
  type DocumentResult,
  loadConfig,
  type PolicyFileResult,
  parseDocumentText,
  problemLine,
  readPolicyFile,
  readText,
} from './config/index.ts';
export { type Demo, type DemoResult, startDemo, type TourRow } from './demo/index.ts';
export { engineFunctions } from './functions/index.ts';
export { hashToken, type MintedToken, mintToken, stackFault } from './identity/index.ts';
export { INGRESS_BOUNDS, systemClock } from './limits/index.ts';
export { createLog, LOG_LEVELS, type LogLevel } from './log.ts';
export { ORGANIZATION } from './registry.ts';
export {
  type Gateway,
  type GatewayOptions,
  type SetupCode,
  type StartResult,
  startGateway,
} from './server.ts';
export type * from './store/contract.ts';
export { openSqliteStore, StoreError } from './store/index.ts';
export { VERSION } from './version.ts';
