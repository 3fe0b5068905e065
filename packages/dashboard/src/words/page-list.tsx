import type { PageBlock } from '@boomgate/contract';
import { Untrusted } from '../ui/index.ts';
import { ClassBadge } from './badges.tsx';
import { PlaceLink } from './place-link.tsx';

type List = Extract<PageBlock, { kind: 'list' }>;

/** A tool as a list names it, with its class and level. */
const RATED = /^(?<name>.*) \((?<class>[A-Z][a-z]+), (?<level>Low|Medium|High|Critical)\)$/;

export function PageList({ of: { isOrdered, items } }: { readonly of: List }) {
  const Kind = isOrdered ? 'ol' : 'ul';
  const mark = isOrdered ? 'list-decimal pl-5' : items.length === 1 ? '' : 'list-disc pl-5';
  return (
    <Kind className={`flex max-w-prose flex-col gap-1.5 ${mark}`}>
      {items.map(({ text, to }) => (
        <li key={`${to} ${text}`} className="marker:text-soft">
          {to === undefined ? <Untrusted text={text} /> : <Leading text={text} to={to} />}
        </li>
      ))}
    </Kind>
  );
}

/** What stands before the first colon is the name of what an item leads to; the rest says what it is. */
function Leading({ text, to }: { readonly text: string; readonly to: string }) {
  const rated = RATED.exec(text)?.groups;
  if (rated !== undefined)
    return (
      <span className="flex flex-wrap items-center gap-2">
        <PlaceLink to={to}>
          <Untrusted text={rated['name'] ?? text} />
        </PlaceLink>
        <ClassBadge of={rated['class'] ?? ''} severity={rated['level'] ?? ''} />
      </span>
    );
  const colon = /^https?:/.test(text) ? -1 : text.indexOf(': ');
  if (colon === -1)
    return (
      <PlaceLink to={to}>
        <Untrusted text={text} />
      </PlaceLink>
    );
  return (
    <>
      <PlaceLink to={to}>
        <Untrusted text={text.slice(0, colon)} />
      </PlaceLink>
      <span className="text-soft">
        : <Untrusted text={text.slice(colon + 1).trim()} />
      </span>
    </>
  );
}
