import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';

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
  const part = useRef<HTMLElement>(null);
  return (
    <section ref={part} aria-label={label} tabIndex={useTabStop(part)} className={`relative ${className}`}>
      {children}
    </section>
  );
}

/** The `tabIndex` of what scrolls: a stop as long as more is in it than it shows, and always a place that the focus can be led to. */
export function useTabStop(of: RefObject<HTMLElement | null>): 0 | -1 {
  const [isCut, setCut] = useState(false);
  useEffect(() => {
    const part = of.current;
    if (part === null) return;
    const sizes = new ResizeObserver(() =>
      // Sizes are rounded: a single pixel hides nothing.
      setCut(part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 1),
    );
    const observe = () => {
      for (const one of [part, ...part.children]) sizes.observe(one);
    };
    const parts = new MutationObserver(observe);
    parts.observe(part, { childList: true });
    observe();
    return () => {
      sizes.disconnect();
      parts.disconnect();
    };
  }, [of]);
  return isCut ? 0 : -1;
}
