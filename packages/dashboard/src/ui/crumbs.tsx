import type { ReactNode } from 'react';

/** The pages above this one, outermost first. */
export function Crumbs({ of }: { readonly of: readonly ReactNode[] }) {
  return (
    <nav aria-label="Above this page" className="text-sm">
      <ol className="flex flex-wrap gap-x-2 text-soft">
        {of.map((place, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: their order is what they are
          <li key={at} className="flex min-w-0 items-center gap-2">
            {place}
            <span aria-hidden="true">/</span>
          </li>
        ))}
      </ol>
    </nav>
  );
}
