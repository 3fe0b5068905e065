import { type Json, type JsonObject, WORK_MAX } from '@boomgate/engine';
import { DATA, MAPS, TooManySteps } from '@boomgate/functions';

/**
 * References that one validation may follow: some hundredths of a second. A schema without references costs no more than
 * its own size times the arguments' size; with them a short one can ask for 2^20 steps and more.
 */
const MAX_REFERENCES = 50_000;

/** The keyword that the compiler reports each time it comes past a schema; its text here is what that costs. */
const MARK = '$comment';
const REFERENCES = ['$ref', '$dynamicRef', '$recursiveRef'];
/** Before the price, where a reference is followed too. */
const FOLLOWED = 'r';

/** Keywords whose schema is held against each element, value or name of what there is. */
const EACH: ReadonlySet<string> = new Set([
  'items',
  'additionalItems',
  'unevaluatedItems',
  'contains',
  'additionalProperties',
  'unevaluatedProperties',
  'patternProperties',
  'propertyNames',
]);

/** What holding one value against one schema costs, and each name or value that the schema has for it, in units of work. */
const SCHEMA = 16;
const NAME = 1 / 2;

/** Counts the references of one validation, and the work of reading its texts; throws `TooManySteps` past a bound. */
export class ReferenceBudget {
  #left = 0;
  #work = 0;

  /** To be called before each validation. */
  refill(): void {
    this.#left = MAX_REFERENCES;
    this.#work = WORK_MAX;
  }

  /** To be called by the compiled schema at each mark, with its text. */
  readonly spend = (mark: string): void => {
    const isFollowed = mark.startsWith(FOLLOWED);
    this.read(Number(isFollowed ? mark.slice(FOLLOWED.length) : mark));
    if (!isFollowed) return;
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
 * The schema with a mark beside each reference and in each schema that is held against more than one value, and without any other.
 * Throws when a reference stands where it would be data, since one that points there would not be counted.
 */
export function markReferences(schema: JsonObject): JsonObject {
  // What a reference leads to is gone through as often as the reference is.
  return marked(schema, holdsReference(schema));
}

function marked(schema: JsonObject, isRepeated: boolean): JsonObject {
  const result: Record<string, Json> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === MARK) continue;
    if (DATA.has(key) && holdsReference(value))
      throw new Error(`"${key}" holds a reference, which is data there`);
    const below = isRepeated || EACH.has(key);
    result[key] = DATA.has(key) ? value : MAPS.has(key) ? markEach(value, below) : markBelow(value, below);
  }
  const isFollowed = REFERENCES.some((key) => Object.hasOwn(schema, key));
  if (!isFollowed && !isRepeated) return result;
  return { ...result, [MARK]: `${isFollowed ? FOLLOWED : ''}${priceOf(schema)}` };
}

function markBelow(value: Json, isRepeated: boolean): Json {
  if (typeof value !== 'object' || value === null) return value;
  // The two halves of what a JSON value that is no scalar can be; `Array.isArray` does not tell readonly arrays apart.
  return Array.isArray(value)
    ? (value as readonly Json[]).map((one) => markBelow(one, isRepeated))
    : marked(value as JsonObject, isRepeated);
}

function markEach(value: Json, isRepeated: boolean): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return markBelow(value, isRepeated);
  return Object.fromEntries(
    Object.entries(value).map(([name, schema]) => [name, markBelow(schema, isRepeated)]),
  );
}

/** Of a schema without those below it: what its own keywords go through, at most. */
function priceOf(schema: JsonObject): number {
  let names = 0;
  for (const [key, value] of Object.entries(schema))
    if (DATA.has(key)) names += namesIn(value);
    else if (MAPS.has(key)) names += namesIn(value, 2);
    else if (Array.isArray(value)) names += value.length;
  return SCHEMA + Math.floor(names * NAME);
}

function namesIn(value: Json, depth = Number.POSITIVE_INFINITY): number {
  if (typeof value !== 'object' || value === null || depth === 0) return 0;
  const inner: readonly Json[] = Object.values(value);
  return inner.reduce<number>((sum, one) => sum + 1 + namesIn(one, depth - 1), 0);
}

function holdsReference(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return (
    REFERENCES.some((key) => Object.hasOwn(value, key)) ||
    Object.values(value).some((one) => holdsReference(one))
  );
}
