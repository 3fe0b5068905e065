import { type Config, configWithoutFile, loadConfig, masterKeyIn } from './config/index.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { type Live, openLive } from './in-force/index.ts';
import { type Clock, untold } from './limits/index.ts';
import type { OwnTelemetry } from './metrics/index.ts';
import { isLoopbackHost } from './proxy/index.ts';
import { openStore, type Store, StoreError } from './store/index.ts';

/** The configuration as the file has it now, or why it cannot be used. */
export async function load({ config, environment, host }: GatewayOptions): ReturnType<typeof loadConfig> {
  if (config === undefined) return configWithoutFile(environment);
  return loadConfig({ path: config, environment, allowPrivate: isLoopbackHost(host) });
}

/** The store, and what is in force by it. */
export async function openStored(
  options: GatewayOptions,
  {
    clock,
    config,
    telemetry,
  }: { readonly clock: Clock; readonly config: Config; readonly telemetry: OwnTelemetry },
): Promise<{ readonly store: Store; readonly live: Live } | { readonly problem: string }> {
  const closeTracing = async () => telemetry.tracing?.[Symbol.asyncDispose]();
  const store = await orClosed(storeOf(options, clock, telemetry), closeTracing);
  if ('problem' in store) {
    await closeTracing();
    return store;
  }
  const live = await orClosed(openLive(options, { config, store, clock }), async () => {
    await store[Symbol.asyncDispose]();
    await closeTracing();
  });
  return { store, live };
}

async function storeOf(
  options: GatewayOptions,
  clock: Clock,
  { meter }: OwnTelemetry,
): Promise<Store | { readonly problem: string }> {
  try {
    const { atPoint = untold, data: directory, database, databasePatienceMs: patienceMs } = options;
    const { log, redis, synchronous = 'normal' } = options;
    const shared = redis === undefined ? {} : { redis };
    return await openStore({
      place: database === undefined ? { directory } : { database, ...shared },
      as: 'gateway',
      clock,
      synchronous,
      atPoint,
      onWarning: (text) => log.warn({}, text),
      ...(patienceMs === undefined ? {} : { patienceMs }),
      onGroup: (group) => meter.committed(group),
      masterKey: masterKeyIn(options.environment),
    });
  } catch (error) {
    if (error instanceof StoreError) return { problem: error.message };
    throw error;
  }
}

/** A step of a start. Where it fails, what is open is closed first: it would keep alive a process that is no gateway. */
export async function orClosed<Result>(step: Promise<Result>, close: () => Promise<void>): Promise<Result> {
  try {
    return await step;
  } catch (error) {
    await close();
    throw error;
  }
}
