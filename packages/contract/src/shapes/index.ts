/**
 * Shapes that several resources share, with their bounds. Nothing of one resource alone.
 */
export * from './decision.ts';
export * from './document.ts';
export * from './page.ts';
export * from './risk.ts';
export * from './server-entry.ts';
export * from './span.ts';
export * from './text.ts';
