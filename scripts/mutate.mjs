// `npm run mutate`: changes the source in small ways, one at a time and in memory only, and expects the tests to notice.
// Arguments:
//   --changed [BASE]  only files that differ from BASE (default: the last commit but one), the work tree included
//   --minutes N       ends after N minutes: mutants are drawn at random
//   --sample N        N mutants drawn at random; --seed S draws the same ones again
//   --only TEXT       only files whose path contains TEXT
import { run, setUp } from './setup.mjs';

run(setUp(), ['scripts/mutate/run.mjs', ...process.argv.slice(2)]);
