/** A text, a sign of structure, or whatever stands between them. */
const TOKENS = /"(?:\\.|[^"\\])*"|[{}[\],:]|[^"{}[\],:]+|"/g;
const INDENT = '  ';

/**
 * A JSON text with line breaks between its parts. Nothing of the text is read or written anew: every character stays as it is, so
 * that what is shown is what was asked.
 */
export function indented(json: string): string {
  let text = '';
  let depth = 0;
  let before = '';
  const breakLine = () => {
    text += `\n${INDENT.repeat(depth)}`;
  };
  for (const token of json.match(TOKENS) ?? []) {
    const isClosing = token === '}' || token === ']';
    if (isClosing) depth -= 1;
    // Empty ones stay on one line.
    if (isOpening(before) ? !isClosing : isClosing) breakLine();
    text += token === ':' ? ': ' : token;
    if (isOpening(token)) depth += 1;
    if (token === ',') breakLine();
    before = token;
  }
  return text;
}

function isOpening(token: string): boolean {
  return token === '{' || token === '[';
}
