import { type ParseResult, type Policy, type Problem, parsePolicy, parsePolicyTree } from '@boomgate/engine';
import { engineFunctions } from '../functions/index.ts';
import { at, isYaml, parseDocumentText, readText } from './read-document.ts';

export type PolicyFileResult =
  | {
      readonly ok: true;
      readonly policy: Policy;
      readonly text: string;
      readonly warnings: readonly string[];
    }
  /** `lines` are whole lines for a person; `problems` the same for a program, absent when the file has no tree. */
  | { readonly ok: false; readonly lines: readonly string[]; readonly problems: readonly Problem[] };

/** Reads one policy: strict JSON, or YAML by its name (language §10). */
export async function readPolicyFile(path: string): Promise<PolicyFileResult> {
  const read = await readText(path);
  if ('problem' in read) return { ok: false, lines: [read.problem], problems: [] };
  if (!isYaml(path)) return described(path, read.text, parsePolicy(read.text, engineFunctions));
  const document = parseDocumentText(path, read.text);
  if (!document.ok) return { ok: false, lines: document.problems, problems: [] };
  return described(path, read.text, parsePolicyTree(document.tree, engineFunctions, document.locate));
}

function described(path: string, text: string, result: ParseResult): PolicyFileResult {
  if (result.ok)
    return {
      ok: true,
      policy: result.policy,
      text,
      warnings: result.warnings.map((warning) => problemLine(path, warning)),
    };
  return {
    ok: false,
    lines: result.problems.map((problem) => problemLine(path, problem)),
    problems: result.problems,
  };
}

/** `FILE:LINE:COLUMN: what (at POINTER)`. */
export function problemLine(path: string, { column, line, message, pointer }: Problem): string {
  const place = line === undefined || column === undefined ? undefined : { line, column };
  return at(path, place, pointer === '' ? message : `${message} (at ${pointer})`);
}
