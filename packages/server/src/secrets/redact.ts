import { type Secret, searchPieces } from './search.ts';

/** A short text with a mark in the place of each secret. */
export function withoutSecrets(text: string): string {
  return redacted(text, [...searchPieces(text)].flat());
}

/** The same of a text that was searched. */
export function redacted(text: string, found: readonly Secret[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { end, kind, start } of found) {
    parts.push(text.slice(from, start), `[REDACTED ${kind}]`);
    from = end;
  }
  return parts.join('') + text.slice(from);
}
