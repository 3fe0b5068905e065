import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mintToken } from '../identity/index.ts';
import { makeFolder, prepareDirectory } from '../store/index.ts';

export const DEMO_SERVER = 'workspace';
export const DEMO_TOKEN_VARIABLE = 'BOOMGATE_DEMO_GRANT';

export type DemoFiles = { readonly config: string; readonly workspace: string; readonly token: string };

/** What the demo starts from: plain files that a person may edit while the gateway runs. What exists is kept. */
export async function prepareDemo(data: string): Promise<DemoFiles> {
  const folder = join(data, 'demo');
  const workspace = join(folder, 'workspace');
  prepareDirectory(data);
  makeFolder(join(workspace, 'notes'), 0o700);
  for (const [path, content] of Object.entries(FILES)) await writeOnce(join(workspace, path), content);
  await writeOnce(join(folder, 'workspace-policy.json'), `${JSON.stringify(POLICY, null, 2)}\n`);
  const config = join(folder, 'boomgate.config.json');
  // The program's own place may differ from one start to the next, so this one file is always written.
  await writeFile(config, `${JSON.stringify(configFor(workspace), null, 2)}\n`);
  const tokenFile = join(folder, 'grant-token');
  await writeOnce(tokenFile, mintToken().token);
  return { config, workspace, token: (await readFile(tokenFile, 'utf8')).trim() };
}

const FILES = {
  'notes/welcome.md': '# Welcome\n\nThis folder is governed by Boomgate.\n',
  'notes/plan.md': '- ship the gateway\n- sleep well\n',
  '.env': 'API_KEY=not-a-real-key\n',
};

const POLICY = {
  version: '1',
  description:
    'The agent may work with notes. Secrets stay secret, nothing is deleted, reports are rationed.',
  default: 'deny',
  hide: ['delete_*'],
  tools: {
    list_files: {},
    read_file: {
      deny_if: [
        {
          conditions: [{ path: 'args.path', op: 'regex', value: '(^|/)\\.env' }],
          on_deny: 'Files named .env hold secrets and are never read by agents',
        },
      ],
    },
    write_file: {
      require: [
        {
          conditions: [{ path: 'args.path', op: 'starts_with', value: 'notes/' }],
          on_deny: 'Only files under notes/ may be written',
        },
      ],
    },
    run_report: {
      limits: [{ counter: 'run_report_rate', window: 'minute', max: 2, scope: 'grant' }],
    },
  },
};

function configFor(workspace: string): object {
  const program = fileURLToPath(new URL('./workspace-server.ts', import.meta.url));
  return {
    // The server comes with this program: another version of it is no surprise.
    mcpServers: { [DEMO_SERVER]: { command: process.execPath, args: [program, workspace], drift: 'accept' } },
    policies: { 'workspace-policy': './workspace-policy.json' },
    grants: {
      'demo-agent': {
        server: DEMO_SERVER,
        policy: 'workspace-policy',
        token: `\${env:${DEMO_TOKEN_VARIABLE}}`,
      },
    },
  };
}

async function writeOnce(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    // Only what is already there may be in the way.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
