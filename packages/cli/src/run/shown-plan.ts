import type { Place, Plan } from '../plan/index.ts';

/** A plan without what is secret of it. */
export function shownPlan(plan: Plan): Plan {
  if (!('database' in plan) || plan.database === undefined) return plan;
  const shown = { ...plan, database: shownDatabase(plan.database) };
  if (!('redis' in shown) || shown.redis === undefined) return shown;
  return { ...shown, redis: shownRedis(shown.redis) };
}

/** Where a store is, likewise. */
export function shownPlace({ data, database, redis }: Place): Place {
  return {
    data,
    ...(database === undefined ? {} : { database: shownDatabase(database) }),
    ...(redis === undefined ? {} : { redis: shownRedis(redis) }),
  };
}

/** The address of a database without what may be secret of it. */
export function shownDatabase(url: string): string {
  return shownUrl(url) ?? '(not the address of a database)';
}

/** That of a Redis, likewise. */
export function shownRedis(url: string): string {
  return shownUrl(url) ?? '(not the address of a Redis)';
}

function shownUrl(url: string): string | undefined {
  // Without the two slashes everything is a path, and nothing a password.
  if (!URL.canParse(url) || !/^\w+:\/\//.test(url)) return undefined;
  const shown = new URL(url);
  shown.password = '';
  shown.search = '';
  shown.hash = '';
  return shown.href;
}
