/** Backs a data folder up as the command line does, in a process of its own: `backup-writer.ts DATA FILE`. */
import { systemClock } from '../../../src/limits/index.ts';
import { writeBackup } from '../../../src/store/index.ts';

const [directory = '', file = ''] = process.argv.slice(2);
await writeBackup({ directory, file, version: 'test', clock: systemClock() });
