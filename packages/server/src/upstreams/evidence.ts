import { isJsonObject, type Json } from '@boomgate/engine';
import type { Era } from './contract.ts';
import { readDiscovery } from './description.ts';
import { CODES, MODERN_VERSION } from './protocol.ts';
import type { ReadAnswer } from './read-answer.ts';

/** Codes that only modern servers use, unless by chance. */
const MODERN_CODES: ReadonlySet<number> = new Set([
  CODES.headerMismatch,
  CODES.missingCapability,
  CODES.unsupportedVersion,
]);

/**
 * What an answer to `server/discover` says of the era (P §2.4). `unsure`: a modern code although the request was right,
 * which is believed only when a second, different request gets one too.
 */
export function evidenceOf(answer: ReadAnswer): Era | 'unsure' {
  if (answer.kind === 'result') return 'kind' in readDiscovery(answer.result) ? 'legacy' : 'modern';
  if (answer.kind === 'bad') return 'legacy';
  const { code, data } = answer.error;
  if (code === CODES.unsupportedVersion) return offersModern(data) ? 'modern' : 'legacy';
  return MODERN_CODES.has(code) ? 'unsure' : 'legacy';
}

/** Whether the answer to the second request settles the doubt in favour of modern. */
export function confirmsModern(answer: ReadAnswer): boolean {
  if (answer.kind === 'bad') return false;
  if (answer.kind === 'result') return answer.result['resultType'] === 'complete';
  return MODERN_CODES.has(answer.error.code);
}

function offersModern(data: Json | undefined): boolean {
  const supported = isJsonObject(data) ? data['supported'] : undefined;
  return Array.isArray(supported) && supported.includes(MODERN_VERSION);
}
