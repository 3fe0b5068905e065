import { type ParseResult, type Policy, type Problem, parsePolicy, parsePolicyTree } from '@boomgate/engine';
import { engineFunctions, parseDocumentText } from '@boomgate/server/documents';
import type { World } from '../world.ts';
import { inputName, readInput } from './text-file.ts';

/** A policy file that was read: what is wrong with it, and the policy if nothing that matters is. */
export type PolicyDocument = {
  readonly file: string;
  readonly problems: readonly Problem[];
  /** Whole lines about a file that could not be read. */
  readonly faults: readonly string[];
  /** False when the file itself could not be read: a failure, not a finding. */
  readonly isReadable: boolean;
  readonly policy?: Policy;
  readonly text: string;
};

export const isYaml = (file: string): boolean => /\.ya?ml$/i.test(file);

/** Reads strict JSON, or YAML by the file's name (policy language §10); `-` is standard input. */
export async function readPolicyDocument(
  given: string,
  world: Pick<World, 'stdin'>,
): Promise<PolicyDocument> {
  const file = inputName(given);
  const read = await readInput(given, world);
  if (!read.ok) return { file, isReadable: false, problems: [], faults: [read.message], text: '' };
  const text = read.value;
  if (!isYaml(file)) return judged(file, text, parsePolicy(text, engineFunctions));
  const document = parseDocumentText(file, text);
  if (!document.ok) {
    const problems = document.faults.map(
      ({ code, message, place }): Problem => ({ code, severity: 'error', message, pointer: '', ...place }),
    );
    return { file, isReadable: true, problems, faults: [], text };
  }
  return judged(file, text, parsePolicyTree(document.tree, engineFunctions, document.locate));
}

function judged(file: string, text: string, result: ParseResult): PolicyDocument {
  const read = { file, text, isReadable: true, faults: [] };
  if (!result.ok) return { ...read, problems: result.problems };
  return { ...read, problems: result.warnings, policy: result.policy };
}

/** 0 when all are policies, 1 when one is not, 2 when one could not even be read. */
export function verdict(documents: readonly PolicyDocument[]): 0 | 1 | 2 {
  if (documents.some(({ isReadable }) => !isReadable)) return 2;
  return documents.every(({ policy }) => policy !== undefined) ? 0 : 1;
}
