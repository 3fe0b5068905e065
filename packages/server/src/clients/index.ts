/**
 * The configuration files of MCP clients: where they are, which servers they declare, and edits that change nothing else.
 * Pure but for `files.ts`, which reads and writes. May not start servers, know grants or policies, or print; no message
 * and no shown text repeats what a file says.
 */
export * from './contract.ts';
export { type DeclaredServer, declaredIn } from './declared.ts';
export { bytesOf, type ClientDocument, type DocumentResult, readDocument } from './document.ts';
export { insertJson } from './edit-json.ts';
export { backUp, type ClientFile, readClientFile, replaceClientFile, writePrivate } from './files.ts';
export { maskedText } from './mask.ts';
export { putBack, type Rerouting, routeText, valueAt } from './route.ts';
export { isOpenArgument, isOpenPath, isOpenSetting, isOpenUrl, isPackage, isReference } from './secrecy.ts';
export { HIDDEN, programOf, type ShownTarget, shownTarget } from './shown.ts';
export type { ServerTarget } from './target.ts';
