import type { Sentence } from '../../../builder/index.ts';
import { Code, Each, Untrusted } from '../../../ui/index.ts';

/** A sentence of the builder: names and values stand out, and nothing in them is hidden. */
export function Said({ of }: { readonly of: Sentence }) {
  return (
    <span className="min-w-0 break-words">
      <Each of={of}>
        {({ kind, text }) => (kind === 'code' ? <Code>{text}</Code> : <Untrusted text={text} />)}
      </Each>
    </span>
  );
}
