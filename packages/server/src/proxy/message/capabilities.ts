import { isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';
import { knownUiSettings, UI_EXTENSION } from '../../upstreams/index.ts';

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
  const extensions = extensionsOf(ownProperty(declared, 'extensions'));
  return {
    ...(elicitation === undefined ? {} : { elicitation }),
    ...(extensions === undefined ? {} : { extensions }),
    ...(isJsonObject(ownProperty(declared, 'roots')) ? { roots: {} } : {}),
    ...(sampling === undefined ? {} : { sampling }),
  };
}

/** A session holds all of it, so that it must not be as long as an agent likes. */
function extensionsOf(declared: Json | undefined): JsonObject | undefined {
  const settings = knownUiSettings(knownExtensions(declared)?.[UI_EXTENSION]);
  return settings === undefined ? undefined : { [UI_EXTENSION]: settings };
}

/** Of the extensions that either side declares, those that travel; undefined when there is none. */
export function knownExtensions(declared: Json | undefined): JsonObject | undefined {
  if (!isJsonObject(declared)) return undefined;
  const settings = ownProperty(declared, UI_EXTENSION);
  return settings === undefined ? undefined : { [UI_EXTENSION]: settings };
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
