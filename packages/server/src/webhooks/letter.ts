import type { Summary } from './summary.ts';

/** What a letter says, as the outbox keeps it. */
export type LetterText = { readonly subject: string; readonly text: string };

export function letterOf({ facts, isOpen, title, url }: Summary): LetterText {
  const [first] = facts;
  const lines = facts.map(([name, value]) => `${name}: ${value}`);
  return {
    subject: `[Boomgate] ${title}${first === undefined ? '' : `: ${first[1]}`}`,
    text: [
      `${title}.`,
      '',
      ...lines,
      '',
      `Sign in to see all of it${isOpen ? ' and decide' : ''}:`,
      url,
      '',
      'Opening the address decides nothing. These letters can be switched off in your account.',
    ].join('\n'),
  };
}

/** What the outbox gives back; it keeps what `letterOf` made. */
export function readLetter(body: string): LetterText {
  return JSON.parse(body) as LetterText; // a cast: only `letterOf` makes these bodies
}
