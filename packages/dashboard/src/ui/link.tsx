import type { ReactNode } from 'react';

/** How links look that stand in text. */
export const linkClass = 'text-accent-text underline underline-offset-2 break-words';

/** How links look where everything is one, as in a list: underlined once they are pointed at. */
export const bareLinkClass = 'text-accent-text underline-offset-2 hover:underline';

/** To a page of somebody else, which learns nothing of where its visitor comes from. */
export function ExternalLink({ children, to }: { readonly to: string; readonly children: ReactNode }) {
  return (
    <a href={to} target="_blank" rel="noreferrer" className={linkClass}>
      {children}
      <span aria-hidden="true"> ↗</span>
      <span className="sr-only"> (in a new window)</span>
    </a>
  );
}
