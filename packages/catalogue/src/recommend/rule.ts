import { type JsonObject, printPath } from '@boomgate/engine';
import { rankOf, type ToolClass, worseOf } from '../classes/index.ts';
import {
  type Choice,
  quotation,
  type Runs,
  type Surroundings,
  type ToolDefinition,
  understand,
} from '../classify/index.ts';

/** A tool whose rule is wanted. Of one with a definition the rule says more than its class alone. */
export type Classified = {
  readonly name: string;
  readonly class: ToolClass;
  readonly definition?: ToolDefinition;
  readonly around?: Surroundings;
};

type Entry = { readonly definition: ToolDefinition; readonly classification: { readonly class: ToolClass } };

/** The classified tools of one server, each a sibling of the others. */
export function classifiedOf(server: string, tools: readonly Entry[]): readonly Classified[] {
  const around = { server, siblings: tools.map(({ definition }) => definition.name) };
  return tools.map(({ classification, definition }) => ({
    ...{ name: definition.name, class: classification.class },
    ...{ definition, around },
  }));
}

/** What a policy says of one tool. */
export type ToolRule = {
  /** Its entry, given the counter of its calls; or that it is hidden. */
  readonly entry: ((counter: string) => JsonObject) | 'hide';
  /** What the rule does, after "With it". */
  readonly effect: string;
  readonly strictness: Strictness;
};

/** From the mildest: of two tools of one name the stricter rule counts. */
const STRICTNESS = ['free', 'limited', 'chosen', 'asked', 'hidden'] as const;
type Strictness = (typeof STRICTNESS)[number];

export const stricterOf = (one: ToolRule, other: ToolRule): ToolRule =>
  STRICTNESS.indexOf(one.strictness) >= STRICTNESS.indexOf(other.strictness) ? one : other;

/** Calls a minute of one grant. */
const CALLS_A_MINUTE = { Write: 30, Execute: 10 } as const;

/** What the rule of a class does, after "With it". */
export const EFFECT_OF = {
  Read: 'the tool can be called freely; everything else on the server is refused',
  Write: 'the tool can be called 30 times a minute by one grant; everything else on the server is refused',
  Execute: 'the tool can be called 10 times a minute by one grant; everything else on the server is refused',
  Destructive: 'the tool disappears from the list, and any call of it is refused',
  Financial: 'any call of the tool waits until a person approves it',
} as const satisfies Record<ToolClass, string>;

const ENTRY_OF = {
  Read: { entry: () => ({}), strictness: 'free' },
  Write: { entry: (counter) => limited(counter, CALLS_A_MINUTE.Write), strictness: 'limited' },
  Execute: { entry: (counter) => limited(counter, CALLS_A_MINUTE.Execute), strictness: 'limited' },
  Destructive: { entry: 'hide', strictness: 'hidden' },
  Financial: { entry: () => ({ action: 'require_approval' }), strictness: 'asked' },
} as const satisfies Record<ToolClass, Omit<ToolRule, 'effect'>>;

/**
 * The rule for one tool: that of its class; a person for what nobody knows and for what runs anything; and where the choices of one
 * argument alone make a tool Destructive or Financial, the rest of it stays usable.
 */
export function ruleFor({ name, class: known, definition, around }: Classified): ToolRule {
  if (definition === undefined) return ruleOf(known);
  const { choice, class: found, isDisguised, isUnclear, runs } = understand({ ...definition, name }, around);
  const toolClass = worseOf(known, found);
  if (isDisguised && toolClass !== 'Destructive') return asking('its name looks like another one');
  if (choice !== undefined && toolClass === found) return ruleOfChoice(choice);
  if (rankOf(toolClass) > rankOf('Execute')) return ruleOf(toolClass);
  if (isUnclear) return asking('nothing in its definition says what it does');
  return runs === undefined ? ruleOf(toolClass) : asking(RUNS[runs]);
}

const ruleOf = (of: ToolClass): ToolRule => ({ ...ENTRY_OF[of], effect: EFFECT_OF[of] });

const RUNS = {
  code: 'it runs code or commands that it is given',
  statements: 'it runs statements that it is given',
  actions: 'it does any action that it is told by a name',
} as const satisfies Record<Runs, string>;

function asking(because: string): ToolRule {
  return {
    entry: () => ({ action: 'require_approval', reason: `a person has to approve this call: ${because}` }),
    effect: `${EFFECT_OF.Financial}, because ${because}`,
    strictness: 'asked',
  };
}

/**
 * What is let through is named, not what is refused: a value in another case, of another type, or none at all, which the server might
 * take for one that is refused, is none of them. No second argument may say otherwise, so there is none that the schema does not have.
 */
function ruleOfChoice(choice: Choice): ToolRule {
  const { asked, refused, rest, runs } = choice;
  const path = printPath('args', [{ kind: 'name', name: choice.argument }]);
  const rule = runs === undefined ? ruleOf(rest) : asking(RUNS[runs]);
  return {
    entry: (counter) => ({
      validate: { schema: true, unknown_args: 'deny' },
      ...(refused.length === 0 ? {} : { require: [needed(choice, path)] }),
      ...(asked.length === 0 || runs !== undefined ? {} : { require_approval_if: [unasked(choice, path)] }),
      ...(rule.entry === 'hide' ? {} : rule.entry(counter)),
    }),
    effect: effectOfChoice(choice, path),
    strictness: runs === undefined ? 'chosen' : 'asked',
  };
}

/** The name of both rules, by which the log tells of them. */
const CHOICE = 'choice';

function needed({ asked, free, hasFreeDefault }: Choice, path: string): JsonObject {
  const value = [...free, ...asked];
  const chosen = { path, op: 'in', value };
  const condition = hasFreeDefault ? { any: [{ path, op: 'exists', value: false }, chosen] } : chosen;
  return {
    name: CHOICE,
    conditions: [condition],
    on_deny: `the policy lets ${path} be only ${told(value)}`,
  };
}

function unasked({ free, hasFreeDefault }: Choice, path: string): JsonObject {
  const other = { path, op: 'not_in', value: free };
  return {
    name: CHOICE,
    conditions: hasFreeDefault ? [{ path, op: 'exists', value: true }, other] : [other],
    on_deny: `a person has to approve calls with another ${path} than ${told(free)}`,
  };
}

function effectOfChoice({ asked, free, hasFreeDefault, refused, runs }: Choice, path: string): string {
  const asks = runs === undefined ? asked : [...free, ...asked];
  const absent = hasFreeDefault ? ', or without it' : '';
  const others = hasFreeDefault ? '' : ', or without one of the others';
  const parts = [
    ...(runs === undefined ? [`can be called with ${path} as ${listed(free)}${absent}`] : []),
    ...(asks.length === 0 ? [] : [`waits until a person approves the call with ${path} as ${listed(asks)}`]),
    ...(refused.length === 0 ? [] : [`is refused with ${listed(refused)}${others}`]),
  ];
  return `the tool ${parts.join('; it ')}`;
}

/** Values as agents are told them: one that could be a sentence, written for the model by the server, is not repeated. */
function told(values: Choice['free']): string {
  const isWord = (value: string | boolean): boolean => /^[\w.:/-]{1,40}$/.test(String(value));
  return values.every(isWord) ? listed(values) : 'some of its values';
}

/** Values that are named one by one, and characters of each. */
const NAMED = 6;
const SHOWN = 60;

function listed(values: Choice['free']): string {
  const named = values.slice(0, NAMED).map(shown);
  const more = values.length - named.length;
  if (more > 0) return `${named.join(', ')} or one of ${more} more`;
  return named.length < 2 ? named.join('') : `${named.slice(0, -1).join(', ')} or ${named.at(-1)}`;
}

const shown = (value: string | boolean): string =>
  typeof value === 'boolean' ? String(value) : `"${quotation(value, SHOWN)}"`;

/** At most so many calls a minute of one grant. */
export function limited(counter: string, max: number): JsonObject {
  return { limits: [{ counter, window: 'minute', max, scope: 'grant' }] };
}
