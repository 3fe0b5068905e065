import type { JsonObject } from '@boomgate/engine';
import { LIST_TTL_MS } from '../../limits/index.ts';
import { CODES } from '../../upstreams/index.ts';
import type { RequestMessage } from '../message/message.ts';
import type { RpcAnswer, RpcFailure, RpcResult } from '../rpc.ts';

/** Results that a client may keep, and so must say for how long; always for one grant only (P §1.7). */
const CACHEABLE: ReadonlySet<string> = new Set([
  'server/discover',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
]);

/** Puts an answer into the words of the agent's era; everything that both eras know passes untouched (P §3.3). */
export function inEraOf(message: RequestMessage, answer: RpcAnswer): RpcAnswer {
  if (message.era === 'modern') {
    if (answer.kind === 'error') return modernError(answer);
    if (answer.asksForInput) return answer;
    return { ...answer, result: modernResult(message.method, answer.result) };
  }
  return answer.kind === 'result' ? legacyResult(answer) : legacyError(message.method, answer);
}

function modernResult(method: string, result: JsonObject): JsonObject {
  if (!CACHEABLE.has(method))
    return result['resultType'] === 'complete' ? result : { ...result, resultType: 'complete' };
  return { ...result, resultType: 'complete', ttlMs: ttlMs(method, result), cacheScope: 'private' };
}

/** What a server lets be kept counts up to the gateway's own bound; a read without a word of it is not kept, a list is. */
function ttlMs(method: string, result: JsonObject): number {
  const ttl = result['ttlMs'] ?? (method === 'resources/read' ? 0 : LIST_TTL_MS);
  return typeof ttl === 'number' && ttl > 0 ? Math.min(ttl, LIST_TTL_MS) : 0;
}

function legacyResult(answer: RpcResult): RpcAnswer {
  if (!Object.hasOwn(answer.result, 'resultType')) return answer;
  const { resultType: _type, ttlMs: _ttl, cacheScope: _scope, ...result } = answer.result;
  return { ...answer, result };
}

function modernError(answer: RpcFailure): RpcAnswer {
  return answer.code === CODES.resourceNotFoundLegacy ? { ...answer, code: CODES.invalidParams } : answer;
}

function legacyError(method: string, answer: RpcFailure): RpcAnswer {
  const missing = method === 'resources/read' && answer.code === CODES.invalidParams;
  return missing ? { ...answer, code: CODES.resourceNotFoundLegacy } : answer;
}
