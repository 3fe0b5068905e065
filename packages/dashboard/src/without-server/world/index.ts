/** The organisation in memory: what it has, and the calls that were made in it. Made anew for every page. */
export { makeWorld } from './make.ts';
export { savePolicy } from './policies.ts';
export type { World, WorldPolicy, WorldTool } from './world.ts';
