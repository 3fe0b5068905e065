/**
 * A gateway in a process of its own that ends itself with SIGKILL: `crash-gateway.ts CONFIG DATA [DATABASE [REDIS]]`. Tells the
 * parent where it listens; a message `{ point, passings }` from there arms it, and it dies when a call passes that point so many times.
 */
import { startGateway } from '../../../src/index.ts';
import type { ApprovalPoint, CallPoint } from '../../../src/limits/index.ts';

export type Fuse = { readonly point: CallPoint | ApprovalPoint; readonly passings: number };

let fuse: Fuse | undefined;
let passed = 0;

const [config = '', data = '', database = '', redis = ''] = process.argv.slice(2);
const startedMs = performance.now();
const started = await startGateway({
  config,
  data,
  ...(database === '' ? {} : { database }),
  ...(redis === '' ? {} : { redis }),
  host: '127.0.0.1',
  port: 0,
  environment: process.env,
  log: { info: () => undefined, warn: console.error, error: console.error },
  atPoint: (point) => {
    if (point !== fuse?.point) return;
    passed += 1;
    if (passed >= fuse.passings) process.kill(process.pid, 'SIGKILL');
  },
});
if (!started.ok) throw new Error(started.problems.join('\n'));
/** What the tests may ask beside arming: a stop in good order, and the memory that is in use. */
const orders: Readonly<Record<string, () => Promise<unknown>>> = {
  close: () => started.gateway.close().then(() => process.disconnect()),
  memory: async () => {
    // There with `--expose-gc`: what is garbage is not in use.
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    process.send?.(heapUsed + external);
  },
};
// A cast: only the tests that start this process send to it.
process.on('message', (message: string | Fuse) => {
  if (typeof message === 'string') return void orders[message]?.();
  fuse = message;
  passed = 0;
  process.send?.('armed');
});
process.send?.({
  url: started.gateway.url,
  openedMs: performance.now() - startedMs,
  setupCode: started.gateway.setup?.code ?? '',
});
