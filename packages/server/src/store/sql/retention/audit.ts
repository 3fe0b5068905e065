import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Expired, ExpireOptions } from '../../contract.ts';
import { actsFrom } from '../chain/rows.ts';
import { sealer } from '../link.ts';
import type { LogOptions } from '../logs/options.ts';
import { build } from '../tables.ts';
import { change } from '../work.ts';
import { SoundWalk } from './sound-walk.ts';
import { type Boundary, FORGED_CHECKPOINT, type Plan, runSteps, startOf } from './steps.ts';

const STEP_ROWS = 200;

/** Deletes acts that are older than `beforeMs`. */
export async function expireAudit(
  options: LogOptions,
  { beforeMs, ...others }: ExpireOptions & { readonly beforeMs: number },
): Promise<Expired> {
  const start = await startOf(options, 'audit');
  if (start === undefined) return { rows: 0, fault: FORGED_CHECKPOINT };
  const plan = await planOf(options, { start, beforeMs });
  const remove = ({ link }: Boundary) => change(build.deleteFrom('audit').where('link', '<=', link));
  return runSteps(options, { chain: 'audit', start, plan, beforeMs, remove }, others);
}

/** Every row carries its seal, so that the walk ends with the last old one. */
async function planOf(
  { executor, sealKey }: LogOptions,
  { beforeMs, start }: { readonly start: Boundary; readonly beforeMs: number },
): Promise<Plan> {
  const walk = new SoundWalk(start, { seal: sealer(sealKey(), 'audit'), sealAt: () => undefined });
  const boundaries: Boundary[] = [];
  for (let link = start.link; ; ) {
    const step = await executor.read(() => actsFrom(link, STEP_ROWS));
    const first = step.findIndex(({ atMs }) => atMs !== null && atMs >= beforeMs);
    const older = first === -1 ? step : step.slice(0, first);
    for (const { act } of older) walk.add(act);
    const last = older.at(-1)?.act;
    if (last === undefined) return { boundaries };
    if (walk.sealedTo < last.link) {
      const fault = `rows of the audit log after link ${walk.sealedTo} were not deleted, because they are not as they were written; boomgate audit verify names them`;
      return { boundaries, fault };
    }
    const throughMs = older.reduce((latest, { atMs }) => Math.max(latest, atMs ?? 0), 0);
    boundaries.push({ cursor: last.link, link: last.link, hash: last.hash, rows: older.length, throughMs });
    if (first !== -1) return { boundaries };
    link = last.link;
    await nextTurn();
  }
}
