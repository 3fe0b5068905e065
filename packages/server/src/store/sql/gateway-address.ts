import type { GatewayAddress } from '../contract.ts';
import type { SqlRoom } from './room.ts';
import { build } from './tables.ts';
import { change, first } from './work.ts';

export function openGatewayAddress(room: SqlRoom): GatewayAddress {
  const last = async () =>
    (await room.read(() => first(build.selectFrom('gateway_address').select('url'))))?.url;
  return {
    last,
    async started(url) {
      if ((await last()) === url) return;
      const insert = build.insertInto('gateway_address').values({ id: 1, url });
      await room.write(() => change(insert.onConflict((one) => one.column('id').doUpdateSet({ url }))));
    },
  };
}
