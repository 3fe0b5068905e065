import { isJsonObject, type Json, type JsonObject, layOutIn } from '@boomgate/engine';
import { getNodeValue, type Node, parseTree } from 'jsonc-parser';
import { equalJson } from './equal.ts';

/** Columns that a line of a document has (the canonical form of policies). */
const COLUMNS = 100;

/**
 * The text with another tree in it. What is equal in both keeps its spelling, its order and the blanks around it;
 * an object or a list on one line is laid out anew when something in it changes. `text` is strict JSON.
 */
export function rewrite(text: string, next: Json): string {
  const root = parseTree(text);
  if (root === undefined) return layOutIn(next, COLUMNS);
  const end = root.offset + root.length;
  return text.slice(0, root.offset) + print({ node: root, text }, next) + text.slice(end);
}

/** A value where it stands in the text. */
type Place = { readonly node: Node; readonly text: string };

function print(place: Place, next: Json): string {
  const { node, text } = place;
  const before = text.slice(node.offset, node.offset + node.length);
  if (isWritten(node, next)) return before;
  const isOpen = before.includes('\n') && (node.children?.length ?? 0) > 0;
  if (isOpen && node.type === 'object' && isJsonObject(next)) return printMembers(place, next);
  if (isOpen && node.type === 'array' && Array.isArray(next)) return printElements(place, next);
  return fresh(text, node.offset, next);
}

function isWritten(node: Node, next: Json): boolean {
  // A cast: the text is strict JSON.
  return equalJson(getNodeValue(node) as Json, next);
}

/** A value laid out for where it begins: further lines are indented as that one is. */
function fresh(text: string, offset: number, value: Json): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const margin = /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
  return indented(layOutIn(value, COLUMNS - (offset - start) - 1), margin);
}

function indented(value: string, margin: string): string {
  return value.replaceAll('\n', `\n${margin}`);
}

/** One member or element as it will be written, with the blanks in front of it and, where a comma follows, behind it. */
type Item = { readonly lead: string; readonly body: string; readonly trail: string };

function printMembers(place: Place, next: JsonObject): string {
  const { text } = place;
  const items = new Map<string, Item>();
  const old = spaced(place);
  for (const { child, lead, trail } of old) {
    const [key, value] = child.children ?? [];
    const name = String(key?.value);
    const kept = Object.hasOwn(next, name) ? next[name] : undefined;
    if (key === undefined || value === undefined || kept === undefined) continue;
    const head = text.slice(child.offset, value.offset);
    items.set(name, { lead, trail, body: head + print({ node: value, text }, kept) });
  }
  const lead = leadOf(old);
  const order = [...items.keys()];
  Object.keys(next).forEach((name, index, names) => {
    if (items.has(name)) return;
    items.set(name, { lead, trail: '', body: member(name, next[name] ?? null, lead) });
    const before = names[index - 1];
    order.splice(before === undefined ? 0 : order.indexOf(before) + 1, 0, name);
  });
  return joined(
    place,
    order.flatMap((name) => items.get(name) ?? []),
  );
}

function member(name: string, value: Json, lead: string): string {
  const margin = lead.slice(lead.lastIndexOf('\n') + 1);
  const key = `${JSON.stringify(name)}: `;
  return key + indented(layOutIn(value, COLUMNS - margin.length - key.length - 1), margin);
}

/** Elements have no names: those that both have at the start and at the end stay, those between go or come in their order. */
function printElements(place: Place, next: readonly Json[]): string {
  const { text } = place;
  const old = spaced(place);
  const isSame = (before: number, after: number): boolean => {
    const child = old.at(before)?.child;
    return child !== undefined && isWritten(child, next.at(after) ?? null);
  };
  const shorter = Math.min(old.length, next.length);
  let front = 0;
  while (front < shorter && isSame(front, front)) front += 1;
  let back = 0;
  while (back < shorter - front && isSame(-1 - back, -1 - back)) back += 1;
  const lead = leadOf(old);
  const margin = lead.slice(lead.lastIndexOf('\n') + 1);
  const items = next.map((value, index): Item => {
    const isBack = index >= next.length - back;
    const from = isBack
      ? old[index - next.length + old.length]
      : index < old.length - back
        ? old[index]
        : undefined;
    if (from === undefined)
      return { lead, trail: '', body: indented(layOutIn(value, COLUMNS - margin.length - 1), margin) };
    return { lead: from.lead, trail: from.trail, body: print({ node: from.child, text }, value) };
  });
  return joined(place, items);
}

function joined({ node, text }: Place, items: readonly Item[]): string {
  const [start, end] = node.type === 'object' ? '{}' : '[]';
  if (items.length === 0) return `${start}${end}`;
  const last = node.children?.at(-1);
  const closing =
    last === undefined ? '' : text.slice(last.offset + last.length, node.offset + node.length - 1);
  const bodies = items.map(
    ({ body, lead, trail }, index) => lead + body + (index < items.length - 1 ? trail : ''),
  );
  return `${start}${bodies.join(',')}${closing}${end}`;
}

type Spaced = { readonly child: Node; readonly lead: string; readonly trail: string };

/** The children of an object or a list with the blanks around them. */
function spaced({ node, text }: Place): readonly Spaced[] {
  let from = node.offset + 1;
  const children = node.children ?? [];
  return children.map((child, index) => {
    const end = child.offset + child.length;
    const lead = text.slice(from, child.offset);
    const comma = index < children.length - 1 ? text.indexOf(',', end) : end;
    from = comma + 1;
    return { child, lead, trail: text.slice(end, comma) };
  });
}

/** The blanks in front of a further child: those of the first one. */
function leadOf([first]: readonly Spaced[]): string {
  return first?.lead ?? '';
}
