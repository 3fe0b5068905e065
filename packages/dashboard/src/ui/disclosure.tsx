import type { ReactNode } from 'react';

/** What only some want to see, behind its name. */
export function Disclosure({
  children,
  isOpen = false,
  name,
}: {
  readonly name: string;
  readonly isOpen?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <details open={isOpen} className="group min-w-0">
      <summary className="w-fit cursor-pointer rounded py-1 font-medium text-accent-text underline-offset-2 hover:underline">
        {name}
      </summary>
      <div className="mt-2 flex min-w-0 flex-col gap-3">{children}</div>
    </details>
  );
}
