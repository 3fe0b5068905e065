import { Histogram } from '../histogram.ts';
import { startGateway, startUpstream } from '../parts.ts';
import type { Programs } from '../programs.ts';
import { medianOf } from '../report.ts';
import { doorOf } from '../requests.ts';
import { type Loaded, load, openLoad } from '../rounds.ts';
import { firstPerson, type Reads, readOn } from './people.ts';

/** What the figures are to be: a share of the peak, and milliseconds. */
const AIMS = { share: 0.9, refusedP99: 50, readsP99: 500 } as const;
/** Times the peak that is offered. */
const TIMES = 10;
const GRANTS = 20;
const WARM_UP_SECONDS = 8;
const PEAK_SECONDS = 4;
/** Numbers of connections of which the best shows the peak. */
const PEAK_CONNECTIONS = [16, 32, 64, 128, 256];
const ROUNDS = 9;
/** Of overload: until what waits everywhere is what will wait, and what is measured. */
const SETTLE_SECONDS = 2;
const ROUND_SECONDS = 5;
/** Milliseconds after which an agent gives a call up for which it has no connection. */
const GIVE_UP_MS = 1_000;

type OverloadHow = { readonly connections: number };

type OverloadRound = {
  /** Good answers a second at the peak just before, and with too much offered. */
  readonly peak: number;
  readonly goodput: number;
  readonly share: number;
  /** Shares of what was due. */
  readonly refused: number;
  readonly unsent: number;
  readonly unanswered: number;
  readonly failed: number;
  readonly samples: readonly string[];
  readonly reads: Reads;
};

type OverloadFigures = {
  readonly aims: typeof AIMS;
  readonly connections: number;
  readonly peakConnections: number;
  /** Calls a second. */
  readonly offered: number;
  /** The middle one of the rounds. */
  readonly share: number;
  /** Milliseconds from sending to the refusal, of all rounds. */
  readonly refusals: { readonly count: number; readonly p50: number; readonly p99: number };
  /** Milliseconds from when a call was due to its good answer. */
  readonly answers: { readonly p50: number; readonly p99: number };
  /** Of the worst round, once agents have connected; and the longest of all, when they all connect at once. */
  readonly readsP99: number;
  readonly readsMost: number;
  readonly rounds: readonly OverloadRound[];
};

/** Peak and ten times of it by turns, so that both are of the same minute; people read all the time. */
export async function benchOverload(
  programs: Programs,
  { connections }: OverloadHow,
): Promise<OverloadFigures> {
  const upstreamPort = await startUpstream(programs, 1);
  const gateway = await startGateway(programs, {
    name: 'overloaded',
    upstreamPort,
    core: 0,
    moreGrants: GRANTS,
  });
  const { port, token = '' } = gateway.target;
  const client = await firstPerson(port, gateway.setupCode);
  const doors = Array.from({ length: GRANTS }, (_, at) =>
    doorOf({ ...gateway.target, token: `${at}-${token}` }),
  );
  const loaded: Loaded = { name: 'overloaded', doors };

  await load(programs, loaded, { seconds: WARM_UP_SECONDS });
  const { best, perSecond } = await peakOf(programs, loaded);
  const offered = TIMES * perSecond;
  const refusals = new Histogram();
  const answers = new Histogram();
  const rounds: OverloadRound[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const calm = readOn(client, 0);
    const peak = (await load(programs, loaded, { connections: best, seconds: PEAK_SECONDS })).perSecond;
    await calm.stop();
    const reading = readOn(client, 2 * SETTLE_SECONDS);
    const flood = await openLoad(programs, {
      ...{ doors, connections, rate: offered, giveUpMs: GIVE_UP_MS },
      ...{ seconds: ROUND_SECONDS, warmUpSeconds: SETTLE_SECONDS },
    });
    refusals.add(Histogram.from(flood.refusedTimes));
    answers.add(Histogram.from(flood.okTimes));
    rounds.push({
      ...{ peak, goodput: flood.goodput, share: rounded(flood.goodput / peak) },
      refused: rounded(flood.refused / flood.due),
      unsent: rounded(flood.unsent / flood.due),
      unanswered: rounded(flood.unanswered / flood.due),
      failed: rounded(flood.failed / flood.due),
      samples: flood.samples,
      reads: await reading.stop(),
    });
  }
  return {
    ...{ aims: AIMS, connections, peakConnections: best, offered, rounds },
    share: medianOf(rounds, ({ share }) => share).share,
    refusals: { count: refusals.count, p50: refusals.at(0.5), p99: refusals.at(0.99) },
    answers: { p50: answers.at(0.5), p99: answers.at(0.99) },
    readsP99: Math.max(...rounds.map(({ reads }) => reads.p99)),
    readsMost: Math.max(...rounds.map(({ reads }) => reads.most)),
  };
}

async function peakOf(
  programs: Programs,
  loaded: Loaded,
): Promise<{ readonly best: number; readonly perSecond: number }> {
  const tried: { readonly best: number; readonly perSecond: number }[] = [];
  for (const connections of PEAK_CONNECTIONS) {
    const { perSecond } = await load(programs, loaded, { connections, seconds: PEAK_SECONDS });
    tried.push({ best: connections, perSecond });
  }
  return tried.reduce((one, other) => (other.perSecond > one.perSecond ? other : one));
}

const rounded = (share: number): number => Number(share.toFixed(3));

export function printOverload(figures: OverloadFigures): void {
  const {
    aims,
    answers,
    connections,
    offered,
    peakConnections,
    readsMost,
    readsP99,
    refusals,
    rounds,
    share,
  } = figures;
  console.log(
    `overload: ${offered} calls/s offered on ${connections} connections, ${TIMES} times the peak on ${peakConnections}\n`,
  );
  const heads = [
    'peak/s',
    'good/s',
    'share',
    'refused',
    'unsent',
    'lost',
    'failed',
    'reads',
    'p99 ms',
    'failed',
  ];
  console.log(['round', ...heads].map((head) => head.padStart(9)).join(''));
  for (const [at, { reads, ...one }] of rounds.entries()) {
    const shares = [one.share, one.refused, one.unsent, one.unanswered, one.failed].map((part) =>
      part.toFixed(3),
    );
    const cells = [at + 1, one.peak, one.goodput, ...shares, reads.reads, reads.p99.toFixed(0), reads.failed];
    console.log(cells.map((cell) => String(cell).padStart(9)).join(''));
    for (const sample of one.samples) console.log(`  ${sample.slice(0, 200)}`);
  }
  const line = (what: string, found: string, aim: string): void =>
    console.log(`${what.padEnd(44)}${found.padStart(10)}   aim ${aim}`);
  console.log('');
  line('goodput as a share of the peak', share.toFixed(2), `at least ${aims.share}`);
  line(
    `${refusals.count} refusals, p99 ms from sending`,
    refusals.p99.toFixed(1),
    `at most ${aims.refusedP99}`,
  );
  line('reads of the admin API, p99 ms', readsP99.toFixed(1), `at most ${aims.readsP99}`);
  console.log(`the longest of all, while all agents connect: ${readsMost.toFixed(0)} ms`);
  console.log(
    `answers to calls, from when they were due: p50 ${answers.p50.toFixed(0)} ms, p99 ${answers.p99.toFixed(0)} ms`,
  );
}
