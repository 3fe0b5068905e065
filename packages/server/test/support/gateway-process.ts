/**
 * A gateway in a process of its own, for tests that kill or stop it: `gateway-process.ts CONFIG DATA [DATABASE [REDIS]]`, with as many workers
 * as `TEST_WORKERS` says. Sends its URL to the parent. SIGTERM stops it as `boomgate up` stops.
 */
import { startGateway } from '../../src/index.ts';

const [config = '', data = '', database, redis] = process.argv.slice(2);
const started = await startGateway({
  config,
  data,
  ...(database === undefined ? {} : { database }),
  ...(redis === undefined ? {} : { redis }),
  workers: Number(process.env['TEST_WORKERS'] ?? 1),
  host: '127.0.0.1',
  port: 0,
  environment: process.env,
  log: { info: () => undefined, warn: console.error, error: console.error },
});
if (!started.ok) throw new Error(started.problems.join('\n'));
const { gateway } = started;
process.once('SIGTERM', () => void gateway.close().then(() => process.exit()));
process.send?.(gateway.url);
