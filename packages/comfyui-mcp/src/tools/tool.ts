import type { z } from 'zod';
import type { ComfyClient, Feed } from '../comfy/index.ts';
import type { Config } from '../config.ts';
import type { Progress } from '../jobs/index.ts';
import type { Library } from '../library/index.ts';

/** What tools work with: made once for a process. */
export type World = {
  readonly config: Config;
  readonly comfy: ComfyClient;
  readonly feed: Feed;
  readonly library: Library;
};

/** What belongs to one call. */
export type Call = {
  /** Aborts when the agent cancels or goes away. */
  readonly signal: AbortSignal;
  /** Tells the agent how far it is; does nothing unless it asked for that. */
  readonly report: (progress: Progress) => void;
};

export type InlineImage = { readonly data: string; readonly mimeType: string };

export type Answer<Output> = {
  readonly output: Output;
  readonly images?: readonly InlineImage[];
};

export type Hints = {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
};

type Fields = z.ZodObject;

export type ToolSpec<Input extends Fields, Output extends Fields> = {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  readonly hints: Hints;
};

/** Does what a tool is for; what cannot be done is thrown as a `ToolError`. */
type Run<Args, Output> = (world: World, args: Args, call: Call) => Promise<Answer<Output>>;

/** A tool whose types are checked where it is written and forgotten in the table of all. */
export type Tool = ToolSpec<Fields, Fields> & { readonly run: Run<never, Record<string, unknown>> };

/** Makes a tool. Its parameters are those of the schema and no others: a misspelt id would otherwise be no id. */
export function defineTool<Input extends Fields, Output extends Fields>(spec: ToolSpec<Input, Output>) {
  return (run: Run<z.output<Input>, z.input<Output>>): Tool =>
    // The output of every tool is an object; that it is this tool's own was checked by the parameter's type.
    ({ ...spec, input: spec.input.strict(), run: run as unknown as Tool['run'] });
}

export const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true } as const;
