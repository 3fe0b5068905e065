/**
 * Looking at servers without using them: starts or reaches each one, takes its list of tools within bounds, and says
 * what it amounts to. Reads a package's manifest and makes folders that it removes. May not call tools, put anything in
 * force, store anything, or start processes and open sockets but through `upstreams`.
 */
export type * from './contract.ts';
export { FAILURES } from './contract.ts';
export { scan } from './scan.ts';
