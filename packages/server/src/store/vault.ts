import { randomBytes } from 'node:crypto';
import { ADDED_BYTES, decrypt, encrypt } from './aes-gcm.ts';
import { StoreError, type Vault, type VaultPlace } from './contract.ts';

const FORMAT = 1;
const HEAD_BYTES = 3;
const KEY_BYTES = 32;
/** A data key as it is kept: sealed with the master key. */
const WRAPPED_BYTES = KEY_BYTES + ADDED_BYTES;

/** A text was sealed with a key that is not known here; another process may have made it since. */
export class UnknownKey extends StoreError {
  constructor(text: string) {
    super('unreadable', text);
  }
}

/** The keys that data keys are sealed with, by their version (1–65,535). */
export type KeyRing = {
  /** The version that seals. */
  readonly current: number;
  /** Undefined for a version that is not there. */
  readonly key: (version: number) => Buffer | undefined;
};

/**
 * Secrets at rest: AES-256-GCM with a data key for each record, which is sealed with a master key. So the master key can be
 * changed by sealing data keys anew, and no two records share a key. Format: 1 byte version of the format, 2 bytes version
 * of the master key, the sealed data key, the sealed text.
 */
export class EnvelopeVault implements Vault {
  readonly #ring: KeyRing;

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  seal(place: VaultPlace, text: string): Uint8Array {
    const version = this.#ring.current;
    const dataKey = randomBytes(KEY_BYTES);
    const head = headOf(version);
    const bound = boundTo(place, head);
    const wrapped = encrypt(this.#masterKey(version, place), dataKey, bound);
    return Buffer.concat([head, wrapped, encrypt(dataKey, Buffer.from(text, 'utf8'), bound)]);
  }

  open(place: VaultPlace, sealed: Uint8Array): string {
    const bytes = Buffer.from(sealed);
    const head = bytes.subarray(0, HEAD_BYTES);
    if (bytes.length < HEAD_BYTES + WRAPPED_BYTES + ADDED_BYTES || head[0] !== FORMAT)
      throw unreadable(place, 'it is not in a form that this version knows');
    const bound = boundTo(place, head);
    const masterKey = this.#masterKey(head.readUInt16BE(1), place);
    try {
      const dataKey = decrypt(masterKey, bytes.subarray(HEAD_BYTES, HEAD_BYTES + WRAPPED_BYTES), bound);
      return decrypt(dataKey, bytes.subarray(HEAD_BYTES + WRAPPED_BYTES), bound).toString('utf8');
    } catch {
      throw unreadable(place, 'it was changed, or sealed with another key or for another record');
    }
  }

  #masterKey(version: number, place: VaultPlace): Buffer {
    const key = this.#ring.key(version);
    if (key === undefined) throw new UnknownKey(whyNot(place, `the key of version ${version} is not there`));
    return key;
  }
}

function headOf(version: number): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(FORMAT, 0);
  head.writeUInt16BE(version, 1);
  return head;
}

/** What a sealed text is bound to: moved elsewhere, or under another version, it does not open. */
function boundTo({ organization, purpose, record }: VaultPlace, head: Buffer): Buffer {
  return Buffer.concat([
    head,
    Buffer.from(JSON.stringify(['boomgate vault', organization, record, purpose])),
  ]);
}

function unreadable(place: VaultPlace, why: string): StoreError {
  return new StoreError('unreadable', whyNot(place, why));
}

function whyNot({ purpose, record }: VaultPlace, why: string): string {
  return `the ${purpose} of ${record} cannot be opened: ${why}. Restore database and keys from one backup, or enter it again`;
}
