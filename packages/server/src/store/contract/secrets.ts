/** The variable of the environment with the key that the file of keys is sealed with: 32 bytes in base64. */
export const MASTER_KEY = 'BOOMGATE_MASTER_KEY';
/** The same, while one is exchanged for another. */
export const NEW_MASTER_KEY = 'BOOMGATE_NEW_MASTER_KEY';

/** Random keys made on first use and kept with the store, one for each purpose. 32 bytes each. */
export interface Secrets {
  key(purpose: 'session-seal' | 'argument-hash' | 'log-seal' | 'approval-seal' | 'people'): Buffer;
}

/** What a sealed secret belongs to: it opens nowhere else. */
export type VaultPlace = {
  readonly organization: string;
  /** Kind and id, such as `server 0b6c…`. */
  readonly record: string;
  /** What the secret is for, as in a sentence: `credentials`, `token`. */
  readonly purpose: string;
};

/** Seals secrets that are kept and have to be read again. Stores seal what they are given; nobody else keeps sealed bytes. */
export interface Vault {
  seal(place: VaultPlace, text: string): Uint8Array;
  /** Throws `StoreError` with code `unreadable` when it was changed, moved, or its key is not there. */
  open(place: VaultPlace, sealed: Uint8Array): string;
}
