/**
 * What is known of MCP servers and their tools: classes, evidence, attacks, recommended rules, texts. Pure like the
 * engine: no promises, clock, randomness, I/O, `node:` or DOM names. May not fetch, scan or decide calls.
 */

export * from './attacks/index.ts';
export * from './classes/index.ts';
export * from './classify/index.ts';
export * from './drift/index.ts';
export * from './grade/index.ts';
export * from './pages/index.ts';
export * from './recommend/index.ts';
