import { testFunctions } from '../cases/functions.ts';
import type { EngineFunctions } from '../src/index.ts';

/** Compiles a pattern or a schema once: the reference asks anew for every call. */
function remember<Key, Result>(make: (key: Key) => Result, name: (key: Key) => unknown = (key) => key) {
  const known = new Map<unknown, Result>();
  return (key: Key): Result => {
    const kept = known.get(name(key));
    if (kept !== undefined) return kept;
    const result = make(key);
    known.set(name(key), result);
    return result;
  };
}
const regexOf = remember(
  ([pattern, ignoreCase]: readonly [string, boolean]) => testFunctions.regex(pattern, { ignoreCase }),
  ([pattern, ignoreCase]) => `${ignoreCase} ${pattern}`,
);
/** The functions of the cases, quicker where the same patterns and schemas are asked for again and again. */
export const functions: EngineFunctions = {
  regex: (pattern, { ignoreCase }) => regexOf([pattern, ignoreCase]),
  schema: remember(testFunctions.schema),
};
