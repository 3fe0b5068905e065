import { isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';

/** Extensions that travel in both directions; what the gateway does not understand could get around a policy (P §1.13). */
const EXTENSIONS = ['io.modelcontextprotocol/ui'] as const;

/** The first revision in which an agent can be asked to elicit, and in which by URL, or to sample with tools (P §2.1). */
const ELICITATION_SINCE = '2025-06-18';
const RICH_SINCE = '2025-11-25';

/**
 * What an agent declares that a server may make use of, in one order and without anything unknown: equal abilities have
 * equal texts. An ability that the agent's revision does not have does not count.
 */
export function agentCapabilities(declared: Json | undefined, protocol: string): JsonObject {
  if (!isJsonObject(declared)) return {};
  const elicitation = elicitationOf(ownProperty(declared, 'elicitation'), protocol);
  const sampling = samplingOf(ownProperty(declared, 'sampling'), protocol);
  const extensions = knownExtensions(ownProperty(declared, 'extensions'));
  return {
    ...(elicitation === undefined ? {} : { elicitation }),
    ...(extensions === undefined ? {} : { extensions }),
    ...(isJsonObject(ownProperty(declared, 'roots')) ? { roots: {} } : {}),
    ...(sampling === undefined ? {} : { sampling }),
  };
}

/** The extensions of the allow-list, from what either side declares; undefined when there is none. */
export function knownExtensions(declared: Json | undefined): JsonObject | undefined {
  if (!isJsonObject(declared)) return undefined;
  const found = EXTENSIONS.flatMap((name) => {
    const settings = ownProperty(declared, name);
    return settings === undefined ? [] : [[name, settings] as const];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** An empty object means forms only (P §1.2). */
function elicitationOf(declared: Json | undefined, protocol: string): JsonObject | undefined {
  if (!isJsonObject(declared) || protocol < ELICITATION_SINCE) return undefined;
  const hasForm = isJsonObject(ownProperty(declared, 'form'));
  const hasUrl = isJsonObject(ownProperty(declared, 'url')) && protocol >= RICH_SINCE;
  return { ...(hasForm || !hasUrl ? { form: {} } : {}), ...(hasUrl ? { url: {} } : {}) };
}

function samplingOf(declared: Json | undefined, protocol: string): JsonObject | undefined {
  if (!isJsonObject(declared)) return undefined;
  const has = (name: string): boolean => isJsonObject(ownProperty(declared, name)) && protocol >= RICH_SINCE;
  return { ...(has('context') ? { context: {} } : {}), ...(has('tools') ? { tools: {} } : {}) };
}
