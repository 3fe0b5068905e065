// `npm start`: set-up, then the demo. Further arguments go to `boomgate up`.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { buildDashboard, ROOT, setUp } from './setup.mjs';

const node = setUp();
buildDashboard(node);
if (!isOnPath()) console.error(`What follows calls the command boomgate: here it is ${join(ROOT, 'bin', 'boomgate')}\n`);
const child = spawn(node, ['packages/cli/src/main.ts', 'up', '--demo', ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
});
// The child gets the terminal's signals itself; this process only waits, so that the shell is not given back too early.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 0));

/** Whether a person's shell finds the command: npm puts folders of packages before their path, for its scripts alone. */
function isOnPath() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.endsWith('.bin'));
  return folders.some((folder) => existsSync(join(folder, 'boomgate')));
}
