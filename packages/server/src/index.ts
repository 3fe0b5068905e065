/**
 * The gateway as a library: start it, read its configuration, open its store. `ARCHITECTURE.md` says which room is which.
 */

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
export { ADMIN_BY_PROVIDER, adminFault } from './identity/index.ts';
export { askSignOn } from './in-force/index.ts';
export { INGRESS_BOUNDS } from './limits/index.ts';
export { checkMail, MailError } from './mail/index.ts';
export * from './routing/index.ts';
export * from './scan/index.ts';
export type { Gateway, GatewayOptions, SetupCode, StartResult } from './server.ts';
export { farewell, type Left } from './server-sign-in/index.ts';
export { openSignOn } from './sign-on/index.ts';
export { startDemo, startGateway } from './start.ts';
export * from './stored.ts';
export type { HttpTarget, StdioTarget } from './upstreams/index.ts';
export { isAtSpecialAddress, openUpstreams, type ServerSettings, UpstreamError } from './upstreams/index.ts';
export { VERSION } from './version.ts';
export { openWorkloads } from './workloads/index.ts';
