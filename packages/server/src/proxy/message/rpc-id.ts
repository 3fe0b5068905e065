import { type JsonObject, ownProperty } from '@boomgate/engine';
import { MAX_NAME_LENGTH } from '../../limits/index.ts';
import type { RpcId } from './message.ts';

export function readId(message: JsonObject): RpcId | undefined | 'invalid' {
  if (!Object.hasOwn(message, 'id')) return undefined;
  const id = ownProperty(message, 'id');
  if (typeof id === 'string') return id.length <= MAX_NAME_LENGTH ? id : 'invalid';
  return typeof id === 'number' && Number.isInteger(id) ? id : 'invalid';
}

const ID_VALUE = /\s*:\s*("[^"\\]*"|-?\d{1,16})(?=[\s,}])/y;

/**
 * The id of one message whose text was refused before there was a tree, so that the refusal reaches the request: clients in Go end
 * their whole session at an answer of HTTP 400 without one. Null where there is none, or more than one.
 */
export function idInText(text: string): RpcId | null {
  const found: RpcId[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    if (char !== '"') continue;
    const end = endOfString(text, at + 1);
    if (depth === 1 && text[0] === '{' && end === at + 3 && text.startsWith('id', at + 1)) {
      const id = valueAt(text, end + 1);
      if (id !== undefined) found.push(id);
    }
    at = end;
  }
  const [id = null] = found;
  return found.length === 1 ? id : null;
}

function valueAt(text: string, at: number): RpcId | undefined {
  ID_VALUE.lastIndex = at;
  const value = ID_VALUE.exec(text)?.[1];
  if (value === undefined) return undefined;
  const id = value.startsWith('"') ? value.slice(1, -1) : Number(value);
  if (typeof id === 'string') return id.length <= MAX_NAME_LENGTH ? id : undefined;
  return Number.isSafeInteger(id) ? id : undefined;
}

/** Where the quote stands that ends a string, or the end of the text. */
function endOfString(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
