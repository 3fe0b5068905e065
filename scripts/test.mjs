// `npm test`: everything a change must pass, with real clients and servers. Arguments narrow the tests: `npm test -- demo`.
import { setUp } from './setup.mjs';
import { stages } from './stages.mjs';

const { lint, tests, types } = stages(setUp());
lint();
types();
tests(['unit', 'integration'], process.argv.slice(2));
