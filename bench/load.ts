/**
 * Closed-loop load over raw sockets, so that the driver costs little: `node load.ts PORT CONNECTIONS SECONDS` with the
 * request on standard input. Prints one line of JSON: calls, seconds, latencies in milliseconds. An answer is whole when it has the
 * length that it states or, as a stream, its last chunk.
 */
import { connect } from 'node:net';

const [port, connections, seconds] = process.argv.slice(2).map(Number);
const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const request = Buffer.concat(chunks);

const WARM_UP_MS = 1_500;
const latencies: number[] = [];
let failures = 0;
const started = performance.now();
const measureFrom = started + WARM_UP_MS;
const until = measureFrom + (seconds ?? 5) * 1000;

await Promise.all(Array.from({ length: connections ?? 32 }, drive));
const elapsed = (performance.now() - measureFrom) / 1000;
latencies.sort((a, b) => a - b);
const at = (share: number): number =>
  Number((latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(3));
console.log(
  JSON.stringify({
    calls: latencies.length,
    failures,
    perSecond: Math.round(latencies.length / elapsed),
    p50: at(0.5),
    p99: at(0.99),
  }),
);

function isWhole(answer: string, bodyAt: number): boolean {
  const length = /content-length: (\d+)/i.exec(answer)?.[1];
  return length === undefined ? answer.endsWith('\r\n0\r\n\r\n') : answer.length >= bodyAt + Number(length);
}

/** One connection that sends the next request as soon as the answer is complete. */
function drive(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port ?? 0, '127.0.0.1');
    socket.setNoDelay(true);
    let sentAt = 0;
    let pending = '';
    const send = (): void => {
      sentAt = performance.now();
      socket.write(request);
    };
    socket.setEncoding('latin1');
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('data', (text: string) => {
      pending += text;
      const headEnd = pending.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      if (!isWhole(pending, headEnd + 4)) return;
      const now = performance.now();
      if (!pending.startsWith('HTTP/1.1 200') || pending.includes('"isError":true')) failures += 1;
      pending = '';
      if (now >= measureFrom && now < until) latencies.push(now - sentAt);
      if (now < until) return send();
      socket.end();
      resolve();
    });
  });
}
