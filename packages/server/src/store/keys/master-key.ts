import { MASTER_KEY, StoreError } from '../contract.ts';
import { Seal } from '../seal.ts';

const MASTER_KEY_BYTES = 32;
/** Whatever else is sealed with the same key is not taken for keys. */
const PURPOSE = 'boomgate keys 1';

/** Seals all keys of a store as one text. `text` is 32 bytes in base64; throws `unreadable` when it is not, and does not repeat it. */
export function openMasterKey(text: string): Seal {
  const key = Buffer.from(text, 'base64');
  // Base64 that Node corrects silently would be another key elsewhere.
  if (key.length === MASTER_KEY_BYTES && key.toString('base64') === text) return new Seal(key, PURPOSE);
  const expected = `expected ${MASTER_KEY} to be ${MASTER_KEY_BYTES} bytes in base64`;
  const found = `found ${text.length} characters that are not; "openssl rand -base64 ${MASTER_KEY_BYTES}" makes one`;
  throw new StoreError('unreadable', `${expected}, ${found}`);
}
