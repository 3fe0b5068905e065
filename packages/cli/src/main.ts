#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// What a command loads is kept compiled, which takes most of the time off the start of the next one; so nothing comes before.
enableCompileCache();
// A reader such as `head` that has seen enough is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));
const { runCommandLine } = await import('./command-line.ts');
process.exitCode = await runCommandLine();
