import { type CompiledPolicy, compilePolicy } from '../decide/index.ts';
import type { EngineFunctions } from '../functions.ts';
import { type Json, type JsonObject, ownProperty } from '../json/json.ts';
import { type ParseResult, parsePolicyTree } from '../parse/index.ts';
import { openStage, playStep } from './play.ts';
import { BadCase, readList, readMap, readObject, readText } from './reader.ts';
import { type CaseResult, resultOf } from './result.ts';

const FILE_KEYS = ['about', 'policy', 'tools', 'cases', 'errors'];
const CASE_KEYS = ['name', 'policy', 'tools', 'calls'];
const ERROR_KEYS = ['name', 'document', 'code', 'pointer'];

/**
 * Runs a file of cases: `{ policy?, tools?, cases: [{ name, policy?, tools?, calls }], errors?: [{ name, document,
 * code, pointer? }] }`. `policy: null` is a grant without a policy. A file that says nothing of a policy is run with
 * `otherwise`. Never throws: a case that is itself wrong fails.
 */
export function runPolicyCases(
  file: Json,
  functions: EngineFunctions,
  otherwise?: Json,
): readonly CaseResult[] {
  return guarded('the file', () => {
    const read = readObject(file, FILE_KEYS, 'a file of cases');
    const defaults: Defaults = {
      policy: Object.hasOwn(read, 'policy') ? ownProperty(read, 'policy') : otherwise,
      tools: readMap(read, 'tools') ?? {},
    };
    const cases = readList(read, 'cases').flatMap((one, index) =>
      runCase(one, { defaults, index }, functions),
    );
    const errors = readList(read, 'errors').flatMap((one) => runError(one, functions));
    if (cases.length + errors.length === 0) throw new BadCase('expected at least one case');
    return [...cases, ...errors];
  });
}

type Defaults = { readonly policy: Json | undefined; readonly tools: JsonObject };
type Around = { readonly defaults: Defaults; readonly index: number };

function runCase(one: Json, { defaults, index }: Around, functions: EngineFunctions): readonly CaseResult[] {
  return guarded(nameOf(one) ?? `case ${index + 1}`, (name) => {
    const read = readObject(one, CASE_KEYS, 'a case');
    const document = Object.hasOwn(read, 'policy') ? ownProperty(read, 'policy') : defaults.policy;
    const tools = { ...defaults.tools, ...readMap(read, 'tools') };
    const stage = openStage(compileDocument(document, functions), tools);
    const calls = readList(read, 'calls');
    if (calls.length === 0) throw new BadCase('expected at least one call');
    const failures = calls.flatMap((step, at) =>
      playStep(stage, step).map((failure) => `call ${at + 1}: ${failure}`),
    );
    return [resultOf(name, failures)];
  });
}

/** A document that must be refused: some problem has the code, and the pointer if one is given. */
function runError(one: Json, functions: EngineFunctions): readonly CaseResult[] {
  return guarded(nameOf(one) ?? 'an error', (name) => {
    const read = readObject(one, ERROR_KEYS, 'an error case');
    const code = readText(read, 'code');
    const pointer = readText(read, 'pointer');
    const result = parsePolicyTree(ownProperty(read, 'document'), functions);
    if (result.ok) return [resultOf(name, [`expected ${code}, but the document is accepted`])];
    const isFound = result.problems.some(
      (problem) => problem.code === code && (pointer === undefined || problem.pointer === pointer),
    );
    const wanted = pointer === undefined ? `${code}` : `${code} at ${pointer}`;
    return [resultOf(name, isFound ? [] : [`expected ${wanted}, found ${describe(result)}`])];
  });
}

function compileDocument(document: Json | undefined, functions: EngineFunctions): CompiledPolicy | undefined {
  if (document === undefined) throw new BadCase('there is no policy: give one, or null for a grant without');
  if (document === null) return undefined;
  const result = parsePolicyTree(document, functions);
  if (!result.ok) throw new BadCase(`the policy is refused: ${describe(result)}`);
  return compilePolicy(result.policy, functions);
}

function describe(result: ParseResult & { readonly ok: false }): string {
  return result.problems.map(({ code, pointer, message }) => `${code} at ${pointer}: ${message}`).join('; ');
}

function nameOf(one: Json): string | undefined {
  return typeof one === 'object' && one !== null && !Array.isArray(one)
    ? // The line above leaves only an object, which the compiler does not see through `isArray`.
      readText(one as JsonObject, 'name')
    : undefined;
}

/** Turns a wrong case into a failed one. */
function guarded(name: string, run: (name: string) => readonly CaseResult[]): readonly CaseResult[] {
  try {
    return run(name);
  } catch (error) {
    if (error instanceof BadCase) return [resultOf(name, [error.message])];
    throw error;
  }
}
