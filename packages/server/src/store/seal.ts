import { ADDED_BYTES, decrypt, encrypt } from './aes-gcm.ts';

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
    return encrypt(this.#key, Buffer.from(text), this.#purpose).toString('base64url');
  }

  /** What was sealed, or undefined for everything foreign, forged, mutilated or spelt in another way. */
  open(sealed: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    // Only the one spelling of the bytes counts: what is used once must not come again under another.
    if (bytes.length <= ADDED_BYTES || bytes.toString('base64url') !== sealed) return undefined;
    try {
      return decrypt(this.#key, bytes, this.#purpose).toString();
    } catch {
      return undefined;
    }
  }
}
