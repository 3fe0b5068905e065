/**
 * What a server's tools are: their class, and whether each is still what was accepted (control plane §1). Looks at listings when they
 * were fetched, remembers definitions in the store. May not open connections, decide calls or know policies and grants.
 */
export {
  type HeldTool,
  type Inspected,
  type InspectedTool,
  inspectedAs,
  type ToolVerdict,
  verdictsOf,
} from './inspected.ts';
export { newestTools } from './newest-tools.ts';
export { Snapshots } from './snapshots.ts';
