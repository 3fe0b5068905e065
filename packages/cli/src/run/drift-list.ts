import type { DriftListPlan } from '../plan/index.ts';
import { driftTable } from '../report/index.ts';
import { shellWord } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { type Drift, fingerprintOfAll, heldDrift, SHOWN_DIGITS } from './drift.ts';
import { placeFlag } from './gateway-options.ts';
import { openToRead } from './store.ts';

/** Held tools are findings: somebody has to look at them. */
export async function runDriftList(plan: DriftListPlan, world: World): Promise<ExitCode> {
  const { facts, output, show } = world;
  const store = world.keep(await openToRead(plan, world.facts));
  const drift = await heldDrift(store, plan.server);
  if (show.json) output.json(drift.map(listed));
  else if (drift.length === 0) output.note('no tool waits for a person');
  else {
    const rows = drift.map(({ before, now }) => ({
      ...now,
      class: now.classification.class,
      ...(before === undefined ? {} : { classBefore: before.classification.class }),
      fingerprint: now.fingerprint.slice(0, SHOWN_DIGITS),
    }));
    output.data(driftTable(rows, { ...output, ...facts }));
    tell(drift, plan, world);
  }
  return drift.length === 0 ? 0 : 1;
}

function listed({ before, now }: Drift): object {
  const { classification, fingerprint, isOffered, seenAtMs, server, tool } = now;
  return {
    server,
    tool,
    change: before === undefined ? 'new' : 'changed',
    class: classification.class,
    classBefore: before?.classification.class,
    isOffered,
    sinceMs: seenAtMs,
    fingerprint,
  };
}

function tell(drift: readonly Drift[], plan: DriftListPlan, { facts, output }: World): void {
  const data = placeFlag(plan, facts);
  output.note('\nLook at one with "boomgate drift show SERVER TOOL". Accept all listed ones with');
  for (const server of new Set(drift.map(({ now }) => now.server))) {
    const all = fingerprintOfAll(drift.filter(({ now }) => now.server === server)).slice(0, SHOWN_DIGITS);
    output.note(`  boomgate drift accept ${shellWord(server)} --all --fingerprint ${all}${data}`);
  }
}
