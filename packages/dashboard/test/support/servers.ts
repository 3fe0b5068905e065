import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const manifest = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-memory/package.json');

/** The official server for a knowledge graph, as a process: tools that read, write and delete. */
export const MEMORY = {
  command: process.execPath,
  args: [join(dirname(manifest), 'dist/index.js')],
} as const;
