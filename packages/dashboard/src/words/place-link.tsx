import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ExternalLink, linkClass } from '../ui/index.ts';

/** One slash at the start, so that no other host can stand behind it; browsers read a backslash as a slash. */
const OWN = /^\/(?![/\\])/;

/** A place that a document names: a page of this gateway, or an https address. Anything else is text. */
export function PlaceLink({ children, to }: { readonly to: string; readonly children: ReactNode }) {
  if (OWN.test(to))
    return (
      <Link to={to} className={linkClass}>
        {children}
      </Link>
    );
  if (to.startsWith('https://')) return <ExternalLink to={to}>{children}</ExternalLink>;
  return children;
}
