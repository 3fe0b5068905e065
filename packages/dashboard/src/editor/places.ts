import { locateJson } from '@boomgate/engine';

/** What is wrong at a place of a document: the engine's and the API's problems are such. */
export type PlacedProblem = {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** JSON Pointer; empty for the whole. */
  readonly pointer: string;
  /** 1-based; as the engine counts them. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
};

/** A part of the text, in UTF-16 code units. */
type Span = { readonly from: number; readonly to: number };

/** Far above what a policy may have; the places of a document that does not read are not looked for by pointer. */
const BOUNDS = { maxDepth: 64, maxBytes: 4 * 1024 * 1024 };

/** Where each problem is: the word that starts there. What no place is found for is at the beginning. */
export function placesOf(text: string, problems: readonly PlacedProblem[]): readonly Span[] {
  const starts = startsOf(text);
  const read = problems.some(({ line }) => line === undefined) ? locateJson(text, BOUNDS) : undefined;
  return problems.map(({ column, line, pointer }) => {
    const at =
      line === undefined
        ? read?.ok === true
          ? (read.locate(pointer, 'key') ?? read.locate(pointer))
          : undefined
        : { line, column: column ?? 1 };
    const from = Math.min((starts[(at?.line ?? 1) - 1] ?? 0) + (at?.column ?? 1) - 1, text.length);
    return { from, to: wordEnd(text, from) };
  });
}

function startsOf(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}

/** The end of the string, number, word or character that starts there; never past its line. */
function wordEnd(text: string, from: number): number {
  const word = /"(?:[^"\\\n]|\\.)*"?|[-+.\w]+|[^\n]/y;
  word.lastIndex = from;
  return from + (word.exec(text)?.[0].length ?? 0);
}
