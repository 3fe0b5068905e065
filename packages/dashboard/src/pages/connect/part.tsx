import type { ReactNode } from 'react';
import { capital } from '../../ui/index.ts';

/** One thing to do on the way, in a list of them. */
export function Part({ children, title }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <li className="flex min-w-0 flex-col gap-2">
      <p className="break-words font-medium">{title}</p>
      {children}
    </li>
  );
}

export const sentence = (text: string): string => `${capital(text)}.`;
