import { type Json, type JsonObject, WORK_MAX } from '@boomgate/engine';
import { DATA, MAPS, TooManySteps } from '@boomgate/functions';

/**
 * References that one validation may follow: some hundredths of a second. A schema without references costs no more than
 * its own size times the arguments' size; with them a short one can ask for 2^20 steps and more.
 */
export const MAX_REFERENCES = 50_000;

/** The keyword that the compiler reports each time it comes past a schema; its text here is the place's number. */
const MARK = '$comment';
const REFERENCES = ['$ref', '$dynamicRef', '$recursiveRef'];
/** Counts the references of one validation, and the work of reading its texts; throws `TooManySteps` past a bound. */
export class ReferenceBudget {
  #left = 0;
  #work = 0;

  /** To be called before each validation. */
  refill(): void {
    this.#left = MAX_REFERENCES;
    this.#work = WORK_MAX;
  }

  /** To be called by the compiled schema at each mark. */
  readonly spend = (): void => {
    this.#left -= 1;
    if (this.#left < 0) throw new TooManySteps(`more than ${MAX_REFERENCES} references`);
  };

  /** To be called with what reading a text costs: a validation may take as much work as all conditions (decisions/0006). */
  readonly read = (units: number): void => {
    this.#work -= units;
    if (this.#work < 0) throw new TooManySteps(`more than ${WORK_MAX} units of work`);
  };
}

/**
 * The schema with a mark beside each reference, and without any other. Throws when a reference stands where it would be
 * data, since one that points there would not be counted.
 */
export function markReferences(schema: JsonObject): JsonObject {
  const marked: Record<string, Json> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === MARK) continue;
    if (DATA.has(key) && holdsReference(value))
      throw new Error(`"${key}" holds a reference, which is data there`);
    marked[key] = DATA.has(key) ? value : MAPS.has(key) ? markEach(value) : markBelow(value);
  }
  return REFERENCES.some((key) => Object.hasOwn(schema, key)) ? { ...marked, [MARK]: 'reference' } : marked;
}

function markBelow(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  // The two halves of what a JSON value that is no scalar can be; `Array.isArray` does not tell readonly arrays apart.
  return Array.isArray(value)
    ? (value as readonly Json[]).map(markBelow)
    : markReferences(value as JsonObject);
}

function markEach(value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return markBelow(value);
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, markBelow(schema)]));
}

function holdsReference(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return (
    REFERENCES.some((key) => Object.hasOwn(value, key)) ||
    Object.values(value).some((one) => holdsReference(one))
  );
}
