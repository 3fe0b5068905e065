import type { Place, Plan } from '../plan/index.ts';

/** A plan without what is secret of it. */
export function shownPlan(plan: Plan): Plan {
  if (!('database' in plan) || plan.database === undefined) return plan;
  return { ...plan, database: shownDatabase(plan.database) };
}

/** Where a store is, likewise. */
export function shownPlace({ data, database }: Place): Place {
  return { data, ...(database === undefined ? {} : { database: shownDatabase(database) }) };
}

/** The address of a database without what may be secret of it. */
export function shownDatabase(url: string): string {
  if (!URL.canParse(url)) return '(not the address of a database)';
  const shown = new URL(url);
  shown.password = '';
  shown.search = '';
  shown.hash = '';
  return shown.href;
}
