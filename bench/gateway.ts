/** The gateway under load: `node gateway.ts UPSTREAM_URL DATA_FOLDER normal|full`. Prints its port and the token. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog, mintToken, startGateway } from '../packages/server/src/index.ts';

const [url, data = '', synchronous] = process.argv.slice(2);
const { token } = mintToken();
const config = join(data, 'boomgate.config.json');
const limit = { counter: 'search_rate', window: 'minute', max: 1_000_000_000, scope: 'grant' };
await mkdir(data, { recursive: true });
await writeFile(
  config,
  JSON.stringify({
    mcpServers: { bench: { url } },
    policies: { bench: { version: '1', default: 'deny', tools: { search: { limits: [limit] } } } },
    grants: { bench: { server: 'bench', policy: 'bench', token } },
  }),
);
const started = await startGateway({
  config,
  host: '127.0.0.1',
  port: 0,
  data: join(data, 'data'),
  synchronous: synchronous === 'full' ? 'full' : 'normal',
  environment: process.env,
  log: createLog('warn', process.stderr),
});
if (!started.ok) throw new Error(started.problems.join('\n'));
console.log(`${new URL(started.gateway.url).port} ${token}`);
process.on('SIGTERM', () => started.gateway.close().then(() => process.exit(0)));
