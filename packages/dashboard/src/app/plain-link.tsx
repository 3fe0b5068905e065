import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';

/**
 * A link to a place of the dashboard for lists that draw many at once: a router's own link looks at every address there is, which
 * costs more than the rest of a row.
 */
export function PlainLink({
  children,
  className,
  to,
}: {
  readonly to: `/${string}`;
  readonly className: string;
  readonly children: ReactNode;
}) {
  const { history } = useRouter();
  const follow = (event: MouseEvent) => {
    // Another tab or window is the browser's own affair.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.push(to);
  };
  return (
    <a href={to} onClick={follow} className={className}>
      {children}
    </a>
  );
}
