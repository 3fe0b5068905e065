import { type CompileRegex, type RegexResult, rememberPatterns } from '../functions.ts';
import { PATTERN_STEPS } from './bounds.ts';

/** Compiles a regular expression of the document that is read; `too_many` when those of it have more steps than they may. */
export type CompilePattern = (...[pattern, options]: Parameters<CompileRegex>) => RegexResult | 'too_many';

/** For one document: each pattern is compiled once, and none after they were too many, since compiling takes time by the step. */
export function withinSteps(compile: CompileRegex): CompilePattern {
  let steps = 0;
  return rememberPatterns((pattern, options) => {
    if (steps > PATTERN_STEPS) return 'too_many';
    const result = compile(pattern, options);
    steps += result.ok ? result.steps + (result.classes ?? 0) : 0;
    return steps > PATTERN_STEPS ? 'too_many' : result;
  });
}
