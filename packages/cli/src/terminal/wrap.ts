import { visible } from './visible.ts';

/** A text from elsewhere, made printable and broken at blanks; a longer word stays whole, so that addresses can be copied. */
export function wrapped(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of visible(text).split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}

/** Every line behind two blanks. */
export const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
