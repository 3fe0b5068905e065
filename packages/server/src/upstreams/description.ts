import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import type { Era, UpstreamDescription } from './contract.ts';
import { type Failing, failing } from './failures.ts';
import { isLegacyVersion, META, MODERN_VERSION } from './protocol.ts';

/** Reads the result of `server/discover` (P §1.6): it must offer the revision that we speak. */
export function readDiscovery(result: JsonObject): UpstreamDescription | Failing {
  const { supportedVersions, capabilities } = result;
  if (!Array.isArray(supportedVersions) || !supportedVersions.includes(MODERN_VERSION)) {
    return bad(`server/discover was answered without ${MODERN_VERSION} in "supportedVersions"`);
  }
  if (!isJsonObject(capabilities)) return bad('server/discover was answered without "capabilities"');
  const meta = result['_meta'];
  const serverInfo = isJsonObject(meta) ? meta[META.serverInfo] : undefined;
  return describe('modern', MODERN_VERSION, { ...result, serverInfo: serverInfo ?? {} });
}

/** Reads the result of `initialize` (P §2.3): the revision must be one that we speak. */
export function readInitialization(result: JsonObject): UpstreamDescription | Failing {
  const { protocolVersion, capabilities } = result;
  if (typeof protocolVersion !== 'string' || !isLegacyVersion(protocolVersion)) {
    return bad(
      `initialize was answered with protocol version ${JSON.stringify(protocolVersion)}, which the gateway does not speak`,
    );
  }
  if (!isJsonObject(capabilities)) return bad('initialize was answered without "capabilities"');
  return describe('legacy', protocolVersion, result);
}

function describe(era: Era, protocol: string, result: JsonObject): UpstreamDescription {
  const { instructions } = result;
  const description = {
    era,
    protocol,
    capabilities: objectOr(result['capabilities']),
    serverInfo: objectOr(result['serverInfo']),
  };
  return typeof instructions === 'string' ? { ...description, instructions } : description;
}

function objectOr(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function bad(detail: string): Failing {
  return failing('bad_answer', detail, { acted: 'no' });
}
