// `npm run conformance [-- part of a pair's name]`: the official conformance suite through the gateway, as a table.
import { run, setUp } from './setup.mjs';

run(setUp(), ['packages/server/test/conformance/run.ts', ...process.argv.slice(2)]);
