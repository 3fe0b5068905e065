/**
 * What of a machine's declared servers goes through the gateway, and under which policy; and how one that does not is
 * declared to it. Pure: files, grants and tools come in as values and functions. May not read, write, start or print.
 */
export { type Coverage, coverageOf, type GrantBook } from './coverage.ts';
export { type Addition, declareInFile, entryOf, freeSlug } from './gateway-file.ts';
export { type GatewayPlace, type Link, linkOf } from './link.ts';
export { type Naming, portableEntry, type Variable } from './portable.ts';
export { entriesOf, type Preview, type Previewed, previewOf } from './preview.ts';
export { settingsOf, type Tool, type ToolsFound, type ToolsOf } from './tools.ts';
