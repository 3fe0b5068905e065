import { type ReactNode, useEffect } from 'react';
import { Notices } from '../../ui/index.ts';

/** A page for who is not signed in: one thing to do, and nothing else. */
export function Outside({
  children,
  lead,
  title,
}: {
  readonly title: string;
  readonly lead: ReactNode;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Boomgate`;
  }, [title]);
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-md flex-col justify-center gap-5 px-4 py-8">
      <div className="flex items-center gap-3">
        <img src="/favicon.svg" alt="" className="size-9" />
        <span className="font-semibold text-xl">Boomgate</span>
      </div>
      <div className="flex flex-col gap-4 rounded-lg border border-line bg-card p-5">
        <div>
          <h1 className="font-semibold text-xl">{title}</h1>
          <div className="mt-1 text-soft">{lead}</div>
        </div>
        {children}
      </div>
      <Notices />
    </main>
  );
}
