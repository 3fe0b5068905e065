// Imports the files of this repository again and again, each time with another mutant in one of them. The rounds are
// told apart by a query in the addresses. Types are stripped as Node does it, so no place in a text moves.
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';

const AS_VITEST = new URL('as-vitest.mjs', import.meta.url).href;
const ROUND = '?round=';
/** The same in every round: patterns and schemas that are compiled, nothing of what is mutated. */
const LASTING = /\/engine\/cases\/functions\.ts$/;

const stripped = new Map();
let mutated = { url: '', source: '' };

/** Whatever is imported in this round sees the file at `url` with this text. Throws where the text is no program. */
export function beginRound(round, { url, text }) {
  mutated = { url, source: strip(text) };
  return (file) => import(`${file}${ROUND}${round}`);
}

registerHooks({
  resolve(specifier, context, next) {
    const round = context.parentURL?.split(ROUND)[1];
    if (round === undefined) return next(specifier, context);
    if (specifier === 'vitest') return { url: AS_VITEST, shortCircuit: true };
    const resolved = next(specifier, context);
    return isReloaded(resolved.url) ? { ...resolved, url: `${resolved.url}${ROUND}${round}` } : resolved;
  },
  load(url, context, next) {
    const [file, round] = url.split(ROUND);
    if (round === undefined) return next(url, context);
    const source = file === mutated.url ? mutated.source : sourceOf(file);
    return { format: 'module', source, shortCircuit: true };
  },
});

function isReloaded(url) {
  return url.endsWith('.ts') && !url.includes('/node_modules/') && !LASTING.test(url);
}

function sourceOf(file) {
  const known = stripped.get(file) ?? strip(readFileSync(new URL(file), 'utf8'));
  stripped.set(file, known);
  return known;
}

function strip(text) {
  return stripTypeScriptTypes(text, { mode: 'strip' });
}
