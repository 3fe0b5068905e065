import { isJsonObject, type JsonObject, ownProperty, type ToolFacts } from '@boomgate/engine';
import { newestOffered, type Store, type ToolOwner, type ToolSnapshot } from '../store/index.ts';

/** The newest definitions of what a server, by its slug, was seen to offer; undefined where it was never listed. */
export async function newestTools(
  { tools }: Pick<Store, 'tools'>,
  owner: ToolOwner,
): Promise<readonly ToolFacts[] | undefined> {
  const seen = await tools.list(owner);
  return seen.length === 0 ? undefined : newestOffered(seen).map(factsOf);
}

function factsOf({ classification, definition, tool }: ToolSnapshot): ToolFacts {
  const annotations = objectIn(definition, 'annotations');
  const inputSchema = objectIn(definition, 'inputSchema');
  return {
    name: tool,
    annotations: annotations ?? {},
    ...(inputSchema === undefined ? {} : { inputSchema }),
    class: classification.class,
    severity: classification.severity,
  };
}

function objectIn(definition: JsonObject, key: string): JsonObject | undefined {
  const value = ownProperty(definition, key);
  return isJsonObject(value) ? value : undefined;
}
