/**
 * Those of the engine's functions that a gateway and a browser share: RE2, bounded in time and size. Pure functions with no
 * `node:` or DOM import, so that both decide alike; JSON Schema is not here, since what is fast needs `eval`, which a page may not.
 */
export { compileBounded, compileRegex } from './regex.ts';
