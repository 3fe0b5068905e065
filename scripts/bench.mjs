// `npm run bench`: set-up, then the measurements of `bench/`.
import { run, setUp } from './setup.mjs';

run(setUp(), ['bench/run.ts', ...process.argv.slice(2)]);
