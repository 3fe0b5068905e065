import type { CompileRegex } from '../functions.ts';
import type { Json } from '../json/json.ts';
import { type Locate, type LocateFault, locateJson } from '../json/locate.ts';
import type { Policy } from '../policy.ts';
import type { Problem } from '../problem.ts';
import { DOCUMENT_BYTES, DOCUMENT_DEPTH } from './bounds.ts';
import { CHECKS } from './checks/index.ts';
import { readDocument } from './document.ts';
import { withinSteps } from './patterns.ts';
import type { Finding, Place } from './place.ts';
import { readTree } from './tree.ts';

export type ParseResult =
  | { readonly ok: true; readonly policy: Policy; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Linear-time regular expressions in RE2 syntax; a pattern that does not compile refuses the document. */
type ParseFunctions = { readonly regex: CompileRegex };

/**
 * Reads a policy document from JSON text (policy language §1). Every fault is reported with its place, except that a
 * text that is no JSON has one. Warnings do not refuse. Never throws, whatever the text.
 */
export function parsePolicy(text: string, functions: ParseFunctions): ParseResult {
  const located = locateJson(text, { maxDepth: DOCUMENT_DEPTH, maxBytes: DOCUMENT_BYTES });
  if (!located.ok) return { ok: false, problems: [problemOfFault(located.fault)] };
  return judge(located.value, functions, located.locate);
}

/**
 * Reads a policy document that somebody else has parsed, from YAML for instance. Whatever is no JSON in it is a
 * problem. `locate` adds lines and columns. Never throws.
 */
export function parsePolicyTree(tree: unknown, functions: ParseFunctions, locate?: Locate): ParseResult {
  const read = readTree(tree);
  if (!read.ok) return { ok: false, problems: read.findings.map((finding) => problemOf(finding, locate)) };
  return judge(read.value, functions, locate);
}

function judge(value: Json, functions: ParseFunctions, locate: Locate | undefined): ParseResult {
  const findings: Finding[] = [];
  const place: Place = {
    value,
    pointer: '',
    reading: { findings, regex: withinSteps(functions.regex), limitPointers: new Map() },
  };
  const policy = readDocument(place);
  if (policy !== undefined) for (const check of CHECKS) check(policy, place);
  const problems = findings.map((finding) => problemOf(finding, locate)).toSorted(byPosition);
  const isRefused = policy === undefined || problems.some((problem) => problem.severity === 'error');
  return isRefused ? { ok: false, problems } : { ok: true, policy, warnings: problems };
}

function problemOf({ code, severity, message, pointer, at }: Finding, locate: Locate | undefined): Problem {
  return { code, severity, message, pointer, ...nearest(pointer, at, locate) };
}

/** From the top of the document to its end; what has no place keeps its order. */
function byPosition(one: Problem, other: Problem): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}

/** The place of a pointer, or of the nearest thing around it that is in the document. */
function nearest(
  pointer: string,
  at: Finding['at'],
  locate: Locate | undefined,
): Partial<ReturnType<Locate>> {
  for (let around = pointer; locate !== undefined; around = around.slice(0, around.lastIndexOf('/'))) {
    const position = locate(around, at);
    if (position !== undefined) return position;
    if (around === '') break;
  }
  return {};
}

function problemOfFault({ code, message, pointer, line, column }: LocateFault): Problem {
  return { code, severity: 'error', message, pointer, line, column };
}
