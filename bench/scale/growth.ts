import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openDatabase } from '../../packages/server/src/store/sqlite/driver.ts';
import { type GatewayOf, type StartedGateway, startGateway, startUpstream } from '../parts.ts';
import type { Programs } from '../programs.ts';
import { compare } from '../report.ts';
import { doorOf } from '../requests.ts';
import { type Loaded, load, measure } from '../rounds.ts';

/** The cost of a call may grow by this share. */
const AIM = 0.2;
const RULES = { few: 10, many: 1_000 };
const GRANTS = { few: 10, many: 100_000 };
const FEW_ROWS = 1_000;
/** Grants that call at once, spread over all there are: as many where there are few, as each has a counter of its own. */
const CALLING = GRANTS.few;

type Growth = {
  readonly what: string;
  readonly few: number;
  readonly many: number;
  /** Calls a second of one core, in the middle round. */
  readonly withFew: number;
  readonly withMany: number;
  /** What a call costs with many as a multiple of what it costs with few, in the middle round. */
  readonly cost: number;
};

type GrowthFigures = { readonly aim: number; readonly growths: readonly Growth[] };

/** What a call costs as there is more of something, two gateways by turns. `rows`: of the longest log. */
export async function benchGrowth(
  programs: Programs,
  { rows, seconds }: { readonly rows: number; readonly seconds: number },
): Promise<GrowthFigures> {
  const upstreamPort = await startUpstream(programs, 1);
  const compared = comparer(programs, seconds);
  const start = (of: Omit<GatewayOf, 'upstreamPort' | 'core'>) =>
    startGateway(programs, { ...of, upstreamPort, core: 0 });
  return {
    aim: AIM,
    growths: [
      await compared({ what: 'rules', ...RULES }, (others, name) =>
        start({ name, rules: { own: 0, others } }).then(ofOne),
      ),
      await compared({ what: 'grants', ...GRANTS }, (moreGrants, name) =>
        start({ name, moreGrants }).then((gateway) => ofMany(gateway, moreGrants)),
      ),
      await compared({ what: 'rows of the log', few: FEW_ROWS, many: rows }, async (count, name) => {
        const of = { name, token: randomBytes(24).toString('hex') };
        const first = await start(of);
        await load(programs, { name, doors: [doorOf(first.target)] }, { seconds: 1 });
        await first.program.stop();
        copyRows(join(first.data, 'boomgate.db'), count);
        return ofOne(await start(of));
      }),
    ],
  };
}

type Compared = { readonly what: string; readonly few: number; readonly many: number };
/** Starts a gateway with so many; what it is loaded with, and how it is stopped. */
type Start = (count: number, name: string) => Promise<{ loaded: Loaded['doors']; stop: () => Promise<void> }>;

function comparer(programs: Programs, seconds: number): (of: Compared, start: Start) => Promise<Growth> {
  return async (of, start) => {
    const few = await start(of.few, `${of.what}-few`);
    const many = await start(of.many, `${of.what}-many`);
    const rounds = await measure(
      programs,
      [
        { name: 'few', doors: few.loaded },
        { name: 'many', doors: many.loaded },
      ],
      seconds,
    );
    await few.stop();
    await many.stop();
    const [one, other] = compare(rounds, 'many');
    if (one === undefined || other === undefined) throw new Error('no rounds were run');
    return { ...of, withFew: one.perSecond, withMany: other.perSecond, cost: one.ratio };
  };
}

function ofOne({ program, target }: StartedGateway) {
  return { loaded: [doorOf(target)], stop: program.stop };
}

function ofMany({ program, target }: StartedGateway, grants: number) {
  const loaded = Array.from({ length: CALLING }, (_, at) => {
    const grant = Math.floor((at * grants) / CALLING);
    return doorOf({ ...target, token: `${grant}-${target.token}` });
  });
  return { loaded, stop: program.stop };
}

/** Makes a log so long by copies of its rows before the first, without links, as rows are from before there was a chain. */
function copyRows(file: string, rows: number): void {
  const database = openDatabase(file, { readOnly: false, busyTimeoutMs: 1_000 });
  const [{ own } = { own: 0 }] = database.prepare('select count(*) as own from decisions').all() as {
    own: number;
  }[]; // a cast: SQL says so
  for (let copy = Math.ceil(rows / own) - 1; copy > 0; copy -= 1)
    database.exec(`begin;
      insert into decisions (cursor, caller, entry) select cursor - ${copy * own}, caller, entry from decisions where cursor > 0 order by cursor;
      insert into outcomes (decision, entry) select decision - ${copy * own}, entry from outcomes where decision > 0 order by decision;
      commit`);
  database.close();
}

export function printGrowth({ aim, growths }: GrowthFigures): void {
  console.log(
    `\n${'cost of a call as there are more'.padEnd(34)}${['from', 'to', 'calls/s', 'calls/s', 'cost'].map((head) => head.padStart(10)).join('')}`,
  );
  for (const { cost, few, many, what, withFew, withMany } of growths) {
    const cells = [few, many, withFew, withMany, cost.toFixed(2)];
    console.log(`${what.padEnd(34)}${cells.map((cell) => String(cell).padStart(10)).join('')}`);
  }
  console.log(`aim: at most ${(1 + aim).toFixed(2)}`);
}
