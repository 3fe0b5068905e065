import type { CompileRegex } from '@boomgate/engine';
import { RE2JS } from 're2js';

/** RE2 syntax, matched in linear time whatever the pattern and the text are (language §4). */
export const compileRegex: CompileRegex = (pattern, { ignoreCase }) => {
  try {
    const compiled = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    return { ok: true, test: (text) => compiled.test(text) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
};
