/** Milliseconds of the processor's time: some turns of a scheduler. */
const SPIN_MS = 60;
const MICROS_PER_MS = 1_000;

/**
 * How much longer than on an idle machine a computation takes now, because others compute as well: what passes on the clock for each
 * millisecond of the processor's time that this thread gets. 1 where nothing else runs.
 */
export function crowding(): number {
  const beganMs = performance.now();
  const began = process.threadCpuUsage();
  let spentMs = 0;
  while (spentMs < SPIN_MS) {
    const { system, user } = process.threadCpuUsage(began);
    spentMs = (system + user) / MICROS_PER_MS;
  }
  return Math.max(1, (performance.now() - beganMs) / spentMs);
}
