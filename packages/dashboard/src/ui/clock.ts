/** Milliseconds. A `Date` header says whole seconds: what is less than this is no difference of clocks. */
const TOLERANCE_MS = 3_000;

let aheadMs = 0;

/** The gateway's time, by whose clock calls wait and grants end: the browser's may be minutes or hours away from it. */
export function nowMs(): number {
  return Date.now() + aheadMs;
}

/** Takes the time from an answer of the gateway that came just now, and was asked for at a moment of the browser's clock. */
export function setClockBy({ headers }: Pick<Response, 'headers'>, askedMs: number): void {
  const said = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(said)) return;
  // Anywhere in between both clocks may agree.
  const difference = said - Math.min(Math.max(said, askedMs), Date.now());
  aheadMs = Math.abs(difference) < TOLERANCE_MS ? 0 : difference;
}
