/**
 * Those of the engine's functions that a gateway and a browser share: RE2, bounded in time and size, and the frame of their JSON
 * Schema compilers. Pure functions with no `node:` or DOM import, so that both decide alike; the compilers themselves are not here,
 * since what is fast needs `eval`, which a page may not.
 */
export { compileRegex } from './regex.ts';
export {
  compilingSchemas,
  DATA,
  FORMAT_COST,
  isOldDialect,
  linearPatterns,
  MAPS,
  TooManySteps,
} from './schema.ts';
