import type { Vault } from '../contract.ts';
import type { Database } from './driver.ts';

/**
 * Seals within a write transaction alone. Whoever changes the keys looks within one for texts that an older key has sealed, so
 * that none can be written behind its back.
 */
export function sealingInTurn(vault: Vault, database: Database): Vault {
  return {
    seal(place, text) {
      if (!database.inTransaction) throw new TypeError('expected an open transaction to seal in, found none');
      return vault.seal(place, text);
    },
    open: (place, sealed) => vault.open(place, sealed),
  };
}
