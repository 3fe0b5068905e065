/** A gateway in a process of its own, for tests that kill it: `gateway-process.ts CONFIG DATA`. Sends its URL to the parent. */
import { createLog, startGateway } from '../../src/index.ts';

const [config = '', data = ''] = process.argv.slice(2);
const started = await startGateway({
  config,
  data,
  host: '127.0.0.1',
  port: 0,
  environment: process.env,
  log: createLog('warn', process.stderr),
});
if (!started.ok) throw new Error(started.problems.join('\n'));
process.send?.(started.gateway.url);
