import { type ReactNode, useEffect, useState } from 'react';

/** Milliseconds that it is there before its text: of what comes with its text, not every screen reader tells. */
const BEFORE_MS = 100;

/** What whoever listens is told without going there: as it comes, and as it changes. */
export function Status({
  children,
  className = '',
  label,
}: {
  readonly label?: string;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  const [isTold, setTold] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setTold(true), BEFORE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" aria-label={label}>
      {/* In its place from the beginning, so that nothing moves. */}
      <div className={`${className} ${isTold ? '' : 'invisible'}`}>{children}</div>
    </div>
  );
}
