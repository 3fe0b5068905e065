/** `npm run fuzz -- [--minutes N] [--seed N]`: tries bodies for that long, prints the seed, keeps what it finds in `corpus`. */
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const until = performance.now() + Number(values.minutes) * 60_000;
console.log(`seed ${seed}`);
const { accepted, bodies, differences } = fuzz(
  seed,
  (tried) => tried % 1_000 !== 0 || performance.now() < until,
);
for (const difference of differences) console.log(difference);
console.log(`${bodies} bodies, ${accepted} accepted, ${differences.length} read differently`);
process.exitCode = differences.length === 0 ? 0 : 1;
