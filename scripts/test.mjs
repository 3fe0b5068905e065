// `npm test`: everything a change must pass, with real clients and servers. Arguments narrow the tests: `npm test -- demo`.
import { findChromium } from './chromium.mjs';
import { findHelm } from './helm.mjs';
import { findOldestNode } from './oldest-node.mjs';
import { findPostgres } from './postgres.mjs';
import { buildProgram } from './program.mjs';
import { findRedis } from './redis.mjs';
import { buildDashboard, setUp } from './setup.mjs';
import { stages } from './stages.mjs';

process.env.BOOMGATE_CHROMIUM = findChromium();
process.env.BOOMGATE_POSTGRES = findPostgres();
process.env.BOOMGATE_REDIS_SERVER = findRedis();
const node = setUp();
buildDashboard(node);
process.env.BOOMGATE_PROGRAM = buildProgram(node).main;
process.env.BOOMGATE_HELM = await findHelm();
const oldest = await findOldestNode();
if (oldest !== undefined) process.env.BOOMGATE_OLDEST_NODE = oldest;
const { formatAndTypes, tests } = stages(node);
await formatAndTypes();
await tests(['unit', 'integration', 'waiting', 'timed'], process.argv.slice(2));
