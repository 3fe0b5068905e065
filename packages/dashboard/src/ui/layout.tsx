import { type ReactNode, useId } from 'react';
import { TITLE_ID, useTitle } from './title.ts';

/** One page: its name is the title of the window and the only heading of the first level. */
export function Page({
  above,
  actions,
  beside,
  children,
  isWide = false,
  lead,
  title,
}: {
  readonly title: string;
  /** As wide as the window: for what has columns of its own. */
  readonly isWide?: boolean;
  /** The way here, over the title. */
  readonly above?: ReactNode;
  /** What the thing is, right of the title. */
  readonly beside?: ReactNode;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  useTitle(title);
  return (
    <div
      className={`mx-auto flex w-full flex-col gap-5 px-4 py-5 sm:px-6 ${isWide ? 'max-w-[110rem]' : 'max-w-6xl'}`}
    >
      <div className="flex flex-col gap-1">
        {above}
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div className="min-w-0">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <h1 id={TITLE_ID} className="min-w-0 break-words font-semibold text-2xl tracking-tight">
                {title}
              </h1>
              {beside}
            </div>
            {lead === undefined ? null : <p className="mt-1 max-w-prose text-soft">{lead}</p>}
          </div>
          {actions === undefined ? null : <div className="flex flex-wrap gap-2">{actions}</div>}
        </div>
      </div>
      {children}
    </div>
  );
}

export function Section({
  actions,
  children,
  title,
}: {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} tabIndex={-1} className="flex flex-col gap-2 outline-none">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id={id} className="wrap-anywhere min-w-0 font-semibold text-lg">
          {title}
        </h2>
        {actions}
      </div>
      {children}
    </section>
  );
}

export function Card({ children }: { readonly children: ReactNode }) {
  return <div className="min-w-0 rounded-lg border border-line bg-card p-4">{children}</div>;
}
