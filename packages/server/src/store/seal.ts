import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Texts that leave the gateway and come back: encrypted and authenticated, so that nobody else reads or makes one. */
export class Seal {
  readonly #key: Buffer;
  readonly #purpose: Buffer;

  /** `purpose` names what is sealed and its format: nothing that was sealed for another purpose opens here. */
  constructor(key: Buffer, purpose: string) {
    this.#key = key;
    this.#purpose = Buffer.from(purpose);
  }

  /** Visible ASCII; never the same twice, and its first 16 characters are as unique as the whole. */
  close(text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(this.#purpose);
    const parts = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat(parts).toString('base64url');
  }

  /** What was sealed, or undefined for everything foreign, forged, mutilated or spelt in another way. */
  open(sealed: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    // Only the one spelling of the bytes counts: what is used once must not come again under another.
    if (bytes.length <= NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed) return undefined;
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, NONCE_BYTES), options);
    decipher.setAAD(this.#purpose).setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const parts = [decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()];
      return Buffer.concat(parts).toString('utf8');
    } catch {
      return undefined;
    }
  }
}
