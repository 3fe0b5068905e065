/**
 * `npm run bench [-- --json] [--seconds N]`: the cost of a decision and of a classification, the throughput of the whole path
 * beside a bare proxy and a direct call, and searches in a small index, all in one run. The proxy under test has one core,
 * everything else the other.
 * `--catalogue N`: only the index, of N servers; 43000 have 515,000 tools. `--control`: only the admin API. `--workers N`: only one
 * process beside N workers, none of them kept to one core.
 */
import { parseArgs } from 'node:util';
import { benchCatalogue } from './catalogue.ts';
import { benchControl, printControl } from './control.ts';
import { benchPath, benchWorkers } from './path.ts';
import { openPrograms } from './programs.ts';
import { printCatalogue } from './report.ts';
import { benchOverload, printOverload } from './scale/overload.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '2' },
    catalogue: { type: 'string' },
    control: { type: 'boolean', default: false },
    workers: { type: 'string' },
    overload: { type: 'boolean', default: false },
    connections: { type: 'string', default: '2000' },
  },
});

await using programs = await openPrograms();
const how = { json: values.json, seconds: Number(values.seconds) };

if (values.control) await benchApi();
else if (values.overload) await benchTooMuch();
else if (values.workers !== undefined) await benchWorkers(programs, Number(values.workers), how);
else if (values.catalogue !== undefined) await benchIndex(Number(values.catalogue));
else await benchPath(programs, how);

async function benchIndex(servers: number): Promise<void> {
  const catalogue = await benchCatalogue(servers);
  if (values.json) console.log(JSON.stringify({ node: process.version, catalogue }, null, 2));
  else printCatalogue(catalogue);
}

async function benchApi(): Promise<void> {
  const control = await benchControl();
  if (values.json) console.log(JSON.stringify({ node: process.version, control }, null, 2));
  else printControl(control);
}

async function benchTooMuch(): Promise<void> {
  const overload = await benchOverload(programs, { connections: Number(values.connections) });
  if (values.json) console.log(JSON.stringify({ node: process.version, overload }, null, 2));
  else printOverload(overload);
}
