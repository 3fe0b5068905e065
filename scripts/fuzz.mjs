// `npm run fuzz -- --minutes N`: differential fuzzing of what is judged against what is sent.
import { run, setUp } from './setup.mjs';

run(setUp(), ['packages/server/test/fuzz/run.ts', ...process.argv.slice(2)]);
