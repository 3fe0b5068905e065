import type { JsonObject } from '@boomgate/engine';

const ENVELOPE_KEYS = new Set(['jsonrpc', 'id', 'method', 'params', 'result', 'error']);
const PARAMS_KEYS = new Set([
  'name',
  'arguments',
  '_meta',
  'uri',
  'cursor',
  'ref',
  'argument',
  'context',
  'inputResponses',
  'requestState',
  'protocolVersion',
  'capabilities',
  'clientInfo',
  'requestId',
  'reason',
  'level',
  'task',
  'notifications',
]);

/** A key of the envelope that a lenient parser could take for a known one, or undefined (gateway §3). */
export function lookAlikeEnvelopeKey(message: JsonObject): string | undefined {
  return lookAlike(message, ENVELOPE_KEYS);
}

export function lookAlikeParamsKey(params: JsonObject): string | undefined {
  return lookAlike(params, PARAMS_KEYS);
}

function lookAlike(object: JsonObject, known: ReadonlySet<string>): string | undefined {
  for (const key in object) {
    if (!known.has(key) && known.has(fold(key))) return key;
  }
  return undefined;
}

const CAMEL = new Map([...PARAMS_KEYS].map((key) => [key.toLowerCase(), key]));

/** Case, compatibility forms and NUL are what parsers in the wild have ignored in keys. */
function fold(key: string): string {
  const folded = key.replaceAll('\0', '').normalize('NFKC').toLowerCase().trim();
  return CAMEL.get(folded) ?? folded;
}
