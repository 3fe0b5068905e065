import { type Graph, isLink, type PromptNode } from './graph.ts';
import type { InputSpec, NodeType } from './node-types.ts';

export type PromptError = {
  readonly type: string;
  readonly message: string;
  readonly details: string;
  readonly extra_info: Readonly<Record<string, unknown>>;
};

export type NodeErrors = Record<
  string,
  {
    readonly errors: readonly PromptError[];
    readonly dependent_outputs: string[];
    readonly class_type: string;
  }
>;

export type Validation =
  | { readonly ok: true; readonly outputs: readonly string[]; readonly nodeErrors: NodeErrors }
  | { readonly ok: false; readonly error: PromptError; readonly nodeErrors: NodeErrors };

type Types = Readonly<Record<string, NodeType>>;
type Verdict = { readonly valid: boolean; readonly errors: readonly PromptError[] };
type Checking = { readonly graph: Graph; readonly types: Types; readonly verdicts: Map<string, Verdict> };

/** ComfyUI's validation of a prompt: accepted when one output at least is sound. Values are converted in place. */
export function validatePrompt(graph: Graph, types: Types, targets?: readonly string[]): Validation {
  const unusable = findUnusable(graph, types);
  if (unusable !== undefined) return { ok: false, error: unusable, nodeErrors: {} };
  const outputs = Object.entries(graph)
    .filter(([id, node]) => types[node.class_type]?.isOutput && (targets?.includes(id) ?? true))
    .map(([id]) => id);
  if (outputs.length === 0)
    return { ok: false, error: problem('prompt_no_outputs', 'Prompt has no outputs', ''), nodeErrors: {} };
  const checking: Checking = { graph, types, verdicts: new Map() };
  const nodeErrors: NodeErrors = {};
  const details: string[] = [];
  const sound = outputs.filter((output) => {
    const verdict = verdictOf(output, checking, 'exception_during_validation');
    if (verdict.valid) return true;
    details.push(...verdict.errors.map(({ message, details }) => `${message}: ${details}`));
    noteErrors(output, checking, nodeErrors);
    return false;
  });
  if (sound.length > 0) return { ok: true, outputs: sound, nodeErrors };
  const error = problem(
    'prompt_outputs_failed_validation',
    'Prompt outputs failed validation',
    details.join('\n'),
  );
  return { ok: false, error, nodeErrors };
}

function findUnusable(graph: Graph, types: Types): PromptError | undefined {
  for (const [id, node] of Object.entries(graph)) {
    const place = `Node ID '#${id}'`;
    if (node.class_type === undefined)
      return problem(
        'invalid_prompt',
        'Cannot execute because a node is missing the class_type property.',
        place,
      );
    if (types[node.class_type] === undefined)
      return problem(
        'invalid_prompt',
        `Cannot execute because node ${node.class_type} does not exist.`,
        place,
      );
  }
  return undefined;
}

/** Every node that failed so far is reported once, with all outputs that it spoils. */
function noteErrors(output: string, { graph, verdicts }: Checking, found: NodeErrors): void {
  for (const [id, { valid, errors }] of verdicts) {
    if (valid || errors.length === 0) continue;
    found[id] ??= { errors, dependent_outputs: [], class_type: graph[id]?.class_type ?? '' };
    found[id].dependent_outputs.push(output);
  }
}

/** Checks a node; what it throws is a verdict of its own, under the name of who asked. */
function verdictOf(id: string, checking: Checking, whenThrown: string): Verdict {
  try {
    return checkNode(id, checking);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const inner = whenThrown === 'exception_during_inner_validation';
    const verdict: Verdict = {
      valid: false,
      errors: [
        problem(whenThrown, `Exception when validating ${inner ? 'inner ' : ''}node`, message, {
          exception_type: 'KeyError',
          traceback: [],
        }),
      ],
    };
    checking.verdicts.set(id, verdict);
    return verdict;
  }
}

function checkNode(id: string, checking: Checking): Verdict {
  const known = checking.verdicts.get(id);
  if (known !== undefined) return known;
  const node = checking.graph[id];
  const type = node === undefined ? undefined : checking.types[node.class_type];
  if (node === undefined || type === undefined) throw new Error(`'${id}'`);
  const errors: PromptError[] = [];
  let valid = true;
  const specs = Object.entries({ ...type.required, ...type.optional });
  for (const [name, spec] of specs) {
    const value = node.inputs[name];
    if (value === undefined) {
      if (Object.hasOwn(type.required, name))
        errors.push(
          problem('required_input_missing', 'Required input is missing', name, { input_name: name }),
        );
    } else if (Array.isArray(value)) {
      const outcome = checkLink({ name, spec, value }, checking);
      if (outcome === false) valid = false;
      else if (outcome !== true) errors.push(outcome);
    } else errors.push(...checkValue({ node, name, spec }, type));
  }
  const verdict = { valid: valid && errors.length === 0, errors };
  checking.verdicts.set(id, verdict);
  return verdict;
}

type LinkInput = { readonly name: string; readonly spec: InputSpec; readonly value: readonly unknown[] };

/** True when sound, false when the node it comes from is not, else what is wrong with the link itself. */
function checkLink({ name, spec, value }: LinkInput, checking: Checking): boolean | PromptError {
  const info = { input_name: name, input_config: spec };
  if (!isLink(value)) {
    const message = 'Bad linked input, must be a length-2 list of [node_id, slot_index]';
    return problem('bad_linked_input', message, name, { ...info, received_value: value });
  }
  const [from, slot] = value;
  const origin = checking.graph[from];
  if (origin === undefined) throw new Error(`'${from}'`);
  const received = checking.types[origin.class_type]?.output[slot];
  if (received === undefined) throw new Error('tuple index out of range');
  if (received !== spec[0]) {
    const details = `${name}, received_type(${received}) mismatch input_type(${pythonText(spec[0])})`;
    const extra = { ...info, received_type: received, linked_node: value };
    return problem('return_type_mismatch', 'Return type mismatch between linked nodes', details, extra);
  }
  return verdictOf(from, checking, 'exception_during_inner_validation').valid;
}

type ValueInput = { readonly node: PromptNode; readonly name: string; readonly spec: InputSpec };

function checkValue({ node, name, spec }: ValueInput, type: NodeType): readonly PromptError[] {
  const [kind, options = {}] = spec;
  const given = node.inputs[name];
  const info = { input_name: name, input_config: spec, received_value: given };
  const converted = typeof kind === 'string' ? convert(kind, given) : { value: given };
  if ('failed' in converted) {
    const message = `Failed to convert an input value to a ${String(kind)} value`;
    const details = `${name}, ${pythonText(given)}, ${converted.failed}`;
    const extra = { ...info, exception_message: converted.failed };
    return [problem('invalid_input_type', message, details, extra)];
  }
  const { value } = converted;
  node.inputs[name] = value;
  const { min, max } = options;
  if (typeof value === 'number' && typeof min === 'number' && value < min)
    return [
      problem('value_smaller_than_min', `Value ${value} smaller than min of ${min}`, name, {
        ...info,
        received_value: value,
      }),
    ];
  if (typeof value === 'number' && typeof max === 'number' && value > max)
    return [
      problem('value_bigger_than_max', `Value ${value} bigger than max of ${max}`, name, {
        ...info,
        received_value: value,
      }),
    ];
  if (type.validate?.inputs.includes(name)) {
    const said = type.validate.check(node.inputs);
    const message = 'Custom validation failed for node';
    return said === true ? [] : [problem('custom_validation_failed', message, `${name} - ${said}`, info)];
  }
  return typeof kind === 'string' ? [] : checkChoice(kind, { name, spec, value });
}

function checkChoice(
  choices: readonly string[],
  { name, spec, value }: { name: string; spec: InputSpec; value: unknown },
): readonly PromptError[] {
  if (choices.some((choice) => choice === value)) return [];
  const long = choices.length > 20;
  const list = long ? `(list of length ${choices.length})` : pythonText(choices);
  return [
    problem('value_not_in_list', 'Value not in list', `${name}: '${String(value)}' not in ${list}`, {
      input_name: name,
      input_config: long ? null : spec,
      received_value: value,
    }),
  ];
}

/** Python's `int`, `float`, `str` and `bool` on a JSON value. */
function convert(kind: string, value: unknown): { readonly value: unknown } | { readonly failed: string } {
  if (kind === 'STRING') return { value: pythonText(value) };
  if (kind === 'BOOLEAN') return { value: Boolean(value) };
  if (kind !== 'INT' && kind !== 'FLOAT') return { value };
  const whole = kind === 'INT';
  if (typeof value === 'boolean') return { value: Number(value) };
  if (typeof value === 'number') return { value: whole ? Math.trunc(value) : value };
  if (typeof value === 'string') {
    const pattern = whole ? /^\s*[+-]?\d+\s*$/ : /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;
    if (pattern.test(value)) return { value: Number(value) };
    return {
      failed: whole
        ? `invalid literal for int() with base 10: '${value}'`
        : `could not convert string to float: '${value}'`,
    };
  }
  const name = value === null ? 'NoneType' : 'dict';
  const taken = whole
    ? "int() argument must be a string, a bytes-like object or a real number, not '"
    : "float() argument must be a string or a real number, not '";
  return { failed: `${taken}${name}'` };
}

/** How Python prints a JSON value, as far as validation prints any. */
function pythonText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value))
    return `[${value.map((item) => (typeof item === 'string' ? `'${item}'` : pythonText(item))).join(', ')}]`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function problem(
  type: string,
  message: string,
  details: string,
  extra_info: Readonly<Record<string, unknown>> = {},
): PromptError {
  return { type, message, details, extra_info };
}
