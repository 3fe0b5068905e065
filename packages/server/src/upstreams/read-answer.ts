import { isJsonObject, type JsonObject, type ReadBounds, type ReadResult, readJson } from '@boomgate/engine';
import { ANSWER_BYTES, ANSWER_DEPTH, ANSWER_ITEMS, ANSWER_KEYS } from './bounds.ts';
import type { RpcError } from './contract.ts';
import { withoutHalves } from './half-characters.ts';

/** One JSON-RPC message from a server, or why it is none. */
export type ReadMessage =
  | { readonly ok: true; readonly message: JsonObject }
  | { readonly ok: false; readonly problem: string };

/** Answers are large where requests are not: lists of everything, whole files as base64. */
const bounds: ReadBounds = {
  maxDepth: ANSWER_DEPTH,
  maxItems: ANSWER_ITEMS,
  maxKeys: ANSWER_KEYS,
  maxStringLength: ANSWER_BYTES,
  bigNumbers: 'pass',
};

/** Reads one JSON-RPC object, with the same eyes as an agent's request: what could be read in two ways is refused. */
export function readMessage(text: string): ReadMessage {
  const strict = readJson(text, bounds);
  const read = !strict.ok && strict.fault.code === 'lone_surrogate' ? readWellFormed(text) : strict;
  if (!read.ok) return { ok: false, problem: read.fault.message };
  const { value } = read;
  if (!isJsonObject(value)) return { ok: false, problem: 'expected a JSON object, found another JSON value' };
  if (value['jsonrpc'] !== '2.0') return { ok: false, problem: 'expected "jsonrpc": "2.0"' };
  return { ok: true, message: value };
}

/**
 * Servers cut text in the middle of a character; it gets the replacement character instead of losing the answer. Nothing else
 * of the text is touched, so that its numbers stay as they are and what can be read in two ways is still refused.
 */
function readWellFormed(text: string): ReadResult {
  return readJson(withoutHalves(text.toWellFormed()), bounds);
}

export type ReadAnswer =
  | { readonly kind: 'result'; readonly result: JsonObject }
  | { readonly kind: 'error'; readonly error: RpcError }
  | { readonly kind: 'bad'; readonly problem: string };

/** The answer to the request with this id: exactly one of result and error, and nobody else's. */
export function readAnswer(message: JsonObject, id: number): ReadAnswer {
  if (message['id'] !== id) return bad('expected the id of the request, found another');
  const { result, error } = message;
  if ((result === undefined) === (error === undefined))
    return bad('expected exactly one of result and error');
  if (error === undefined) {
    return isJsonObject(result) ? { kind: 'result', result } : bad('expected a result that is an object');
  }
  if (!isJsonObject(error)) return bad('expected an error that is an object');
  const { code, message: words, data } = error;
  if (typeof code !== 'number' || !Number.isInteger(code) || typeof words !== 'string') {
    return bad('expected an error with an integer code and a message');
  }
  return {
    kind: 'error',
    error: data === undefined ? { code, message: words } : { code, message: words, data },
  };
}

function bad(problem: string): ReadAnswer {
  return { kind: 'bad', problem };
}
