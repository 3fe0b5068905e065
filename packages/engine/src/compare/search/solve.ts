import type { Budget } from '../proof/budget.ts';
import { type Formula, hasEach, isMeant, type Literal } from '../proof/formula.ts';
import type { Values } from '../proof/values.ts';
import { type Candidate, EMPTY } from './candidates.ts';
import type { Moments } from './moments.ts';
import type { Assignment } from './place.ts';
import type { Space } from './space.ts';

/** Assignments that are tried of one set of values that all fit. */
const PICKS = 24;

/** What is looked for: formulas that hold together, and what to make of an assignment that may do. */
type Problem<Found> = {
  readonly formulas: readonly Formula[];
  readonly space: Space;
  readonly accept: (assignment: Assignment) => Found | undefined;
};

type Solving = {
  readonly values: Values;
  readonly budget: Budget;
  readonly moments: Moments;
};

/** Values that are left to try, by path; `time` for all paths to the time, whose values are moments. */
type Domains = ReadonlyMap<string, readonly Candidate[]>;

/**
 * Looks for values that make all formulas hold: each literal leaves fewer of the values of its path, each *or* is tried
 * branch by branch. Where a path goes through several values, one element or an empty list stands for all.
 */
export function solve<Found>(problem: Problem<Found>, solving: Solving): Found | undefined {
  let domains: Domains = new Map();
  for (const { path, isCountable } of problem.space.counted) {
    const left = domainOf(path.text, domains, problem.space).filter(isCountable);
    domains = new Map(domains).set(path.text, left);
  }
  return narrow(problem.formulas, domains, { ...solving, problem });
}

type Context<Found> = Solving & { readonly problem: Problem<Found> };

function narrow<Found>(
  formulas: readonly Formula[],
  domains: Domains,
  context: Context<Found>,
): Found | undefined {
  const open: Formula[] = [];
  const todo = [...formulas];
  let left = domains;
  for (let formula = todo.pop(); formula !== undefined; formula = todo.pop()) {
    if (formula.kind === 'and') todo.push(...formula.of);
    else if (formula.kind === 'or' && formula.of.length !== 1) open.push(formula);
    else if (formula.kind === 'or') todo.push(...formula.of);
    else {
      const narrowed = keep(formula, left, context);
      if (narrowed === undefined) return undefined;
      left = narrowed;
    }
  }
  const [first, ...rest] = open;
  if (first === undefined) return pick(left, context);
  if (first.kind !== 'or') return undefined;
  for (const branch of first.of) {
    const found = narrow([branch, ...rest], left, context);
    if (found !== undefined) return found;
    if (context.budget.isSpent) return undefined;
  }
  return undefined;
}

/** The values of a literal's path of which it holds; undefined where there are none. */
function keep<Found>(literal: Literal, domains: Domains, context: Context<Found>): Domains | undefined {
  const { path } = literal.comparison;
  const isTime = path.root === 'time';
  const key = isTime ? 'time' : path.text;
  const known = isTime
    ? (domains.get(key) ?? context.moments.all)
    : domainOf(key, domains, context.problem.space);
  if (!context.budget.spend(1 + known.length)) return undefined;
  const left = known.filter((value) => holds(literal, value, context));
  return left.length === 0 ? undefined : new Map(domains).set(key, left);
}

function domainOf(key: string, domains: Domains, space: Space): readonly Candidate[] {
  return domains.get(key) ?? space.paths.get(key)?.candidates ?? [];
}

function holds(literal: Literal, value: Candidate, { values, moments }: Solving): boolean {
  const { comparison, quantifier, wanted } = literal;
  if (comparison.path.root === 'time') return values.holds(literal, moments.find(Number(value), literal));
  if (value !== EMPTY) return values.holds(literal, value);
  return hasEach(comparison) && isMeant(wanted, quantifier === 'some' ? 'false' : 'true');
}

function pick<Found>(domains: Domains, { problem, moments }: Context<Found>): Found | undefined {
  const most = Math.max(1, ...[...domains.values()].map(({ length }) => length));
  for (let turn = 0; turn < Math.min(PICKS, most); turn += 1) {
    const values = new Map<string, { path: Path; value: Candidate }>();
    for (const [key, left] of domains) {
      const path = problem.space.paths.get(key)?.path;
      const value = left[turn % left.length];
      if (path !== undefined && value !== undefined) values.set(key, { path, value });
    }
    const times = domains.get('time');
    const nowMs = times === undefined ? undefined : Number(times[turn % times.length] ?? moments.all[0]);
    const found = problem.accept({ values, nowMs });
    if (found !== undefined) return found;
  }
  return undefined;
}

type Path = Assignment['values'] extends ReadonlyMap<string, { readonly path: infer P }> ? P : never;
