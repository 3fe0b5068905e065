import { INVISIBLE } from '@boomgate/contract/invisible';
import { visible } from './visible.ts';

/** Words that no shell reads as anything else. */
const BARE = /^[\w@%+=:,./-]+$/;

/**
 * A text as one word of a command that a person copies into a shell: in quotes unless it is plain, and with escapes that bash and zsh
 * read where a terminal would not show it as it is. Nothing of it is obeyed.
 */
export function shellWord(text: string): string {
  if (BARE.test(text)) return text;
  if (visible(text) === text) return `'${text.replaceAll("'", `'\\''`)}'`;
  const escaped = text.replace(/['\\]/g, '\\$&').replace(INVISIBLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\U${code.toString(16).padStart(8, '0')}`;
  });
  return `$'${escaped}'`;
}

/** Arguments of a command that a person copies; those that begin with `-` would be taken for options in front of `--`. */
export function pasted(words: readonly string[], options = ''): string {
  const given = words.map(shellWord).join(' ');
  const command = words.some((word) => word.startsWith('-'))
    ? `${options} -- ${given}`
    : `${given} ${options}`;
  return command.trim();
}
