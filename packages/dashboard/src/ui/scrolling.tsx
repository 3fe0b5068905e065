import type { ReactNode } from 'react';

/** What scrolls by itself, so that the page does not, nor by what in it is for listeners alone; reachable by keyboard (WCAG 2.1.1). */
export function Scrolling({
  children,
  className,
  label,
}: {
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling is the interaction
    <section aria-label={label} tabIndex={0} className={`relative ${className}`}>
      {children}
    </section>
  );
}
