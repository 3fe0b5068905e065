import { isJsonObject, type JsonObject, ownProperty, type ToolFacts } from '@boomgate/engine';
import type { Book } from './book.ts';
import type { ClassifiedTool } from './judge.ts';

/** A listing of tools with what is known of each. Immutable; another object takes its place when a tool is held or accepted. */
export type Inspected = {
  /** By name, those that are held too. */
  readonly tools: ReadonlyMap<string, InspectedTool>;
  /** Those that agents may see, as their server sent them, in the order of the listing. */
  readonly items: readonly JsonObject[];
};

export type InspectedTool = {
  readonly item: JsonObject;
  /** With class and severity. */
  readonly facts: ToolFacts;
  /** Present when calls wait until a person accepts the definition. */
  readonly held: HeldTool | undefined;
};

/** `sinceMs`: milliseconds since the epoch at which the server began to offer this definition; absent while that is not recorded. */
export type HeldTool = { readonly fingerprint: string; readonly sinceMs?: number };

/** What is accepted goes through, what is not known as `passes` says: nothing unless given. */
export function inspectedOf(
  listing: readonly ClassifiedTool[],
  book: Book,
  passes: (one: ClassifiedTool) => boolean = () => false,
): Inspected {
  const tools = new Map<string, InspectedTool>();
  const items: JsonObject[] = [];
  for (const one of listing) {
    const known = book.find(one);
    const isOpen = known === undefined ? passes(one) : known.state === 'accepted';
    const since = known === undefined ? {} : { sinceMs: known.seenAtMs };
    const held = isOpen ? undefined : { fingerprint: one.fingerprint, ...since };
    tools.set(one.tool, { item: one.item, facts: factsOf(one), held });
    if (isOpen) items.push(one.item);
  }
  return { tools, items };
}

function factsOf({ classification, item, tool }: ClassifiedTool): ToolFacts {
  const annotations = ownProperty(item, 'annotations');
  const inputSchema = ownProperty(item, 'inputSchema');
  return {
    name: tool,
    annotations: isJsonObject(annotations) ? annotations : {},
    ...(isJsonObject(inputSchema) ? { inputSchema } : {}),
    class: classification.class,
    severity: classification.severity,
  };
}
