import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Status } from './status.tsx';
import { capital } from './text.tsx';

/** Nothing is there yet: what this place is for, and what to do next. */
export function Empty({
  action,
  children,
  title,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-2 rounded-lg border border-line border-dashed px-4 py-10 text-center">
      <p className="font-semibold text-lg">{title}</p>
      {children === undefined ? null : <div className="max-w-prose text-soft">{children}</div>}
      {action === undefined ? null : <div className="mt-2">{action}</div>}
    </div>
  );
}

export function Loading({ what }: { readonly what: string }) {
  return (
    <Status className="flex items-center gap-2 py-6 text-soft">
      <span aria-hidden="true" className="size-3 animate-pulse rounded-full bg-line-strong" />
      Loading {what} …
    </Status>
  );
}

/** An error may say of itself that the same would come of trying again. */
type Lasting = { readonly isLasting?: boolean };

/** Something failed: what, and a way to try again where that can help. */
export function ProblemNote({ error, retry }: { readonly error: unknown; readonly retry?: () => unknown }) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-3 rounded-lg border border-bad bg-bad-soft px-4 py-3"
    >
      <p className="min-w-0 flex-1 break-words text-bad">{capital(messageOf(error))}</p>
      {retry === undefined || (error as Lasting | null)?.isLasting === true ? null : (
        <Button onClick={() => void retry()}>Try again</Button>
      )}
    </div>
  );
}

/** Where a script of the page is not there: the gateway is away, or has another page by now. */
export const NOT_LOADED =
  'This part of the page could not be loaded. Is the gateway running? If it was updated meanwhile, save what you typed and reload the page.';

function messageOf(error: unknown): string {
  // So all browsers say it, each in other words.
  if (error instanceof TypeError && /module/.test(error.message)) return NOT_LOADED;
  if (error instanceof TypeError) return 'The gateway does not answer. Is it running?';
  return error instanceof Error ? error.message : String(error);
}
