/**
 * Makes of a process the next version of this program: `node --import next-version.ts`. The list of its schema's steps is that of
 * `next-steps.ts`, everything else is as it is.
 */
import { registerHooks } from 'node:module';

const STEPS = new URL('../../src/store/postgres/steps.ts', import.meta.url).href;
const NEXT = new URL('next-steps.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    return found.url === STEPS && context.parentURL !== NEXT ? { ...found, url: NEXT } : found;
  },
});
