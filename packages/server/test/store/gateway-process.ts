import { writeSync } from 'node:fs';
import { systemClock } from '../../src/limits/index.ts';
import { admit, RESULT, units, windowDemand } from '../../src/store/conformance/index.ts';
import { openSqliteStore } from '../../src/store/index.ts';

/**
 * A process that is to be killed: admits calls as fast as it can and prints one `f` for each one that may be forwarded,
 * one `l` for each that the limit refused. Arguments: directory, limit.
 */
const [directory = '', limit = '0'] = process.argv.slice(2);
const STANDARD_OUTPUT = 1;
const PARALLEL = 16;

const store = await openSqliteStore({ directory, clock: systemClock() });
const demand = windowDemand({ max: units(Number(limit)), windowMs: 3_600_000 });

async function callWithoutEnd(): Promise<never> {
  for (;;) {
    const admission = await admit(store, demand);
    // Written at once: what was printed was certainly admitted before the process died.
    writeSync(STANDARD_OUTPUT, admission.result.ok ? 'f' : 'l');
    if (admission.result.ok) store.journal.settle(admission, 'kept', RESULT);
  }
}

await Promise.all(Array.from({ length: PARALLEL }, callWithoutEnd));
