import { readFileSync } from 'node:fs';
import { type Agent as HttpAgent, request } from 'node:http';
import { connect, type Socket } from 'node:net';

/** Memory of a process that is in use now, in bytes. */
export function residentBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) * 1024;
}

/** Open files that this process may have. */
export function openFilesMax(): number {
  return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
}

/** The 99th of a hundred, and the middle one. */
export function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? Number.NaN;
}

export type Timed = { readonly ms: number; readonly status: number; readonly text: string };

type Wire = {
  readonly url: string;
  readonly token: string;
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly agent: HttpAgent;
};

/** One POST with as little of our own as possible, so that what is measured is the gateway. */
export function postTimed({ url, token, body, headers, agent }: Wire): Promise<Timed> {
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    const one = request(
      url,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'content-length': Buffer.byteLength(body),
          authorization: `Bearer ${token}`,
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({
            ms: performance.now() - startMs,
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    one.once('error', reject);
    one.end(body);
  });
}

export type HeldSocket = { readonly socket: Socket; readonly openedMs: number; closedMs: number | undefined };

/** A connection that says what it is told, and remembers when it was closed. */
export function hold(port: number, firstBytes: string): Promise<HeldSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const held: HeldSocket = { socket, openedMs: performance.now(), closedMs: undefined };
    socket.once('connect', () => {
      if (firstBytes !== '') socket.write(firstBytes);
      resolve(held);
    });
    socket.on('error', reject);
    socket.once('close', () => {
      held.closedMs = performance.now();
    });
    socket.resume();
  });
}

/** Runs `make` so many times, a few dozen at once, so that no queue of the system overflows. */
export async function inBatches<T>(count: number, make: (at: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  const BATCH = 50;
  for (let at = 0; at < count; at += BATCH) {
    const size = Math.min(BATCH, count - at);
    made.push(...(await Promise.all(Array.from({ length: size }, (_, index) => make(at + index)))));
  }
  return made;
}
