import type { ReactNode } from 'react';
import { Status } from './status.tsx';

type State = 'waiting' | 'near' | 'arrived' | 'failed';

const LOOKS: Readonly<Record<State, { readonly box: string; readonly dot: string; readonly mark: string }>> =
  {
    waiting: { box: 'border-line bg-card', dot: 'animate-pulse bg-mute-soft text-mute', mark: '…' },
    near: { box: 'border-info bg-info-soft', dot: 'animate-pulse bg-card text-info', mark: '…' },
    arrived: { box: 'border-good bg-good-soft', dot: 'bg-card text-good', mark: '✓' },
    failed: { box: 'border-bad bg-bad-soft', dot: 'bg-card text-bad', mark: '!' },
  };

/** Something that is waited for: told to the eye by colour and shape, and to who listens as it changes. */
export function Signal({
  children,
  state,
  title,
}: {
  readonly state: State;
  readonly title: string;
  readonly children?: ReactNode;
}) {
  const { box, dot, mark } = LOOKS[state];
  return (
    <Status className={`flex gap-3 rounded-lg border p-4 ${box}`}>
      <span
        aria-hidden="true"
        className={`flex size-7 shrink-0 items-center justify-center rounded-full font-semibold ${dot}`}
      >
        {mark}
      </span>
      <div className="min-w-0">
        <p className="font-semibold">{title}</p>
        {children === undefined ? null : <div className="text-ink">{children}</div>}
      </div>
    </Status>
  );
}
