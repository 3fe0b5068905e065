import { join } from 'node:path';
import { npmServer } from '../../../server/test/support/programs.ts';

/** The official server for a knowledge graph, as a process: tools that read, write and delete. */
export const MEMORY = { command: process.execPath, args: [npmServer('memory')] } as const;

/** A server whose every text is an attack. */
export const HOSTILE = {
  command: process.execPath,
  args: [join(import.meta.dirname, 'hostile-server.ts')],
};
