import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Expired, ExpireOptions } from '../../contract.ts';
import { actsFrom } from '../chain/rows.ts';
import { sealer } from '../link.ts';
import type { LogOptions } from '../logs/options.ts';
import { build } from '../tables.ts';
import { change } from '../work.ts';
import { SoundWalk } from './sound-walk.ts';
import { type Boundary, olderOf, type Plan, planned, type Range, runSteps } from './steps.ts';

const STEP_ROWS = 200;

/** Deletes acts that are older than `beforeMs`. */
export async function expireAudit(
  options: LogOptions,
  { beforeMs, ...others }: ExpireOptions & { readonly beforeMs: number },
): Promise<Expired> {
  const plan = await planned(options, 'audit', (start, accepted) =>
    planOf(options, { start, accepted, beforeMs }),
  );
  const remove = ({ link }: Boundary) => change(build.deleteFrom('audit').where('link', '<=', link));
  return runSteps(options, { chain: 'audit', plan, beforeMs, remove }, others);
}

/** Every row carries its seal, so that the walk ends with the last old one. */
async function planOf(
  { executor, sealKey }: LogOptions,
  { accepted, beforeMs, start }: Range,
): Promise<Plan> {
  const sealing = { seal: sealer(sealKey(), 'audit'), sealAt: () => undefined };
  const walk = new SoundWalk(start, { chain: 'audit', accepted, ...sealing });
  const boundaries: Boundary[] = [];
  for (let link = start.link; ; ) {
    const step = await executor.read(() => actsFrom(link, STEP_ROWS));
    const older = olderOf(step, ({ act }) => act, { accepted, beforeMs });
    for (const { act } of older) walk.add(act);
    const last = older.at(-1)?.act;
    if (last === undefined) return { start, boundaries };
    if (walk.sealedTo < last.link) {
      const fault = `rows of the audit log after link ${walk.sealedTo} were not deleted, because they are not as they were written; boomgate audit verify names them`;
      return { start, boundaries, fault };
    }
    const throughMs = older.reduce((latest, { atMs }) => Math.max(latest, atMs ?? 0), 0);
    boundaries.push({ cursor: last.link, link: last.link, hash: last.hash, rows: older.length, throughMs });
    if (older.length < step.length) return { start, boundaries };
    link = last.link;
    await nextTurn();
  }
}
