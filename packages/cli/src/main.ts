#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// What a command loads is kept compiled, which takes most of the time off the start of the next one; so nothing comes before.
enableCompileCache();
// Half of these threads may ask for names, each of which a silent name server holds for long (decisions/0036); read when the first is used.
process.env['UV_THREADPOOL_SIZE'] ??= '16';
// A reader such as `head` that has seen enough is no failure.
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit(0);
  process.stderr.write(`boomgate: the output cannot be written: ${message}\n`, () => process.exit(2));
});
const { runCommandLine } = await import('./command-line.ts');
process.exitCode = await runCommandLine();
// All is closed and said. What another machine still keeps open, as one that goes on and on with an answer, is waited for by nobody.
setInterval(() => {
  if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();
}, 500).unref();
