import {
  begunCounters,
  checkTools,
  type ParseResult,
  type Policy,
  type Problem,
  parsePolicy,
  parsePolicyTree,
  type ToolFacts,
} from '@boomgate/engine';
import type { ControlContext } from '../../context.ts';
import { type Refusal, refuse } from '../../frame/index.ts';
import { serverInForce } from '../in-force.ts';

/** A document as it is sent: as text, or as JSON. */
export type Sent = string | Readonly<Record<string, unknown>>;

export function readPolicy({ functions }: ControlContext, document: Sent): ParseResult {
  return typeof document === 'string'
    ? parsePolicy(document, functions)
    : parsePolicyTree(document, functions);
}

type Checked = {
  /** Absent when the document itself is none. */
  readonly policy?: Policy;
  readonly problems: readonly Problem[];
  readonly tools?: readonly ToolFacts[];
};

type Asked = {
  readonly organization: string;
  readonly document: Sent;
  readonly server?: string | undefined;
};

/** What is wrong with a document, also held against the tools of a server as far as they are known. */
export async function checkDocument(
  context: ControlContext,
  { document, organization, server }: Asked,
): Promise<Checked> {
  const read = readPolicy(context, document);
  if (!read.ok) return { problems: read.problems };
  const { policy, warnings } = read;
  const tools = server === undefined ? undefined : await context.offered({ organization, server });
  if (tools === undefined) return { policy, problems: warnings };
  return { policy, tools, problems: [...warnings, ...checkTools(policy, tools)] };
}

/** A policy that may be saved, with its warnings, or why not. */
export async function soundPolicy(
  context: ControlContext,
  asked: Asked,
): Promise<
  | { readonly ok: true; readonly policy: Policy; readonly warnings: readonly Problem[] }
  | Refusal<'invalid_input'>
> {
  const { policy, problems } = await checkDocument(context, asked);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (policy === undefined || errors.length > 0) return refusedDocument(errors);
  return { ok: true, policy, warnings: problems };
}

export function refusedDocument(problems: readonly Problem[]): Refusal<'invalid_input'> {
  const errors = problems.map(({ column, line, message, pointer }) => ({
    in: 'body' as const,
    pointer: `/document${pointer}`,
    message: line === undefined ? message : `line ${line}, column ${column}: ${message}`,
  }));
  return refuse('invalid_input', { errors });
}

/** Counters that begin at nothing when a version takes the place of another one, whose text is given. */
export function begunIn(
  context: ControlContext,
  text: string | undefined,
  policy: Policy | undefined,
): readonly Problem[] {
  if (text === undefined || policy === undefined) return [];
  const before = readPolicy(context, text);
  return before.ok ? begunCounters(before.policy, policy) : [];
}

/** Faults of names that nothing is in force under. */
export function unknownServer(
  context: ControlContext,
  organization: string,
  server: string | undefined,
): Refusal<'invalid_input'> | undefined {
  if (server === undefined || serverInForce(context, organization, server) !== undefined) return undefined;
  return unknown('/server', 'the name of a server of the organisation');
}

export function unknown(pointer: string, what: string): Refusal<'invalid_input'> {
  return refuse('invalid_input', { errors: [{ in: 'body', pointer, message: `expected ${what}` }] });
}
