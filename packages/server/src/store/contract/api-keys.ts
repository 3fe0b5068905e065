import type { Role } from '@boomgate/contract';
import type { NoteOf } from './act.ts';
import type { Over } from './over.ts';
import type { PageStart } from './page-start.ts';

export type ApiKeyRecord = {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  readonly role: Role;
  readonly prefix: string;
  /** Who made it: whatever it does, they did. */
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly revokedAtMs?: number;
  /** As of a grant. */
  readonly networks?: readonly string[];
  /** To the minute. */
  readonly usedAtMs?: number;
};

export interface ApiKeys {
  /** Undefined when who makes it may not make keys any more. */
  create(
    key: Omit<ApiKeyRecord, 'createdAtMs'>,
    keyHash: string,
    note?: NoteOf<ApiKeyRecord | undefined>,
  ): Promise<ApiKeyRecord | undefined>;
  /** Newest first; `after` is the id of a key. */
  list(organization: string, page: PageStart): Promise<readonly ApiKeyRecord[]>;
  /** As it was; undefined when there is none that is not revoked. */
  revoke(
    organization: string,
    id: string,
    note?: NoteOf<ApiKeyRecord | undefined>,
  ): Promise<ApiKeyRecord | undefined>;
  /** As of invitations, with rows `api_key.deleted`. */
  expire(which: Over): Promise<number>;
  /** Does not judge its state or expiry. */
  findByHash(keyHash: string): Promise<ApiKeyRecord | undefined>;
  /** Notes that it is used. */
  note(id: string): Promise<void>;
}
