import { useEffect, useState } from 'react';

/** Milliseconds between looks at a time that is told as an age. */
const LOOK_MS = 15_000;

/** A moment in the reader's own time zone, with the whole of it on hover. */
export function Moment({ at }: { readonly at: string }) {
  const moment = new Date(at);
  return (
    <time
      dateTime={at}
      title={`${moment.toLocaleString()} (${at})`}
      className="whitespace-nowrap tabular-nums"
    >
      {moment.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })}
    </time>
  );
}

/** How long ago, or how soon, in the largest unit that fits. */
export function Ago({ at }: { readonly at: string }) {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()} className="whitespace-nowrap">
      {spoken(Date.parse(at) - nowMs)}
    </time>
  );
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

function spoken(awayMs: number): string {
  const [unit, lengthMs] = UNITS.find(([, ms]) => Math.abs(awayMs) >= ms) ?? (['second', 1_000] as const);
  return new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' }).format(
    Math.trunc(awayMs / lengthMs),
    unit,
  );
}
