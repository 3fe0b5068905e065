import type { ReactNode } from 'react';

export type Tone = 'good' | 'bad' | 'warn' | 'high' | 'info' | 'mute';

const TONES: Readonly<Record<Tone, string>> = {
  good: 'bg-good-soft text-good',
  bad: 'bg-bad-soft text-bad',
  warn: 'bg-warn-soft text-warn',
  high: 'bg-high-soft text-high',
  info: 'bg-info-soft text-info',
  mute: 'bg-mute-soft text-mute',
};

/** A word that is also a colour; `mark` is a shape, so that nobody needs to see the colour. */
export function Badge({
  children,
  mark,
  tone,
}: {
  readonly tone: Tone;
  readonly mark?: string;
  readonly children: ReactNode;
}) {
  return (
    <span
      className={`inline-flex items-center gap-1 whitespace-nowrap rounded px-1.5 py-0.5 font-medium text-xs ${TONES[tone]}`}
    >
      {mark === undefined ? null : <span aria-hidden="true">{mark}</span>}
      {children}
    </span>
  );
}
