import { visit } from 'jsonc-parser';
import { parseTOML } from 'toml-eslint-parser';
import type { ClientDocument } from './document.ts';
import { looksSecret } from './secrecy.ts';
import { HIDDEN } from './shown.ts';
import type { AST } from './toml.ts';

type Span = { readonly from: number; readonly to: number; readonly put: string };
type Shows = (text: string) => boolean;

/** Digits of a number that may be shown; longer ones may be an account or a code. */
const SHOWN_DIGITS = 4;

/**
 * A file's text with everything that may be secret replaced by `…`: comments, and every text that `shown` does not hold.
 * Keys, brackets and the layout stay, so that two masked texts can be compared line by line.
 */
export function maskedText(
  { format, text }: Pick<ClientDocument, 'format' | 'text'>,
  shown: ReadonlySet<string>,
): string {
  const shows: Shows = (value) => shown.has(value);
  const spans = format === 'toml' ? tomlSpans(text, shows) : jsonSpans(text, shows);
  let masked = '';
  let at = 0;
  for (const { from, to, put } of [...spans].sort((a, b) => a.from - b.from)) {
    masked += text.slice(at, from) + put;
    at = to;
  }
  return masked + text.slice(at);
}

function jsonSpans(text: string, shows: Shows): readonly Span[] {
  const spans: Span[] = [];
  visit(
    text,
    {
      onObjectProperty: (name, from, length) => {
        if (looksSecret(name) && !shows(name)) spans.push({ from, to: from + length, put: `"${HIDDEN}"` });
      },
      onLiteralValue: (value, from, length) => {
        const to = from + length;
        if (typeof value === 'string' && !shows(value)) spans.push({ from, to, put: `"${HIDDEN}"` });
        else if (typeof value === 'number' && length > SHOWN_DIGITS) spans.push({ from, to, put: HIDDEN });
      },
      onComment: (from, length) => {
        const isLine = text.startsWith('//', from);
        spans.push({ from, to: from + length, put: isLine ? `// ${HIDDEN}` : `/* ${HIDDEN} */` });
      },
    },
    { allowTrailingComma: true, disallowComments: false },
  );
  return spans;
}

function tomlSpans(text: string, shows: Shows): readonly Span[] {
  const program = parseTOML(text, { tomlVersion: '1.0' });
  const spans: Span[] = program.comments.map(({ range: [from, to] }) => ({ from, to, put: `# ${HIDDEN}` }));
  const inPair = ({ key, value }: AST.TOMLKeyValue): void => {
    inKey(key);
    inValue(value);
  };
  const inKey = ({ keys }: AST.TOMLKey): void => {
    for (const part of keys) {
      const name = part.type === 'TOMLBare' ? part.name : part.value;
      if (looksSecret(name) && !shows(name))
        spans.push({ from: part.range[0], to: part.range[1], put: `"${HIDDEN}"` });
    }
  };
  const inValue = (node: AST.TOMLContentNode): void => {
    const [from, to] = node.range;
    if (node.type === 'TOMLArray') node.elements.forEach(inValue);
    else if (node.type === 'TOMLInlineTable') node.body.forEach(inPair);
    else if (
      node.kind === 'string' ? !shows(node.value) : node.kind !== 'boolean' && to - from > SHOWN_DIGITS
    )
      spans.push({ from, to, put: node.kind === 'string' ? `"${HIDDEN}"` : HIDDEN });
  };
  for (const part of program.body[0].body) {
    if (part.type === 'TOMLKeyValue') inPair(part);
    else {
      inKey(part.key);
      part.body.forEach(inPair);
    }
  }
  return spans;
}
