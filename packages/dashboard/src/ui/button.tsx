import type { ButtonHTMLAttributes } from 'react';

type Kind = 'main' | 'plain' | 'danger' | 'quiet';

const KINDS: Readonly<Record<Kind, string>> = {
  main: 'bg-accent text-accent-ink border-transparent hover:opacity-90',
  plain: 'bg-card text-ink border-line hover:bg-sunken',
  danger: 'bg-card text-bad border-bad hover:bg-bad-soft',
  quiet: 'bg-transparent text-soft border-transparent hover:bg-sunken hover:text-ink',
};

/** Also for links that look like buttons. At least 32 px high: a target that a finger hits (WCAG 2.5.8). */
export function buttonClass(kind: Kind = 'plain'): string {
  return `inline-flex min-h-8 items-center justify-center gap-1.5 rounded-md border px-3 py-1 font-medium text-base transition-colors disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50 ${KINDS[kind]}`;
}

export type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly kind?: Kind;
  /** What the button began is under way: it waits, and says so. */
  readonly isBusy?: boolean;
};

/** While it is disabled or busy it does nothing and keeps the focus, which the browser would take from it. */
export function Button({
  children,
  disabled = false,
  isBusy = false,
  kind = 'plain',
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  const isOff = disabled || isBusy;
  return (
    <button
      {...rest}
      type={type}
      aria-disabled={isOff || undefined}
      aria-busy={isBusy}
      // Enter in a field of its form presses it as well.
      onClick={isOff ? (event) => event.preventDefault() : onClick}
      className={buttonClass(kind)}
    >
      {children}
      {isBusy ? <span aria-hidden="true">…</span> : null}
    </button>
  );
}
