import type { BrowserContext } from 'playwright-core';

/** When a page took input for the first time, in milliseconds since its navigation began. */
type FirstInput = {
  /** What a key does stood in the page. */
  readonly answeredMs: number;
  /** The last task of over 50 ms ended, in which the page would have answered nobody; 0 without one. */
  readonly busyUntilMs: number;
};

/** What is typed as soon as an element is there, and what then shows that the page, and not the browser alone, took it. */
export type Taking = {
  readonly path: string;
  /** Focused when it appears; a selector. */
  readonly appears: string;
  readonly key: string;
  /** True once the key was taken; text of a script. */
  readonly isTaken: string;
};

/** Milliseconds without a long task after which none is expected. */
const QUIET_MS = 500;

/** Runs in the page before its own scripts. It looks at every change of the document, and at every frame once the key was sent. */
const WATCH = `({ appears, quietMs }, taken) => {
  let busyUntilMs = 0;
  new PerformanceObserver((list) => {
    for (const { duration, startTime } of list.getEntries()) busyUntilMs = Math.max(busyUntilMs, startTime + duration);
  }).observe({ type: 'longtask', buffered: true });
  const look = () => {
    if (!taken()) return requestAnimationFrame(look);
    const answeredMs = performance.now();
    const quiet = () => {
      const left = Math.max(answeredMs, busyUntilMs) + quietMs - performance.now();
      if (left > 0) return setTimeout(quiet, left);
      window.tookInput({ answeredMs, busyUntilMs });
    };
    quiet();
  };
  const changes = new MutationObserver(() => {
    const found = document.querySelector(appears);
    if (found === null) return;
    changes.disconnect();
    found.focus();
    window.wantsKey();
    look();
  });
  changes.observe(document, { childList: true, subtree: true });
}`;

/** Opens a page in a browser that has nothing of it yet, types at once, and says when that was answered. */
export async function firstInput(
  context: BrowserContext,
  { appears, isTaken, key, path }: Taking,
): Promise<FirstInput> {
  const page = await context.newPage();
  const told = Promise.withResolvers<FirstInput>();
  await page.exposeFunction('wantsKey', () => page.keyboard.press(key));
  await page.exposeFunction('tookInput', told.resolve);
  await page.addInitScript(`(${WATCH})(${JSON.stringify({ appears, quietMs: QUIET_MS })}, () => ${isTaken})`);
  await page.goto(path);
  const input = await told.promise;
  await page.close();
  return input;
}
