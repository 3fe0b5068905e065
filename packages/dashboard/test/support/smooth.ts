import type { Page } from 'playwright-core';

/** How smoothly a page ran while it was watched; times in milliseconds. */
type Smoothness = {
  readonly frames: number;
  readonly longestFrameMs: number;
  /** Of frames, the time that 95 % of them took at most. */
  readonly frame95Ms: number;
  /** Tasks of over 50 ms, in which a page answers nobody. */
  readonly longTasks: number;
  readonly longestTaskMs: number;
  /** Frames in which some place of the list had no row. */
  readonly blankFrames: number;
  /** Time of the processor that the page took for a frame, however many others use the machine. */
  readonly cpuPerFrameMs: number;
};

const MS_PER_SECOND = 1_000;

/** Runs in the page. `step` is asked at each frame; it scrolls, and says when it is over. */
const WATCH = `(step) => new Promise((resolve) => {
  const tasks = [], frames = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((one) => one.duration)));
  observer.observe({ type: 'longtask' });
  const list = document.querySelector('section[aria-label="Requests, newest first"]');
  let blank = 0, last = performance.now();
  const isBlank = () => {
    const box = list.getBoundingClientRect();
    return [0.15, 0.5, 0.97].some((part) => {
      const found = document.elementFromPoint(box.left + 40, box.top + box.height * part);
      return !found?.closest('[role="row"]')?.textContent && !(list.scrollTop + list.clientHeight + 60 >= list.scrollHeight);
    });
  };
  const frame = (now) => {
    frames.push(now - last);
    last = now;
    if (isBlank()) blank += 1;
    if (!step(list, now)) return requestAnimationFrame(frame);
    observer.disconnect();
    const sorted = frames.slice(1).sort((one, other) => one - other);
    resolve({
      frames: sorted.length, blankFrames: blank, longTasks: tasks.length,
      longestTaskMs: Math.round(Math.max(0, ...tasks)), longestFrameMs: Math.round(sorted.at(-1) ?? 0),
      frame95Ms: Math.round(sorted[Math.floor(sorted.length * 0.95)] ?? 0),
    });
  };
  requestAnimationFrame(frame);
})`;

/** Watches the list of the log at each frame until `step`, a function of list and time as text, gives something true. */
export async function watched(page: Page, step: string): Promise<Smoothness> {
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busyS = async () => {
    const { metrics } = await client.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  };
  const before = await busyS();
  const seen = await page.evaluate<Omit<Smoothness, 'cpuPerFrameMs'>>(`(${WATCH})(${step})`);
  const cpuMs = ((await busyS()) - before) * MS_PER_SECOND;
  await client.detach();
  return { ...seen, cpuPerFrameMs: Math.round((cpuMs / seen.frames) * 10) / 10 };
}
