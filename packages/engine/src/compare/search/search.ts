import { decideAccess } from '../../decide/access.ts';
import { type CompiledPolicy, compilePolicy } from '../../decide/compile.ts';
import { decide } from '../../decide/decide.ts';
import type { Call } from '../../decide/decision.ts';
import type { EngineFunctions } from '../../functions.ts';
import { canonicalJson } from '../../json/canonical.ts';
import type { JsonObject } from '../../json/json.ts';
import type { Limit } from '../../policy.ts';
import { CALLS_PER_DOUBT, DECIDING, SCHEMA_UNITS, VALUES_PER_DOUBT } from '../bounds.ts';
import { Budget } from '../proof/budget.ts';
import type { About, Doubt } from '../proof/doubt.ts';
import { countsWhen, type Formula, negated, triggersOf } from '../proof/formula.ts';
import { limitsOf } from '../proof/prove-limits.ts';
import type { Pair, Region } from '../proof/region.ts';
import { Values } from '../proof/values.ts';
import { letsMoreThrough, type Witness } from '../witness.ts';
import { baseCall, misfits, withFittingSchema } from './base-call.ts';
import { exhaust } from './exhaust.ts';
import { lastMoment, Moments } from './moments.ts';
import { placeAll } from './place.ts';
import { solve } from './solve.ts';
import { type Space, spaceOf } from './space.ts';

/** Looks for witnesses of doubts, and counts the calls that it tries. The same doubts always give the same witnesses. */
export class Search {
  readonly #pair: Pair;
  readonly #values: Values;
  readonly #both: { readonly before: CompiledPolicy; readonly after: CompiledPolicy };
  readonly #spaces = new Map<Region, Space>();
  readonly #units: Budget;
  readonly #schemas = new Map<string, JsonObject>();
  #tried = 0;

  constructor(pair: Pair, functions: EngineFunctions) {
    this.#pair = pair;
    this.#units = new Budget(pair.effort.search);
    this.#values = new Values(functions, this.#units);
    this.#both = {
      before: compilePolicy(pair.before, functions),
      after: compilePolicy(pair.after, functions),
    };
  }

  /** Calls that both policies have decided. */
  get tried(): number {
    return this.#tried;
  }

  /** What shows that a doubt is right; undefined when nothing was found. */
  find({ about, regions }: Doubt): Witness | undefined {
    if (about.kind === 'size') return undefined;
    if (about.kind === 'access') return this.#findAccess(about);
    if (about.kind === 'listed') return this.#findListed(about.names);
    const budget = { values: new Budget(VALUES_PER_DOUBT), calls: new Budget(CALLS_PER_DOUBT) };
    for (const region of regions) {
      for (const formulas of goalsOf(about, region, this.#pair)) {
        if (this.#units.isSpent) return undefined;
        const found = this.#findCall(about, { region, formulas, budget });
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  #findCall(about: CallAbout, { region, formulas, budget }: Goal): Witness | undefined {
    const space = this.#spaceOf(region);
    const accept = (assignment: Parameters<typeof placeAll>[1]): Witness | undefined => {
      if (!budget.calls.spend(1)) return undefined;
      const call = placeAll(baseCall(region), assignment);
      return this.#check(about, {
        call,
        region,
        space,
        isTimed: assignment.nowMs !== undefined,
        calls: budget.calls,
      });
    };
    const solving = { values: this.#values, budget: budget.values, moments: new Moments(formulas) };
    return solve({ formulas, space, accept }, solving);
  }

  #check(about: CallAbout, { call, region, space, isTimed, calls }: Candidate): Witness | undefined {
    const ask = (asked: readonly Call[], isMeant: IsMeant) =>
      this.#first(asked, { isMeant, units: space.units });
    if (about.kind === 'validate') return ask(misfits(call, region, space.names), isWider);
    const fitting = withFittingSchema(call, region, space.names);
    if (about.kind === 'approval') return ask([fitting], isHeldTwice);
    if (about.kind === 'store_error') return ask([fitting], (found) => this.#isForgiven(found, about.limit));
    if (about.kind !== 'limit') return ask([fitting], isWider);
    const uncounted = ask([fitting], isWider);
    if (uncounted !== undefined) return uncounted;
    const starts = isTimed
      ? [fitting.nowMs]
      : [fitting.nowMs, lastMoment(this.#pair.before), lastMoment(this.#pair.after)];
    for (const nowMs of starts) {
      this.#tried += 1;
      const isAffordable = (): boolean => calls.spend(1) && this.#units.spend(space.units);
      const exhausting = { both: this.#both, limit: about.limit, isAffordable };
      const found = exhaust({ ...this.#withKnownSchema(fitting), nowMs }, exhausting);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether both let a call through that the limit counts, and only the later one also where the counter cannot be asked. */
  #isForgiven({ call, before, after }: CallWitness, { id, counter }: Limit): boolean {
    const asks = decide(this.#both.before, call).demands.some(({ rule }) => rule === id);
    const later = decide(this.#both.after, call).demands.filter((demand) => demand.counter === counter);
    const isLet = [before, after].every(({ outcome }) => outcome === 'allow' || outcome === 'approve');
    return isLet && asks && later.every(({ onStoreError }) => onStoreError === 'allow');
  }

  /** The first of the calls of which both decisions say what is asked. */
  #first(calls: readonly Call[], { isMeant, units }: Asking): Witness | undefined {
    for (const one of calls) {
      if (!this.#units.spend(units)) return undefined;
      this.#tried += 1;
      const call = this.#withKnownSchema(one);
      const [before, after] = [decide(this.#both.before, call), decide(this.#both.after, call)];
      const found = { kind: 'call', call, before: before.decision, after: after.decision } as const;
      if (isMeant(found)) return found;
    }
    return undefined;
  }

  /** Schemas of the same text are one object, so that each is compiled once. */
  #withKnownSchema(call: Call): Call {
    const { inputSchema } = call.tool;
    if (inputSchema === undefined) return call;
    const key = canonicalJson(inputSchema);
    const known = this.#schemas.get(key);
    if (known === undefined) this.#units.spend(SCHEMA_UNITS);
    this.#schemas.set(key, known ?? inputSchema);
    return known === undefined ? call : { ...call, tool: { ...call.tool, inputSchema: known } };
  }

  #spaceOf(region: Region): Space {
    const space = this.#spaces.get(region) ?? spaceOf(region, this.#pair, this.#values);
    this.#spaces.set(region, space);
    return space;
  }

  #findListed(names: readonly string[]): Witness | undefined {
    const calls = names.map((name) => baseCall({ names: [name], before: undefined, after: undefined }));
    return this.#first(calls, {
      isMeant: ({ before, after }) => before.outcome === 'hide' && after.outcome !== 'hide',
      units: DECIDING,
    });
  }

  #findAccess({ access, targets }: Extract<About, { kind: 'access' }>): Witness | undefined {
    for (const target of targets) {
      this.#tried += 1;
      const before = decideAccess(this.#both.before, access, target);
      const after = decideAccess(this.#both.after, access, target);
      if (letsMoreThrough(after, before)) return { kind: 'access', access, target, before, after };
    }
    return undefined;
  }
}

type CallAbout = Exclude<About, { kind: 'size' | 'access' | 'listed' }>;
type CallWitness = Extract<Witness, { kind: 'call' }>;
type IsMeant = (found: CallWitness) => boolean;
type Asking = { readonly isMeant: IsMeant; readonly units: number };
type Candidate = {
  readonly call: Call;
  readonly region: Region;
  readonly space: Space;
  readonly isTimed: boolean;
  readonly calls: Budget;
};
type Goal = {
  readonly region: Region;
  readonly formulas: readonly Formula[];
  readonly budget: { readonly values: Budget; readonly calls: Budget };
};

const isWider = ({ before, after }: CallWitness): boolean => letsMoreThrough(after, before);
const isHeldTwice = ({ before, after }: CallWitness): boolean =>
  before.outcome === 'approve' && after.outcome === 'approve';

/** What has to hold of a call that shows the doubt to be right; the first goals make the plainer witnesses. */
function goalsOf(about: CallAbout, region: Region, { before, after }: Pair): readonly (readonly Formula[])[] {
  const [earlier, later] = [firing(before, region.before), firing(after, region.after)];
  const passes = later.refuse.map(negated);
  const isFree = later.hold.map(negated);
  switch (about.kind) {
    case 'opened':
    case 'validate':
      return [[...passes, ...isFree], passes];
    case 'refused':
      return [
        [about.fires, ...passes, ...isFree],
        [about.fires, ...passes],
      ];
    case 'held':
      return [[about.fires, ...passes, ...isFree]];
    case 'approval':
      return [[...passes, ...earlier.refuse.map(negated), anyOf(earlier.hold), anyOf(later.hold)]];
    default: {
      const passesBoth = [...passes, ...earlier.refuse.map(negated), about.counts];
      const counted = limitsOf(after, region.after)
        .filter(({ counter, when }) => counter === about.limit.counter && when.length > 0)
        .map(({ when }) => negated(countsWhen(when, after)));
      return [...(counted.length > 0 ? [[...passesBoth, ...counted]] : []), passesBoth];
    }
  }
}

const anyOf = (of: readonly Formula[]): Formula => ({ kind: 'or', of });

/** When rules refuse and when they hold, of all tools and of the entry. */
function firing(
  policy: Pair['before'],
  applied: Region['before'],
): Record<'refuse' | 'hold', readonly Formula[]> {
  const lists = [policy.allTools, ...(applied === undefined ? [] : [applied.entry])];
  const triggers = lists.map((rules) => triggersOf(rules, policy.timeZone));
  const asks: readonly Formula[] =
    applied?.entry.action === 'require_approval' ? [{ kind: 'and', of: [] }] : [];
  return {
    refuse: triggers.flatMap(({ refuse }) => refuse.map(({ fires }) => fires)),
    hold: [...asks, ...triggers.flatMap(({ hold }) => hold.map(({ fires }) => fires))],
  };
}
