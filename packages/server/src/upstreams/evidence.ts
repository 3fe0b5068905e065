import { isJsonObject, type Json } from '@boomgate/engine';
import type { Era } from './contract.ts';
import { readDiscovery } from './description.ts';
import { MODERN_PROTOCOL } from './envelope.ts';
import type { ReadAnswer } from './read-answer.ts';

const HEADER_MISMATCH = -32020;
const MISSING_CAPABILITY = -32021;
export const UNSUPPORTED_VERSION = -32022;

/**
 * What an answer to `server/discover` says of the era (P §2.4). `unsure`: a modern code although the request was right,
 * which is believed only when a second, different request gets one too.
 */
export function evidenceOf(answer: ReadAnswer): Era | 'unsure' {
  if (answer.kind === 'result') return 'kind' in readDiscovery(answer.result) ? 'legacy' : 'modern';
  if (answer.kind === 'bad') return 'legacy';
  const { code, data } = answer.error;
  if (code === UNSUPPORTED_VERSION) return offersModern(data) ? 'modern' : 'legacy';
  return code === HEADER_MISMATCH || code === MISSING_CAPABILITY ? 'unsure' : 'legacy';
}

/** Whether the answer to the second request settles the doubt in favour of modern. */
export function confirmsModern(answer: ReadAnswer): boolean {
  if (answer.kind === 'bad') return false;
  if (answer.kind === 'result') return answer.result['resultType'] === 'complete';
  return [HEADER_MISMATCH, MISSING_CAPABILITY, UNSUPPORTED_VERSION].includes(answer.error.code);
}

function offersModern(data: Json | undefined): boolean {
  const supported = isJsonObject(data) ? data['supported'] : undefined;
  return Array.isArray(supported) && supported.includes(MODERN_PROTOCOL);
}
