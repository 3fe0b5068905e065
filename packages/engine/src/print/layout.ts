import { isJsonObject, type Json, type JsonObject } from '../json/json.ts';

const COLUMNS = 100;
const INDENT = 2;
/** A value is written on one line when no more than this many containers lie in one another: a condition, a limit, a list of them. */
const FLAT_HEIGHT = 2;

/** JSON text for people: what is small stands on one line, everything else has a line per item. */
export function layOut(document: JsonObject): string {
  return open(document, 0);
}

/** Any value as a part of such a text, without indentation of its own; `room` is how many columns its first line has. */
export function layOutIn(json: Json, room: number): string {
  return value(json, 0, room);
}

/** `room` is what is left of the line; a comma behind the value is already taken off. */
function value(json: Json, indent: number, room: number): string {
  if (typeof json !== 'object' || json === null) return JSON.stringify(json);
  if (height(json) <= FLAT_HEIGHT) {
    const line = flat(json);
    if (line.length <= room) return line;
  }
  return open(json, indent);
}

function open(json: Json, indent: number): string {
  const inner = indent + INDENT;
  const margin = ' '.repeat(inner);
  const items = isJsonObject(json) ? members(json, inner) : elements(json, inner);
  if (items.length === 0) return flat(json);
  const [start, end] = isJsonObject(json) ? '{}' : '[]';
  return `${start}\n${items.map((item) => margin + item).join(',\n')}\n${' '.repeat(indent)}${end}`;
}

function members(object: JsonObject, indent: number): string[] {
  return Object.entries(object).map(([key, member]) => {
    const name = `${JSON.stringify(key)}: `;
    return name + value(member, indent, COLUMNS - indent - name.length - 1);
  });
}

function elements(list: Json, indent: number): string[] {
  if (!Array.isArray(list)) return [];
  return list.map((element: Json) => value(element, indent, COLUMNS - indent - 1));
}

function flat(json: Json): string {
  if (Array.isArray(json)) return `[${json.map(flat).join(', ')}]`;
  if (!isJsonObject(json)) return JSON.stringify(json);
  const fields = Object.entries(json).map(([key, member]) => `${JSON.stringify(key)}: ${flat(member)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/** How many containers lie in one another; an empty one counts as a simple value. */
function height(json: Json): number {
  return itemsOf(json).reduce<number>((most, item) => Math.max(most, height(item) + 1), 0);
}

function itemsOf(json: Json): readonly Json[] {
  if (isJsonObject(json)) return Object.values(json);
  // `Array.isArray` forgets that the elements are JSON.
  return Array.isArray(json) ? (json as readonly Json[]) : [];
}
