import { MAX_NAME_LENGTH } from '../../limits/index.ts';
import type { RpcId } from '../message/message.ts';

/** An id that needs no escapes, as all do that were seen, and what ends it. */
const ID = new RegExp(`\\s*(?:"([^"\\\\]{0,${MAX_NAME_LENGTH}})"|(-?\\d{1,15}))\\s*[,}]`, 'y');
const COLON = /\s*:/y;
const CALL = /\s*"tools\/call"/y;

type RefusedRequest = { readonly id: RpcId; readonly isCall: boolean };

/**
 * The id of a request whose text the ingress profile refuses, so that its answer finds who waits for it, and whether it calls a
 * tool; undefined when it has no id. Takes one walk and builds nothing, as the text may be as large and as deep as texts get.
 * Where two parsers read two ids it does not matter which: they are ids of the one who wrote both.
 */
export function requestOfRefused(text: string): RefusedRequest | undefined {
  let depth = 0;
  let id: RpcId | undefined;
  let isRequest = false;
  let isCall = false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '"': {
        const start = at + 1;
        at = endOfString(text, start);
        const value = depth === 1 ? valueAfter(text, at + 1) : undefined;
        if (value === undefined) break;
        const key = text.slice(start, at);
        if (key === 'id') id ??= idAt(text, value);
        else if (key === 'method') [isRequest, isCall] = [true, isCallAt(text, value)];
        break;
      }
      case '{':
      case '[':
        depth += 1;
        break;
      case '}':
      case ']':
        depth -= 1;
        break;
      default:
    }
  }
  return isRequest && id !== undefined ? { id, isCall } : undefined;
}

/** Where the closing quote stands, or the end of all. */
function endOfString(text: string, start: number): number {
  for (let at = start; ; at += 1) {
    at = text.indexOf('"', at);
    if (at < 0) return text.length;
    let backslashes = 0;
    while (at - backslashes > start && text[at - backslashes - 1] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
}

/** Where the value starts, if the string before was a key. */
function valueAfter(text: string, at: number): number | undefined {
  COLON.lastIndex = at;
  return COLON.test(text) ? COLON.lastIndex : undefined;
}

function idAt(text: string, at: number): RpcId | undefined {
  ID.lastIndex = at;
  const [, string, number] = ID.exec(text) ?? [];
  return string ?? (number === undefined ? undefined : Number(number));
}

function isCallAt(text: string, at: number): boolean {
  CALL.lastIndex = at;
  return CALL.test(text);
}
