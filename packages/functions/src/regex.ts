import type { CompileRegex } from '@boomgate/engine';
import { RE2JS } from 're2js';
import { classesSize, patternSize } from './pattern-size.ts';

/** Steps of a pattern's program, with repetitions written out; compiling one of this size takes a few hundredths of a second. */
const MAX_PATTERN_SIZE = 4_000;

/** RE2 syntax, matched in linear time whatever the pattern and the text are (language §4). */
export const compileRegex: CompileRegex = (pattern, { ignoreCase }) => {
  try {
    const { classes, compiled } = compileBounded(pattern, { ignoreCase });
    return { ok: true, test: (text) => compiled.test(text), steps: compiled.programSize(), classes };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
};

/** Throws for a pattern that is no RE2 or too large to compile in reasonable time. */
export function compileBounded(
  pattern: string,
  { ignoreCase }: Parameters<CompileRegex>[1],
): { readonly compiled: RE2JS; readonly classes: number } {
  const classes = classesSize(pattern, ignoreCase);
  const size = patternSize(pattern) + classes;
  if (size > MAX_PATTERN_SIZE)
    throw new RangeError(
      `expected a pattern of at most ${MAX_PATTERN_SIZE} steps, found about ${size}; use fewer or smaller repetitions and classes`,
    );
  return { compiled: RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0), classes };
}
