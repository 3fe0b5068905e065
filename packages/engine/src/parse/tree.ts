import type { Json } from '../json/json.ts';
import { escapeSegment } from '../json/pointer.ts';
import { DOCUMENT_DEPTH, DOCUMENT_ITEMS } from './bounds.ts';
import type { Finding } from './place.ts';
import { quoted } from './words.ts';

type TreeResult =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly findings: readonly Finding[] };

type Copying = { readonly findings: Finding[]; items: number };

/**
 * A JSON tree from what another parser gave: copied, so that it is plain data, and refused where it is more than
 * JSON, repeats itself without end or is larger than any document.
 */
export function readTree(tree: unknown): TreeResult {
  const copying: Copying = { findings: [], items: 0 };
  try {
    const value = copy(copying, tree, { pointer: '', depth: 0 });
    return copying.findings.length === 0 ? { ok: true, value } : { ok: false, findings: copying.findings };
  } catch {
    // Only a getter or a proxy of the tree can throw here.
    return {
      ok: false,
      findings: [finding('bad_type', 'expected plain data, found an object that cannot be read', '')],
    };
  }
}

type At = { readonly pointer: string; readonly depth: number };

function copy(copying: Copying, value: unknown, at: At): Json {
  copying.items += 1;
  if (copying.items > DOCUMENT_ITEMS) return refuseSize(copying);
  switch (typeof value) {
    case 'string':
      return value.isWellFormed()
        ? value
        : refuse(copying, at, 'expected characters, found half of a surrogate pair');
    case 'boolean':
      return value;
    case 'number':
      return copyNumber(copying, value, at);
    case 'object':
      return value === null ? null : copyContainer(copying, value, at);
    default:
      return refuse(copying, at, `expected a value of JSON, found ${typeof value}`);
  }
}

function copyNumber(copying: Copying, value: number, at: At): Json {
  if (!Number.isFinite(value)) return refuse(copying, at, `expected a number, found ${value}`);
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  return refuse(copying, at, 'expected a number within ±(2^53−1); write a smaller one or a text');
}

function copyContainer(copying: Copying, value: object, at: At): Json {
  if (at.depth >= DOCUMENT_DEPTH) {
    copying.findings.push(
      finding('too_deep', `expected at most ${DOCUMENT_DEPTH} nested lists and objects`, at.pointer),
    );
    return null;
  }
  const inside = (key: string): At => ({
    pointer: `${at.pointer}/${escapeSegment(key)}`,
    depth: at.depth + 1,
  });
  if (Array.isArray(value))
    return Array.from(value, (item: unknown, index) => copy(copying, item, inside(String(index))));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return refuse(
      copying,
      at,
      'expected an object, a list or a simple value, found something else; write dates and the like as texts in quotes',
    );
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (key === '__proto__')
        copying.findings.push(
          finding(
            'forbidden_key',
            `the key ${quoted(key)} is not allowed; choose another name`,
            inside(key).pointer,
          ),
        );
      if (!key.isWellFormed())
        refuse(copying, at, 'expected characters in a key, found half of a surrogate pair');
      return [key, copy(copying, item, inside(key))];
    }),
  );
}

function refuse(copying: Copying, at: At, message: string): null {
  copying.findings.push(finding('bad_type', message, at.pointer));
  return null;
}

/** Told once; what follows is not looked at any more. */
function refuseSize(copying: Copying): null {
  if (copying.items === DOCUMENT_ITEMS + 1) {
    copying.findings.push(
      finding('too_large', `expected at most ${DOCUMENT_ITEMS} keys and elements; split the document`, ''),
    );
  }
  return null;
}

function finding(code: Finding['code'], message: string, pointer: string): Finding {
  return { code, severity: 'error', message, pointer, at: 'value' };
}
