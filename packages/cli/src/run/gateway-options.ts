import { fileURLToPath } from 'node:url';
import type { GatewayOptions } from '@boomgate/server';
import { DEFAULT_HOST, DEFAULT_PORT } from '../endpoint.ts';
import { defaultDataDirectory, type Facts } from '../facts.ts';
import type { Place, UpPlan } from '../plan/index.ts';
import { shellWord } from '../terminal/index.ts';
import type { World } from '../world.ts';
import { findConfig } from './config-file.ts';
import { gatewayLog } from './gateway-log.ts';

/** As it lies beside this package, in a checkout as in what is published. */
const DASHBOARD = fileURLToPath(new URL('../../../dashboard/dist', import.meta.url));

export function gatewayOptions(plan: UpPlan, { facts, output, show }: World): GatewayOptions {
  const config = plan.demo ? undefined : (plan.config ?? findConfig(facts));
  return {
    host: plan.host ?? DEFAULT_HOST,
    port: plan.port ?? DEFAULT_PORT,
    data: plan.data,
    ...(plan.database === undefined ? {} : { database: plan.database }),
    ...(plan.redis === undefined ? {} : { redis: plan.redis }),
    dashboard: DASHBOARD,
    synchronous: plan.synchronous,
    behindProxy: plan.behindProxy,
    environment: facts.env,
    proxy: facts.proxy,
    log: gatewayLog({
      level: plan.logLevel,
      pretty: facts.stderr.isTty && !show.json,
      paint: output.paintNote,
      write: output.note,
      nowMs: Date.now,
    }),
    ...(plan.apiCommands === undefined ? {} : { apiCommands: plan.apiCommands }),
    ...(plan.workers === undefined ? {} : { workers: plan.workers }),
    ...(plan.publicUrl === undefined ? {} : { publicUrl: plan.publicUrl }),
    ...(config === undefined ? {} : { config }),
  };
}

/** What a hint has to add so that another command finds the same store. The address of a database may hold a password. */
export function placeFlag({ data, database }: Place, facts: Facts): string {
  if (database !== undefined) return database === facts.env['BOOMGATE_DATABASE'] ? '' : ' --database URL';
  return data === defaultDataDirectory(facts) ? '' : ` --data ${shellWord(data)}`;
}
