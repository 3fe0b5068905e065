import { INVISIBLE } from '@boomgate/contract/invisible';

/** The text with every invisible character as an escape such as `\u202e`; line breaks stay where `lines` says so. */
export function visible(text: string, { lines = false }: { readonly lines?: boolean } = {}): string {
  return text.replace(INVISIBLE, (character) => {
    if (lines && (character === '\n' || character === '\t')) return character;
    const point = character.codePointAt(0) ?? 0;
    return point > 0xffff ? `\\u{${point.toString(16)}}` : `\\u${point.toString(16).padStart(4, '0')}`;
  });
}

/** A name of the contract as people say it: `policy_manager` is "policy manager". */
export function spoken(name: string): string {
  return name.replaceAll('_', ' ');
}

/** With a capital letter at the beginning. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Characters without a place to break; a longer run would push what stands beside it in a table out of sight. */
const LONG_RUN = /[^\s-]{40}/;

// A column of a table is as narrow as its texts can be broken: one that breaks anywhere keeps a width that is readable.
const breaking = (text: string) =>
  LONG_RUN.test(text) ? 'wrap-anywhere [td_&]:block [td_&]:min-w-40' : 'break-words';

/** A text that somebody else wrote: a server, an agent, a person. It is data, and nothing in it is hidden. */
export function Untrusted({ lines = false, text }: { readonly text: string; readonly lines?: boolean }) {
  return (
    <span className={`${lines ? 'whitespace-pre-wrap ' : ''}${breaking(text)}`} dir="ltr">
      {visible(text, { lines })}
    </span>
  );
}

export function Code({ children }: { readonly children: string }) {
  return (
    <code className={`${breaking(children)} rounded bg-sunken px-1 py-0.5 font-mono text-sm`} dir="ltr">
      {visible(children)}
    </code>
  );
}
