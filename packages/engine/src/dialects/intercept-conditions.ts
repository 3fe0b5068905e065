import type { Json, JsonObject } from '../json/json.ts';
import { printPath } from '../parse/index.ts';
import * as places from '../parse/place.ts';
import type { Notes } from './notes.ts';

type Place = places.Place;

const OPERATORS = [
  'eq',
  'neq',
  'in',
  'not_in',
  'lt',
  'lte',
  'gt',
  'gte',
  'regex',
  'contains',
  'exists',
] as const;
type Operator = (typeof OPERATORS)[number];
const LOOSE: ReadonlySet<Operator> = new Set<Operator>(['eq', 'neq', 'in', 'not_in']);
const NEGATIVE: ReadonlySet<Operator> = new Set<Operator>(['neq', 'not_in']);

type Conditions = {
  readonly action: 'evaluate' | 'deny' | 'require_approval';
  /** Pointers of conditions that have become limits. */
  readonly skip: ReadonlySet<string>;
  readonly notes: Notes;
};

/** The conditions of one rule on arguments. */
export function translateConditions(place: Place | undefined, context: Conditions): readonly JsonObject[] {
  return places
    .elements(place, '"conditions"', Number.MAX_SAFE_INTEGER)
    .filter((item) => !context.skip.has(item.pointer))
    .map((item) => translateCondition(item, context))
    .filter((condition) => condition !== undefined);
}

/** Path, operator and operand of a condition, as written. */
export function readCondition(place: Place): { path: string; op: Operator; value: Place } | undefined {
  const of = places.fields(place, ['path', 'op', 'value'], 'a condition of an Intercept policy');
  if (of === undefined) return undefined;
  const path = places.text(
    places.required(of, 'path', 'name what is compared, such as args.amount'),
    'a path',
  );
  const op = places.oneOf(
    places.required(of, 'op', `choose one of ${OPERATORS.join(', ')}`),
    OPERATORS,
    '"op"',
  );
  const value = places.required(of, 'value', 'name what it is compared with');
  return path === undefined || op === undefined || value === undefined ? undefined : { path, op, value };
}

function translateCondition(place: Place, context: Conditions): JsonObject | undefined {
  const condition = readCondition(place);
  if (condition === undefined) return undefined;
  const { op, value } = condition;
  const path = translatePath(place, condition.path, context.notes);
  if (path === undefined) return undefined;
  noteDifferences(place, op, context);
  if (value.value === null && op === 'neq') return { path, op: 'exists', value: true };
  if (value.value === null && op === 'eq') {
    return places.report(
      value,
      'null_operand',
      'a comparison with null has no equal here, since null counts as absent; remove the condition or ask with "exists"',
    );
  }
  return op === 'in' || op === 'not_in'
    ? ofList({ path, op, list: value }, context)
    : { path, op, value: value.value };
}

type OfList = { readonly path: string; readonly op: 'in' | 'not_in'; readonly list: Place };

/** No list here has null. Without it calls are refused that passed, except where the rule itself refuses or holds: there it is asked for. */
function ofList({ list, op, path }: OfList, { action, notes }: Conditions): JsonObject {
  const { pointer, value } = list;
  if (!Array.isArray(value) || !value.includes(null)) return { path, op, value };
  const others = { path, op, value: value.filter((item: Json) => item !== null) };
  if (op === 'in' && action !== 'evaluate') return { any: [others, { path, op: 'type', value: 'null' }] };
  notes.add('null was taken out of a list, since null counts as absent here', pointer);
  return others;
}

/** Intercept descends by dots alone: brackets and quotes are part of a name. */
function translatePath(place: Place, path: string, notes: Notes): string | undefined {
  const [root, ...names] = path.split('.');
  if (root === 'state') {
    return places.report(
      place,
      'bad_path',
      'a condition on a counter can only be translated where it is the ceiling (lt or lte) of the counter of its own rule; rewrite it as a limit',
    );
  }
  if (root !== 'args' || names.length === 0 || names.includes('')) {
    return places.report(
      place,
      'bad_path',
      `expected a path such as args.amount, found ${JSON.stringify(path)}`,
    );
  }
  if (names.some((name) => /[[\]"]/.test(name))) {
    notes.add(
      "brackets in a path were part of an argument's name, as Intercept has no list positions, and were kept so; write [0] for an element",
      place.pointer,
    );
  }
  return printPath(
    'args',
    names.map((name) => ({ kind: 'name', name })),
  );
}

function noteDifferences(place: Place, op: Operator, { action, notes }: Conditions): void {
  if (LOOSE.has(op)) {
    notes.add(
      'Intercept compared values by how they print, so 1 equalled "1"; here values of different types that print the same are unclear, and the call is refused or held',
      place.pointer,
    );
  }
  if (action === 'evaluate') return;
  if (NEGATIVE.has(op)) {
    notes.add(
      'a missing argument made neq and not_in false in Intercept; here they are unclear then, so the rule also fires when the argument is missing',
      place.pointer,
    );
  } else if (op !== 'exists') {
    notes.add(
      'an argument of a type that the operator does not take made it false in Intercept; here it is unclear then, so the rule also fires',
      place.pointer,
    );
  }
}
