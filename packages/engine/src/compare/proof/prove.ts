import { name } from '../../decide/words.ts';
import type { EngineFunctions } from '../../functions.ts';
import { DOUBTS_MAX, REGIONS_PER_DOUBT } from '../bounds.ts';
import { Budget } from './budget.ts';
import type { Doubt } from './doubt.ts';
import { doubtAccess } from './prove-access.ts';
import { type Context, doubtCalls, opened, Prepared } from './prove-calls.ts';
import {
  exampleNames,
  type Knowledge,
  type Pair,
  patternRegions,
  type Region,
  singleRegions,
} from './region.ts';
import { isPatternSubset } from './text-set.ts';
import { Values } from './values.ts';

/**
 * Everything that the later policy might let through and the earlier one does not. Empty: it certainly lets through nothing
 * more, apart from calls that the earlier one refused only because it had no work left to read them (decisions/0006).
 */
export function prove(
  pair: Pair,
  knowledge: Knowledge | undefined,
  functions: EngineFunctions,
): readonly Doubt[] {
  const budget = new Budget(pair.effort.proof);
  const proving = { values: new Values(functions, budget), budget };
  const context: Context = { pair, prepared: new Prepared(), proving };
  const others = knowledge === undefined ? patternRegions(pair) : [];
  const doubts = [
    ...singleRegions(pair, knowledge).flatMap((region) => doubtSingle(region, context)),
    ...(knowledge === undefined ? doubtPatternsHidden(pair) : []),
    ...(others === undefined ? [TOO_MANY] : others.flatMap((region) => doubtOthers(region, context))),
    ...doubtAccess('resources', pair),
    ...doubtAccess('prompts', pair),
  ];
  return merged(doubts).slice(0, DOUBTS_MAX);
}

const TOO_MANY: Doubt = {
  about: { kind: 'size' },
  pointer: '/tools',
  what: 'there are too many patterns to say of every tool name which entries apply to it',
  regions: [],
};

function doubtSingle(region: Region, context: Context): readonly Doubt[] {
  const { before, after } = context.pair.names;
  const [tool = ''] = region.names;
  if (after.isHidden(tool)) return [];
  if (!before.isHidden(tool)) return doubtCalls(region, context);
  const isCallable = doubtCalls({ ...region, before: undefined }, closedBefore(context)).length > 0;
  return [listed([tool], name(tool)), ...(isCallable ? [opened(region, 'it was hidden before')] : [])];
}

/** As if nothing had been let through before. */
function closedBefore(context: Context): Context {
  const { pair } = context;
  return { ...context, pair: { ...pair, before: { ...pair.before, default: 'deny' } } };
}

/** Names that a pattern hides are listed unless a pattern hides them again. */
function doubtPatternsHidden({ before, after }: Pair): readonly Doubt[] {
  return before.hide
    .filter((pattern) => pattern.includes('*'))
    .filter((pattern) => !after.hide.some((other) => isPatternSubset(pattern, other)))
    .map((pattern) => listed(exampleNames(pattern), `tools like ${name(pattern)}`));
}

function listed(names: readonly string[], what: string): Doubt {
  return {
    about: { kind: 'listed', names },
    pointer: '/hide',
    what: `${what} ${names.length === 1 && what.startsWith('"') ? 'is' : 'are'} listed to the agent, and no longer hidden`,
    regions: [],
  };
}

/** Names that are hidden now let nothing through; that others were not hidden before is seen from the patterns of `hide`. */
function doubtOthers(region: Region, context: Context): readonly Doubt[] {
  const { hide } = context.pair.after;
  const isHidden = [region.before?.name, region.after?.name ?? region.before?.name ?? '*'].some((pattern) =>
    hide.some((other) => pattern !== undefined && isPatternSubset(pattern, other)),
  );
  return isHidden ? [] : doubtCalls(region, context);
}

/** What is doubted in several regions is one doubt, and looked for in the first of them that have names. */
function merged(doubts: readonly Doubt[]): readonly Doubt[] {
  const groups = Map.groupBy(doubts, ({ about, pointer, what }) => {
    const own = about.kind === 'listed' || about.kind === 'access' ? what : '';
    return JSON.stringify([about.kind, pointer, own]);
  });
  return [...groups.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const regions = [first, ...more].flatMap((one) => one.regions).filter(({ names }) => names.length > 0);
    return [{ ...first, regions: regions.slice(0, REGIONS_PER_DOUBT) }];
  });
}
