import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  classify,
  readDefinition,
  type Surroundings,
  type ToolDefinition,
} from '../packages/catalogue/src/index.ts';
import { type Line, readBundled } from './catalogue-made.ts';

export type ClassifyFigure = {
  readonly tools: number;
  /** Microseconds of processor time for one tool, in the best and the middle of many rounds. */
  readonly bestUs: number;
  readonly medianUs: number;
  readonly aimUs: number;
};

/** Microseconds a tool, on one core. */
const AIM_US = 50;
const WARM_UPS = 8;
const ROUNDS = 41;

/** Classifies every bundled definition, whole schemas and all, with its server's other tools as siblings. */
export function benchClassify(): ClassifyFigure {
  for (let round = 0; round < WARM_UPS; round += 1) classifyAll();
  const rounds = Array.from({ length: ROUNDS }, classifyAll).sort((a, b) => a.us - b.us);
  const { tools = 0, us: bestUs = Number.NaN } = rounds[0] ?? {};
  return { tools, bestUs, medianUs: rounds[(ROUNDS - 1) / 2]?.us ?? Number.NaN, aimUs: AIM_US };
}

setFlagsFromString('--expose-gc');
// A cast: that is what the flag puts into a new context.
const collectGarbage = runInNewContext('gc') as (options: { readonly type: 'minor' | 'major' }) => void;

/**
 * Reads the definitions anew each time: engines keep some of what they learn of a text they saw before. What reading them left
 * is collected before anything counts; what classifying leaves counts.
 */
function classifyAll(): { readonly tools: number; readonly us: number } {
  const all = readBundled().flatMap(definitionsOf);
  collectGarbage({ type: 'minor' });
  const before = process.cpuUsage();
  for (const { tool, around } of all) classify(tool, around);
  const { user, system } = process.cpuUsage(before);
  return { tools: all.length, us: (user + system) / all.length };
}

function definitionsOf({ slug, tools }: Line): readonly { tool: ToolDefinition; around: Surroundings }[] {
  const around = { server: slug, siblings: tools.map(({ name }) => name) };
  return tools.map((one) => {
    // It was just read from JSON.
    const read = readDefinition(one as Parameters<typeof readDefinition>[0]);
    if (!read.ok) throw new Error(read.message);
    return { tool: read.tool, around };
  });
}
