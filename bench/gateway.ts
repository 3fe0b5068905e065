/** The gateway under load: `node gateway.ts UPSTREAM_ORIGIN DATA_FOLDER normal|full [WORKERS]`. Prints its port and the token. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog, mintToken, startGateway } from '../packages/server/src/index.ts';

const [origin, data = '', synchronous, workers = '1'] = process.argv.slice(2);
/** Servers by the path of their address; each has a grant whose token ends with its name. */
const SERVERS = { bench: '/mcp', legacy: '/legacy', stream: '/stream' } as const;
const { token } = mintToken();
const names = Object.keys(SERVERS) as (keyof typeof SERVERS)[];
const config = join(data, 'boomgate.config.json');
const limit = { counter: 'search_rate', window: 'minute', max: 1_000_000_000, scope: 'grant' };
await mkdir(data, { recursive: true });
await writeFile(
  config,
  JSON.stringify({
    mcpServers: Object.fromEntries(names.map((name) => [name, { url: `${origin}${SERVERS[name]}` }])),
    policies: { bench: { version: '1', default: 'deny', tools: { search: { limits: [limit] } } } },
    grants: Object.fromEntries(
      names.map((name) => [
        name,
        { server: name, policy: 'bench', token: name === 'bench' ? token : `${name}-${token}` },
      ]),
    ),
  }),
);
const started = await startGateway({
  config,
  host: '127.0.0.1',
  port: 0,
  data: join(data, 'data'),
  synchronous: synchronous === 'full' ? 'full' : 'normal',
  workers: Number(workers),
  environment: process.env,
  log: createLog('warn', process.stderr),
});
if (!started.ok) throw new Error(started.problems.join('\n'));
console.log(`${new URL(started.gateway.url).port} ${token}`);
process.on('SIGTERM', () => started.gateway.close().then(() => process.exit(0)));
