import type { Json } from '@boomgate/engine';
import {
  argumentsOf,
  type Classification,
  classify,
  hintOf,
  type ToolDefinition,
  wordsOfName,
} from '../classify/index.ts';
import type { GradedTool } from '../grade/index.ts';

/** A server and its tools, as the catalogue knows them. */
export type ServerEntry = {
  /** As in addresses. */
  readonly slug: string;
  readonly name: string;
  readonly description?: string;
  readonly repository?: string;
  readonly package?: string;
  readonly version?: string;
  /** As the package states it. */
  readonly licence?: string;
  /** ISO 8601 date. */
  readonly scanned?: string;
  readonly tools: readonly ToolEntry[];
};

export type ToolEntry = { readonly definition: ToolDefinition; readonly classification: Classification };

/** What the whole index holds; the true numbers, for the last line of pages. */
export type IndexSize = { readonly servers: number; readonly tools: number };

/** A tool of another server; `server` is a slug. */
export type Elsewhere = { readonly server: string; readonly serverName: string; readonly name: string };

/** Classifies tools with each other as siblings. */
export function entriesOf(server: string, definitions: readonly ToolDefinition[]): readonly ToolEntry[] {
  const siblings = definitions.map(({ name }) => name);
  return definitions.map((definition) => ({
    definition,
    classification: classify(definition, { server, siblings }),
  }));
}

const HINTS = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'];

/** A tool as its server's grade counts it. */
export function gradedOf({ definition, classification }: ToolEntry): GradedTool {
  return {
    class: classification.class,
    signals: classification.signals,
    isAnnotated: isAnnotated(definition.annotations),
  };
}

/** Whether a tool says of itself what it does: what it says is its server's own claim. */
export function isAnnotated(annotations: Json | undefined): boolean {
  return HINTS.some((hint) => hintOf(annotations, hint) !== undefined);
}

/** The arguments, as rows of a table. */
export function argumentRows(schema: Json | undefined): readonly (readonly string[])[] {
  return argumentsOf(schema, wordsOfName).map(({ name, type, required, description, choices }) => [
    name,
    choices.length > 0 ? choices.join(' | ') : type,
    required ? 'required' : 'optional',
    description,
  ]);
}
