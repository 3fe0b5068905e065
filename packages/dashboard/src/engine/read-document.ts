import { type CompiledPolicy, compilePolicy, type Policy, parsePolicy } from '@boomgate/engine';
import { engineFunctions } from './functions.ts';

/** A document that reads, ready to decide with. */
type Readable = { readonly policy: Policy; readonly compiled: CompiledPolicy };

/** Undefined for a document that would not be saved: it decides nothing. */
export function readDocument(document: string): Readable | undefined {
  const read = parsePolicy(document, engineFunctions);
  return read.ok ? { policy: read.policy, compiled: compilePolicy(read.policy, engineFunctions) } : undefined;
}
