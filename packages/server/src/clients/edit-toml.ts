import { keyText, pairsOf } from '@boomgate/catalogue/clients';
import type { JsonObject } from '@boomgate/engine';
import { type AST, namesOf, tomlTop } from './toml.ts';

/** A part of a text, from its first character to the one after its last. */
type Span = { readonly from: number; readonly to: number; readonly put: string };

type TomlEdit =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string };

/**
 * The text with the entry `[SECTION.NAME]` led elsewhere: keys that `keeps` says no to are taken out, those of `added`
 * come first. Everything outside the entry's own lines keeps its bytes. Entries that are written with dotted keys are left
 * to a person.
 */
export function replaceToml(
  text: string,
  steps: readonly string[],
  { added, keeps }: { added: JsonObject; keeps: (key: string) => boolean },
): TomlEdit {
  const top = tomlTop(text);
  const tables = top.body.filter((part) => part.type === 'TOMLTable' && startsWith(part.resolvedKey, steps));
  const own = tables.filter((part) => part.type === 'TOMLTable');
  const inline = inlinePair(top, steps);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  if (inline !== undefined) {
    const kept = inline.body.filter((pair) => keeps(namesOf(pair.key)[0] ?? ''));
    const pairs = [...pairsOf(added), ...kept.map(({ range: [from, to] }) => text.slice(from, to))];
    const put = `{ ${pairs.join(', ')} }`;
    return { ok: true, text: replaced(text, [{ from: inline.range[0], to: inline.range[1], put }]) };
  }
  if (own.length === 0)
    return { ok: false, message: 'it is written with dotted keys, which cannot be changed safely' };
  const main = own.find((table) => table.resolvedKey.length === steps.length);
  const lines = pairsOf(added).map((pair) => `${pair}${eol}`);
  const spans: Span[] = [];
  for (const table of own) {
    const sub = table.resolvedKey[steps.length];
    if (table === main) spans.push(...inMain(text, table, { lines, eol, keeps }));
    else if (!keeps(String(sub))) spans.push(lineSpan(text, table));
  }
  if (main === undefined) {
    const [first] = own;
    const header = `[${steps.map(keyText).join('.')}]${eol}${lines.join('')}${eol}`;
    spans.push({
      from: lineStart(text, first?.range[0] ?? 0),
      to: lineStart(text, first?.range[0] ?? 0),
      put: header,
    });
  }
  return { ok: true, text: replaced(text, spans) };
}

type Change = {
  readonly lines: readonly string[];
  readonly eol: string;
  readonly keeps: (key: string) => boolean;
};

/** New lines go under the header; pairs that lead elsewhere go, each with its line. */
function inMain(text: string, table: AST.TOMLTable, { lines, eol, keeps }: Change): readonly Span[] {
  const end = lineEnd(text, headerEnd(table));
  const hasBreak = text.slice(0, end).endsWith('\n');
  const put = `${hasBreak ? '' : eol}${lines.join('')}`;
  const gone = table.body.filter((pair) => !keeps(namesOf(pair.key)[0] ?? ''));
  return [
    { from: end, to: end, put: hasBreak ? put : put.slice(0, -eol.length) },
    ...gone.map((pair) => lineSpan(text, pair)),
  ];
}

/** The bracket after the header's key. */
function headerEnd(table: AST.TOMLTable): number {
  return table.key.range[1];
}

/** The text of an entry: its tables one after the other, or the value of its one pair. */
export function rawToml(text: string, steps: readonly string[]): string {
  return spansOf(text, steps)
    .map(({ from, to }) => text.slice(from, to))
    .join('');
}

/** The text with an entry given as text, where the entry's first table stands. */
export function putRawToml(text: string, steps: readonly string[], raw: string): string | undefined {
  const spans = spansOf(text, steps);
  if (spans.length === 0) return undefined;
  return replaced(
    text,
    spans.map((span, index) => ({ ...span, put: index === 0 ? raw : '' })),
  );
}

function spansOf(text: string, steps: readonly string[]): readonly Span[] {
  const top = tomlTop(text);
  const inline = inlinePair(top, steps);
  if (inline !== undefined) return [{ from: inline.range[0], to: inline.range[1], put: '' }];
  return top.body
    .filter((part) => part.type === 'TOMLTable' && startsWith(part.resolvedKey, steps))
    .map((table) => lineSpan(text, table));
}

/** The pair `NAME = { … }` under `[SECTION]`, or `SECTION.NAME = { … }` above all tables. */
function inlinePair(top: AST.TOMLTopLevelTable, steps: readonly string[]): AST.TOMLInlineTable | undefined {
  for (const part of top.body) {
    const pairs = part.type === 'TOMLKeyValue' ? [part] : part.body;
    const before = part.type === 'TOMLKeyValue' ? [] : part.resolvedKey;
    for (const { key, value } of pairs) {
      const path = [...before, ...namesOf(key)];
      if (value.type === 'TOMLInlineTable' && path.length === steps.length && startsWith(path, steps))
        return value;
    }
  }
  return undefined;
}

const startsWith = (path: readonly (string | number)[], steps: readonly string[]): boolean =>
  path.length >= steps.length && steps.every((step, index) => path[index] === step);

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

const lineSpan = (text: string, { range }: { readonly range: readonly [number, number] }): Span => ({
  from: lineStart(text, range[0]),
  to: lineEnd(text, range[1]),
  put: '',
});

function replaced(text: string, spans: readonly Span[]): string {
  let result = text;
  for (const { from, to, put } of [...spans].sort((a, b) => b.from - a.from || b.to - a.to))
    result = result.slice(0, from) + put + result.slice(to);
  return result;
}
