// `npm start`: set-up, then the demo. Further arguments go to `boomgate up`.
import { spawn } from 'node:child_process';
import { buildDashboard, ROOT, setUp } from './setup.mjs';

const node = setUp();
buildDashboard(node);
const child = spawn(node, ['packages/cli/src/main.ts', 'up', '--demo', ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
});
// The child gets the terminal's signals itself; this process only waits, so that the shell is not given back too early.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 0));
