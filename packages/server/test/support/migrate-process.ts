/** `boomgate migrate` in a process of its own: `migrate-process.ts DATABASE`. Sends the steps that it made to the parent. */
import { migratePostgres } from '../../src/index.ts';

const [database = ''] = process.argv.slice(2);
process.send?.(await migratePostgres(database));
process.disconnect();
