/** A program: `run.ts [part of a pair's name]` prints the table of all pairs; exits with 1 when one is not fine. */
import { BASELINE, isFine, type Verdict } from './baseline.ts';
import { PAIRS, type Pair } from './pairs.ts';
import { runPair } from './run-pair.ts';

const wanted = process.argv[2] ?? '';
const verdicts: { readonly pair: Pair; readonly verdict: Verdict }[] = [];
console.log('upstream       requirements   passed/applicable   in the baseline');
for (const pair of PAIRS.filter(({ name }) => name.includes(wanted))) {
  const verdict = await runPair(pair);
  verdicts.push({ pair, verdict });
  console.log(rowOf(pair, verdict));
}
for (const { pair, verdict } of verdicts) for (const line of remarksOn(pair, verdict)) console.log(line);
process.exitCode = verdicts.length > 0 && verdicts.every(({ verdict }) => isFine(verdict)) ? 0 : 1;

function rowOf({ upstream, revision }: Pair, verdict: Verdict): string {
  const score = `${verdict.passed}/${verdict.applicable}`;
  const mark = isFine(verdict) ? '' : '   NOT FINE';
  return `${upstream.padEnd(15)}${revision.padEnd(15)}${score.padEnd(20)}${verdict.known.length}${mark}`;
}

function remarksOn({ name }: Pair, { known, regressions, stale }: Verdict): readonly string[] {
  return [
    `\n${name}`,
    ...known.map((scenario) => `  known       ${scenario}: ${BASELINE[name]?.[scenario]}`),
    ...regressions.map((regression) => `  REGRESSION  ${regression}`),
    ...stale.map((scenario) => `  STALE       ${scenario} passes; take it out of the baseline`),
  ];
}
