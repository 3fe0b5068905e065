import type { PageBlock } from '@boomgate/contract';
import { Untrusted } from '../ui/index.ts';
import { PlaceLink } from './place-link.tsx';

type List = Extract<PageBlock, { kind: 'list' }>;

/** What stands before the first colon is the name of what an item leads to; the rest says what it is. */
export function PageList({ of: { isOrdered, items } }: { readonly of: List }) {
  const Kind = isOrdered ? 'ol' : 'ul';
  return (
    <Kind className={`flex max-w-prose flex-col gap-1.5 pl-5 ${isOrdered ? 'list-decimal' : 'list-disc'}`}>
      {items.map(({ text, to }) => (
        <li key={`${to} ${text}`} className="pl-1 marker:text-soft">
          {to === undefined ? <Untrusted text={text} /> : <Leading text={text} to={to} />}
        </li>
      ))}
    </Kind>
  );
}

function Leading({ text, to }: { readonly text: string; readonly to: string }) {
  const colon = /^https?:/.test(text) ? -1 : text.indexOf(': ');
  const [name, rest] = colon === -1 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
  return (
    <>
      <PlaceLink to={to}>
        <Untrusted text={name} />
      </PlaceLink>
      {rest === '' ? null : (
        <span className="text-soft">
          {' '}
          <Untrusted text={rest.trim()} />
        </span>
      )}
    </>
  );
}
