import type { ReactNode } from 'react';
import { Notices } from './notices.tsx';
import { TITLE_ID, useTitle } from './title.ts';

/** A page with one thing to do, and nothing else: no menu, no other places. */
export function Alone({
  above,
  children,
  isRoomy = false,
  lead,
  title,
}: {
  readonly title: string;
  readonly lead: ReactNode;
  /** What has to be seen before the rest. */
  readonly above?: ReactNode;
  /** For what has more to read than a form has. */
  readonly isRoomy?: boolean;
  readonly children: ReactNode;
}) {
  useTitle(title);
  return (
    <main
      tabIndex={-1}
      aria-labelledby={TITLE_ID}
      className={`mx-auto flex min-h-dvh w-full flex-col justify-center gap-5 px-4 py-8 outline-none ${isRoomy ? 'max-w-2xl' : 'max-w-md'}`}
    >
      {above}
      <div className="flex flex-wrap items-center gap-3">
        <img src="/favicon.svg" alt="" className="size-9" />
        <span className="font-semibold text-xl">Boomgate</span>
      </div>
      <div className="flex flex-col gap-4 rounded-lg border border-line bg-card p-5">
        <div>
          <h1 id={TITLE_ID} className="break-words font-semibold text-xl">
            {title}
          </h1>
          <div className="mt-1 text-soft">{lead}</div>
        </div>
        {children}
      </div>
      <Notices />
    </main>
  );
}
