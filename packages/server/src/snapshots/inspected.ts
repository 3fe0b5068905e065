import { isJsonObject, type JsonObject, ownProperty, type ToolFacts } from '@boomgate/engine';
import type { ToolClassification } from '../store/index.ts';
import type { Listing } from '../upstreams/index.ts';
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

/** What is known of one tool of a listing, without the definition. */
export type ToolVerdict = Pick<InspectedTool, 'held'> & {
  readonly tool: string;
  readonly class: string;
  readonly severity: string;
};

/** Of all tools of a listing, in its order; `inspectedAs` makes the same of it, for whoever has the listing. */
export function verdictsOf({ tools }: Inspected): readonly ToolVerdict[] {
  return Array.from(tools, ([tool, { facts, held }]) => {
    const { class: kind = '', severity = '' } = facts;
    return { tool, class: kind, severity, held };
  });
}

export function inspectedAs({ byKey }: Pick<Listing, 'byKey'>, verdicts: readonly ToolVerdict[]): Inspected {
  const tools = new Map<string, InspectedTool>();
  const items: JsonObject[] = [];
  for (const { held, tool, ...classification } of verdicts) {
    const item = byKey.get(tool);
    if (item === undefined) continue;
    tools.set(tool, { item, facts: factsOf({ classification, item, tool }), held });
    if (held === undefined) items.push(item);
  }
  return { tools, items };
}

type Classified = {
  readonly tool: string;
  readonly item: JsonObject;
  readonly classification: Pick<ToolClassification, 'class' | 'severity'>;
};

function factsOf({ classification, item, tool }: Classified): ToolFacts {
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
