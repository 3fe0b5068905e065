import { readdir, readFile } from 'node:fs/promises';
import type { ScannedServer, ScanOptions, ScanTarget } from '../../src/scan/index.ts';
import { scan } from '../../src/scan/index.ts';

/** Variables of a caller that hold what no server may see. */
export const SECRETS = {
  GITHUB_TOKEN: 'ghp_seeded_secret_of_the_caller',
  AWS_SECRET_ACCESS_KEY: 'seeded-aws-secret',
  NPM_TOKEN: 'seeded-npm-secret',
  npm_config__auth: 'seeded-npm-auth',
  SSH_AUTH_SOCK: '/run/seeded-agent.sock',
  HTTPS_PROXY: 'http://seeded:proxy@proxy.invalid',
};

const environment = { ...process.env, ...SECRETS };

const PRELUDE = `
const say = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
const tool = (name, description = 'Gets a thing.') => ({ name, description, inputSchema: { type: 'object' } });
let hello = { capabilities: { tools: {} }, serverInfo: { name: 'script', version: '1' } };
let list = () => ({ tools: [tool('get_thing')] });
let rest = '';
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\\n');
  rest = lines.pop();
  for (const line of lines) {
    const m = JSON.parse(line);
    if (m.method === 'initialize') say({ id: m.id, result: { protocolVersion: '2025-06-18', ...hello } });
    else if (m.method === 'tools/list') { const result = list(m.params ?? {}); if (result) say({ id: m.id, result }); }
    else if (m.id !== undefined) say({ id: m.id, error: { code: -32601, message: 'no' } });
  }
});
process.stdin.on('end', () => process.exit());
`;

/** A server that is this program; it speaks MCP unless \`bare\`. */
export function script(program: string, { bare = false } = {}): ScanTarget {
  const text = bare ? program : `${PRELUDE}\n${program}`;
  return {
    name: 'script',
    target: { kind: 'stdio', command: process.execPath, args: ['-e', text], env: {} },
  };
}

export async function scanOne(
  target: ScanTarget,
  options: Partial<ScanOptions> = {},
): Promise<ScannedServer> {
  const report = await scan([target], { version: '0.0.0-test', environment, timeoutMs: 20_000, ...options });
  const [server] = report.servers;
  if (server === undefined) throw new Error('the report has no server');
  return server;
}

/** Command lines of processes of this machine that hold a text. */
export async function processesWith(text: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.includes(text));
}
