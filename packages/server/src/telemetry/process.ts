import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { LOOP_LOOK_MS } from '../limits/index.ts';
import type { Measured } from './exposition.ts';

export type ProcessReadings = Disposable & { readonly metrics: readonly Measured[] };

/** The process under the names that dashboards know. Watches the event loop until it is disposed of. */
export function openProcessReadings(): ProcessReadings {
  const delay = monitorEventLoopDelay({ resolution: LOOP_LOOK_MS });
  delay.enable();
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - LOOP_LOOK_MS / 1_000) || 0;
  const lag = (name: string, help: string, read: () => number): Measured =>
    gauge(
      `nodejs_eventloop_lag_${name}_seconds`,
      `Seconds that the event loop ran late since the last look: ${help}.`,
      () => late(read()),
    );
  const metrics: readonly Measured[] = [
    gauge(
      'process_start_time_seconds',
      'Start of the process, in seconds since the epoch.',
      () => performance.timeOrigin / 1_000,
    ),
    counter('process_cpu_seconds_total', 'Seconds of processor time.', () => {
      const { system, user } = process.cpuUsage();
      return (system + user) / 1e6;
    }),
    gauge('process_resident_memory_bytes', 'Bytes of resident memory.', () => process.memoryUsage.rss()),
    { ...gauge('process_open_fds', 'Open file descriptors.', () => 0), type: 'gauge', read: openFiles },
    gauge('nodejs_heap_size_total_bytes', 'Bytes of the heap.', () => process.memoryUsage().heapTotal),
    gauge(
      'nodejs_heap_size_used_bytes',
      'Bytes of the heap that are used.',
      () => process.memoryUsage().heapUsed,
    ),
    gauge('nodejs_external_memory_bytes', 'Bytes outside of the heap.', () => process.memoryUsage().external),
    lag('mean', 'mean', () => delay.mean),
    lag('p50', 'half of the looks', () => delay.percentile(50)),
    lag('p99', '99 of 100 looks', () => delay.percentile(99)),
    lag('max', 'the worst', () => {
      const { max } = delay;
      // The last of the four to be read, so that the next look begins anew.
      delay.reset();
      return max;
    }),
  ];
  return { metrics, [Symbol.dispose]: () => void delay.disable() };
}

function gauge(name: string, help: string, read: () => number): Measured {
  return { name, help, type: 'gauge', read: () => [{ value: read() }] };
}

function counter(name: string, help: string, read: () => number): Measured {
  return { name, help, type: 'counter', read: () => [{ value: read() }] };
}

/** Where the system shows them. */
function openFiles(): readonly { readonly value: number }[] {
  try {
    return [{ value: readdirSync('/proc/self/fd').length }];
  } catch {
    return [];
  }
}
