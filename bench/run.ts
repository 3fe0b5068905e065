/**
 * `npm run bench [-- --json] [--seconds N]`: the cost of a decision and of a classification, the throughput of the whole path
 * beside a bare proxy and a direct call, and searches in a small index, all in one run. The proxy under test has one core,
 * everything else the other. Or only one of:
 * `--catalogue N`: the index, of N servers; 43000 have 515,000 tools.
 * `--control`: the admin API.
 * `--workers N`: one process beside N workers, none of them kept to one core.
 * `--scale [--rows N]`: every way to run it, side by side, and what a call costs as grants, rules and the log grow, this to N rows.
 * `--sustain SECONDS [--rate N] [--postgres | --redis]`: a load that lasts, each call of which is looked for in the log afterwards.
 * `--overload [--connections N]`: ten times of what can be done.
 */
import { parseArgs } from 'node:util';
import { benchCatalogue } from './catalogue.ts';
import { benchControl, printControl } from './control.ts';
import { benchPath, benchWorkers } from './path.ts';
import { openPrograms } from './programs.ts';
import { printCatalogue } from './report.ts';
import { benchGrowth, printGrowth } from './scale/growth.ts';
import { benchOverload, printOverload } from './scale/overload.ts';
import { benchReplicas, printReplicas } from './scale/replicas.ts';
import { benchSustain, printSustain } from './scale/sustain.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '2' },
    catalogue: { type: 'string' },
    control: { type: 'boolean', default: false },
    workers: { type: 'string' },
    scale: { type: 'boolean', default: false },
    rows: { type: 'string', default: '1000000' },
    sustain: { type: 'string' },
    rate: { type: 'string', default: '2000' },
    postgres: { type: 'boolean', default: false },
    redis: { type: 'boolean', default: false },
    overload: { type: 'boolean', default: false },
    connections: { type: 'string', default: '2000' },
  },
});

await using programs = await openPrograms();
const seconds = Number(values.seconds);

if (values.catalogue !== undefined)
  show({ catalogue: await benchCatalogue(Number(values.catalogue)) }, ({ catalogue }) =>
    printCatalogue(catalogue),
  );
else if (values.control) show({ control: await benchControl() }, ({ control }) => printControl(control));
else if (values.workers !== undefined) await benchWorkers(programs, Number(values.workers), { seconds });
else if (values.scale) await benchScale();
else if (values.sustain !== undefined) await benchLongLoad(Number(values.sustain));
else if (values.overload)
  show(
    { overload: await benchOverload(programs, { connections: Number(values.connections) }) },
    ({ overload }) => printOverload(overload),
  );
else await benchPath(programs, { json: values.json, seconds });

async function benchScale(): Promise<void> {
  const ways = await benchReplicas(programs, seconds);
  const growth = await benchGrowth(programs, { rows: Number(values.rows), seconds });
  show({ ways, growth }, (figures) => {
    printReplicas(figures.ways);
    printGrowth(figures.growth);
  });
}

async function benchLongLoad(ofSeconds: number): Promise<void> {
  const on = values.redis ? 'redis' : values.postgres ? 'postgres' : 'sqlite';
  const how = { rate: Number(values.rate), seconds: ofSeconds, on } as const;
  show({ sustain: await benchSustain(programs, how) }, ({ sustain }) => printSustain(sustain));
}

function show<Figures extends object>(figures: Figures, print: (figures: Figures) => void): void {
  if (values.json) console.log(JSON.stringify({ node: process.version, ...figures }, null, 2));
  else print(figures);
}
