/**
 * Open-loop load: `node open-load.ts` with an `OpenJob` as JSON on standard input. Calls are due at a fixed rate, whether or not
 * there are answers; one that finds no free connection waits for one, and that counts. Prints one line of JSON: an `OpenLoad`.
 */
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { Histogram } from './histogram.ts';
import { type Door, type Kind, Wire } from './wire.ts';

export type OpenJob = {
  readonly doors: readonly Door[];
  readonly connections: number;
  /** Calls a second. */
  readonly rate: number;
  readonly seconds: number;
  /** Seconds at that rate before anything counts. */
  readonly warmUpSeconds: number;
  /** Milliseconds after which a call that found no connection is given up; absent: never. */
  readonly giveUpMs?: number;
};

type Times = readonly (readonly [number, number])[];

/** Of the calls that were due once the warm-up was over. */
export type OpenLoad = {
  readonly due: number;
  readonly ok: number;
  readonly refused: number;
  readonly failed: number;
  /** Given up before they were sent, as no connection was free. */
  readonly unsent: number;
  /** Sent, without an answer: the connection was closed, or the end came before. */
  readonly unanswered: number;
  /** Every call that was answered, those of the warm-up among them. */
  readonly allAnswered: number;
  /** Good answers that came in each second of the measured time. */
  readonly goodput: number;
  /** Milliseconds from when calls were due. */
  readonly okTimes: Times;
  /** Milliseconds from when they were sent. */
  readonly refusedTimes: Times;
  /** Some answers that were neither. */
  readonly samples: readonly string[];
};

/** Milliseconds that calls which are under way at the end get. */
const LAST_ANSWERS_MS = 10_000;
/** Milliseconds until a connection that was closed is opened again. */
const REOPEN_MS = 50;
const SAMPLES = 3;

// A cast: run.ts sends it.
const job = JSON.parse(await text(process.stdin)) as OpenJob;
const { giveUpMs = Number.POSITIVE_INFINITY, rate } = job;
const idle: Wire[] = [];
const counts: Record<Kind, number> = { ok: 0, refused: 0, failed: 0 };
const okTimes = new Histogram();
const refusedTimes = new Histogram();
const samples: string[] = [];
let allAnswered = 0;
let underWay = 0;
let unsent = 0;
let lost = 0;
let goodInTime = 0;
/** Number of the next call that is sent; call `n` is due `n / rate` seconds after the start. */
let next = 0;
let isOver = false;

await new Promise<void>((resolve) => {
  let opened = 0;
  for (let at = 0; at < job.connections; at += 1)
    open(job.doors[at % job.doors.length], () => {
      opened += 1;
      if (opened === job.connections) resolve();
    });
});
const startMs = performance.now();
const measureFrom = startMs + job.warmUpSeconds * 1_000;
const untilMs = measureFrom + job.seconds * 1_000;
const firstCounted = Math.ceil(job.warmUpSeconds * rate);
const last = firstCounted + Math.round(job.seconds * rate);
while (performance.now() < untilMs) {
  pump();
  await pause(1);
}
const deadlineMs = untilMs + LAST_ANSWERS_MS;
while ((underWay > 0 || next < last) && performance.now() < deadlineMs) {
  pump();
  await pause(1);
}
isOver = true;
const due = last - firstCounted;
const known = counts.ok + counts.refused + counts.failed + unsent;
const load: OpenLoad = {
  due,
  ...counts,
  unsent,
  unanswered: due - known,
  allAnswered,
  goodput: Math.round(goodInTime / job.seconds),
  okTimes: okTimes.toJSON(),
  refusedTimes: refusedTimes.toJSON(),
  samples: lost > 0 ? [...samples, `${lost} connections were closed before their answer`] : samples,
};
console.log(JSON.stringify(load));
process.exit(0);

/** Sends what is due and has a connection. */
function pump(): void {
  const nowMs = performance.now();
  const dueNow = Math.min(last, Math.floor(((nowMs - startMs) * rate) / 1_000) + 1);
  giveUp(Math.min(dueNow, Math.floor(((nowMs - startMs - giveUpMs) * rate) / 1_000)));
  while (next < dueNow) {
    const wire = idle.shift();
    if (wire === undefined) return;
    if (!wire.isOpen) continue;
    wire.send(startMs + (next * 1_000) / rate);
    next += 1;
    underWay += 1;
  }
}

/** Calls before this one have waited for too long. */
function giveUp(first: number): void {
  if (first <= next) return;
  unsent += Math.max(0, first - Math.max(next, firstCounted));
  next = first;
}

function open(door: Door | undefined, onFirst: () => void): void {
  if (door === undefined) throw new Error('expected a door to send calls to');
  let isFirst = true;
  new Wire(door, {
    ready: (wire) => {
      if (isFirst) onFirst();
      isFirst = false;
      idle.push(wire);
    },
    answered: take,
    closed: (_, wasBusy) => {
      if (wasBusy) {
        underWay -= 1;
        lost += 1;
      }
      if (!isOver) setTimeout(() => open(door, isFirst ? onFirst : () => undefined), REOPEN_MS);
    },
  });
}

function take({ dueMs, sentMs }: Wire, kind: Kind, answer: string): void {
  const nowMs = performance.now();
  underWay -= 1;
  allAnswered += 1;
  if (kind === 'ok' && nowMs >= measureFrom && nowMs < untilMs) goodInTime += 1;
  if (kind === 'failed' && samples.length < SAMPLES) samples.push(answer.slice(0, 500));
  if (dueMs < measureFrom) return;
  counts[kind] += 1;
  if (kind === 'ok') okTimes.observe(nowMs - dueMs);
  if (kind === 'refused') refusedTimes.observe(nowMs - sentMs);
}
