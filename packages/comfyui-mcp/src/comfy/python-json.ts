/**
 * JSON as ComfyUI writes it. Python spells numbers that JSON does not have as NaN, Infinity and -Infinity, and ComfyUI leaves them in
 * the workflows of its queue and history for every node that is always to run (ComfyUI issue 8548); they are null here. Throws a
 * `SyntaxError` for what is not JSON otherwise.
 */
export function readPythonJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const mended = withoutOddNumbers(text);
    if (mended === text) throw error;
    return JSON.parse(mended) as unknown;
  }
}

/** Texts stay as they are, whatever they say. */
function withoutOddNumbers(text: string): string {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const quote = text.indexOf('"', at);
    const begin = quote < 0 ? text.length : quote;
    const end = endOfText(text, begin);
    parts.push(text.slice(at, begin).replace(/-?\b(?:NaN|Infinity)\b/g, 'null'), text.slice(begin, end));
    at = end;
  }
  return parts.join('');
}

function endOfText(text: string, begin: number): number {
  let at = begin + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at + 1, text.length);
}
