import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startDouble } from './double/index.ts';
import { connectStdio } from './support/agents.ts';

const run = promisify(execFile);
const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

/** The package as `npx` gets it: JavaScript, because Node runs no TypeScript in `node_modules`. */
it('the packed program serves its tools, with nothing but its dependencies beside it', async () => {
  await using double = await startDouble();
  const folder = await mkdtemp(join(tmpdir(), 'boomgate-comfyui-packed-'));
  try {
    const packed = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: PACKAGE });
    await run('tar', ['-xzf', packed.stdout.trim()], { cwd: folder });
    await symlink(join(PACKAGE, '../../node_modules'), join(folder, 'node_modules'));
    const env = { COMFYUI_URL: double.url, XDG_DATA_HOME: folder, PATH: process.env['PATH'] ?? '' };
    const program = join(folder, 'package', 'dist', 'main.js');
    await using agent = await connectStdio('modern', { command: process.execPath, args: [program], env });
    expect(await agent.tools()).toHaveLength(14);
    expect((await agent.call('comfy_get_queue')).data.summary).toBe('0 running, 0 pending');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
