import type { GatewayAddress } from '../contract.ts';
import type { SqlExecutor } from './executor.ts';
import { build } from './tables.ts';
import { change, first } from './work.ts';

/** What replicas know of each other. */
export type ReplicaAddresses = {
  readonly announce: (url: string) => Promise<void>;
  readonly all: () => Promise<readonly string[]>;
};

export function openGatewayAddress(
  executor: SqlExecutor,
  replicas: ReplicaAddresses | undefined,
): GatewayAddress {
  const last = async () =>
    (await executor.read(() => first(build.selectFrom('gateway_address').select('url'))))?.url;
  return {
    last,
    ofReplicas: async () => (await replicas?.all()) ?? [],
    async started(url) {
      await replicas?.announce(url);
      if ((await last()) === url) return;
      const insert = build.insertInto('gateway_address').values({ id: 1, url });
      await executor.write(() => change(insert.onConflict((one) => one.column('id').doUpdateSet({ url }))));
    },
  };
}
