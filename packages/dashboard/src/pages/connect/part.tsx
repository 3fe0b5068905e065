import type { ReactNode } from 'react';

/** One thing to do on the way, in a list of them. */
export function Part({ children, title }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <li className="flex min-w-0 flex-col gap-2">
      <p className="break-words font-medium">{title}</p>
      {children}
    </li>
  );
}

export const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
