#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// What is loaded is kept compiled, as clients start this program anew for every conversation; so nothing comes before.
enableCompileCache();
const { runCommand } = await import('./command.ts');
await runCommand();
