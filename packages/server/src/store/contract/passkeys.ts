import type { NoteOf } from './act.ts';

/** A key pair of a person's device (WebAuthn): the device keeps the private half. */
export type PasskeyRecord = {
  /** UUIDv7. */
  readonly id: string;
  readonly person: string;
  readonly name: string;
  /** As the device knows it, base64url; no two passkeys have the same. */
  readonly credential: string;
  /** COSE. */
  readonly publicKey: Uint8Array;
  /** Signatures that the device says it has made; 0 where it does not count. */
  readonly counter: number;
  readonly createdAtMs: number;
  readonly usedAtMs?: number;
};

export type AddedPasskey = PasskeyRecord | 'taken' | 'too_many';

export interface Passkeys {
  /** Oldest first. */
  list(person: string): Promise<readonly PasskeyRecord[]>;
  findByCredential(credential: string): Promise<PasskeyRecord | undefined>;
  /** `taken`: somebody has this credential; `too_many`: the person has as many as one may. */
  add(
    passkey: Omit<PasskeyRecord, 'createdAtMs' | 'usedAtMs'>,
    most: number,
    note?: NoteOf<AddedPasskey>,
  ): Promise<AddedPasskey>;
  /** False when the person has no such passkey. */
  remove(person: string, id: string, note?: NoteOf<boolean>): Promise<boolean>;
  /** Notes a signature. False when a later one was noted already, so that a copy of the device shows; one that never counts has 0. */
  use(id: string, counter: number): Promise<boolean>;
}
