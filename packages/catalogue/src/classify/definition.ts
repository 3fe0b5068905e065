import { isJsonObject, type Json, ownProperty } from '@boomgate/engine';

/** A tool as its server defines it. Nothing in it is trusted: every text may come from an attacker. */
export type ToolDefinition = {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema?: Json;
  readonly outputSchema?: Json;
  readonly annotations?: Json;
};

/** Where a tool stands: names that say nothing about what it does. */
export type Surroundings = {
  readonly server?: string;
  /** Names of the server's tools, itself among them or not. */
  readonly siblings?: readonly string[];
};

/** A hint among annotations; only a real boolean counts. */
export function hintOf(annotations: Json | undefined, name: string): boolean | undefined {
  const value = isJsonObject(annotations) ? ownProperty(annotations, name) : undefined;
  return typeof value === 'boolean' ? value : undefined;
}

export function titleOf({ title, annotations }: ToolDefinition): string {
  if (title !== undefined) return title;
  return isJsonObject(annotations) ? textOf(ownProperty(annotations, 'title')) : '';
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
