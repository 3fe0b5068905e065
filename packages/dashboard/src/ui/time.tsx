import { useEffect, useReducer } from 'react';
import { nowMs } from './clock.ts';

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

const SHORT = new Intl.DateTimeFormat(undefined, {
  ...{ month: 'short', day: '2-digit' },
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
});

/** The same where many stand below each other: without the year, to the second. */
export function ShortMoment({ at }: { readonly at: string }) {
  const moment = new Date(at);
  return (
    <time dateTime={at} title={at} className="whitespace-nowrap tabular-nums">
      {SHORT.format(moment)}
    </time>
  );
}

/** How long ago, or how soon, in the largest unit that fits. */
export function Ago({ at }: { readonly at: string }) {
  const now = useNow(LOOK_MS);
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()} className="whitespace-nowrap">
      {spoken(Date.parse(at) - now)}
    </time>
  );
}

/** The day of a moment that is known to the hour: today, yesterday, so many days ago. */
export function DayAgo({ at }: { readonly at: string }) {
  const days = Math.round((dayOf(useNow(LOOK_MS)) - dayOf(Date.parse(at))) / DAY_MS);
  return (
    <time
      dateTime={at}
      title={`in the hour from ${new Date(at).toLocaleString()}`}
      className="whitespace-nowrap"
    >
      {DAYS.format(-days, 'day')}
    </time>
  );
}

const DAY_MS = 86_400_000;
const DAYS = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
/** The midnight before, in the reader's own time zone. */
const dayOf = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);

/** Milliseconds between looks at a time that is counted down. */
const TICK_MS = 1_000;

/** How long it is until then, to the second; `over` once it is. Whoever listens is told the moment, not each second. */
export function Countdown({ over, to }: { readonly to: string; readonly over: string }) {
  const leftS = Math.ceil((Date.parse(to) - useNow(TICK_MS)) / 1_000);
  return (
    <time dateTime={to} title={new Date(to).toLocaleString()} className="whitespace-nowrap tabular-nums">
      {leftS <= 0 ? over : clockOf(leftS)}
    </time>
  );
}

function useNow(everyMs: number): number {
  const [, look] = useReducer((looks: number) => looks + 1, 0);
  useEffect(() => {
    const timer = setInterval(look, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs();
}

/** `4:05`, `1:00:05`, `3 days` */
function clockOf(leftS: number): string {
  const days = Math.floor(leftS / 86_400);
  if (days >= 2) return `${days} days`;
  const [hours, minutes, seconds] = [Math.floor(leftS / 3_600), Math.floor(leftS / 60) % 60, leftS % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours === 0 ? `${minutes}:${two(seconds)}` : `${hours}:${two(minutes)}:${two(seconds)}`;
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

function spoken(awayMs: number): string {
  const [unit, lengthMs] = UNITS.find(([, ms]) => Math.abs(awayMs) >= ms) ?? (['second', 1_000] as const);
  // What is to come is a little nearer by the time it is shown: "in 90 days" for what was asked to last so long.
  const count = awayMs > 0 ? Math.round(awayMs / lengthMs) : Math.trunc(awayMs / lengthMs);
  return new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' }).format(count, unit);
}
