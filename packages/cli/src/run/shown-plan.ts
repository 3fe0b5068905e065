import type { Place, Plan, ScanPlan } from '../plan/index.ts';

/** A plan without what is secret of it. */
export function shownPlan(plan: Plan): Plan {
  if (plan.kind === 'scan') return shownScan(plan);
  if (plan.kind === 'index_import' && 'url' in plan.from)
    return { ...plan, from: { url: shownAddress(plan.from.url) } };
  if (!('database' in plan) || plan.database === undefined) return plan;
  const shown = { ...plan, database: shownDatabase(plan.database) };
  if (!('redis' in shown) || shown.redis === undefined) return shown;
  return { ...shown, redis: shownRedis(shown.redis) };
}

/** A header's value may be a secret; a reference to the environment is none. */
function shownScan(plan: ScanPlan): ScanPlan {
  const headers = Object.entries(plan.headers).map(([name, value]) => [
    name,
    typeof value === 'string' && value.includes('${env:') ? value : '(not shown)',
  ]);
  const sources = plan.sources.map((source) =>
    source.from === 'url' ? { ...source, url: shownAddress(source.url) } : source,
  );
  return { ...plan, headers: Object.fromEntries(headers), sources };
}

function shownAddress(url: string): string {
  return shownUrl(url) ?? '(not an address)';
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
