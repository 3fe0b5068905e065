import type { JsonObject } from '@boomgate/engine';
import type { Actor } from './actor.ts';

/** The one server of this slug in an organisation. */
export type ServerOwner = { readonly organization: string; readonly slug: string };

/** What the gateway presents to a server, by where it stands; kept sealed as one text. */
export type ServerSecrets = {
  readonly headers: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** Of the address, by name and in their order; a name may occur more than once. */
  readonly query: readonly (readonly [name: string, value: string])[];
};

/** That there is a credential, and since when: never what it is. */
export type CredentialFact = {
  readonly in: 'headers' | 'env' | 'query';
  readonly name: string;
  /** Of its value, as in the audit log. */
  readonly fingerprint: string;
  readonly changedAtMs: number;
};

/** A server that the store keeps, without what is secret of it. */
export type StoredServer = ServerOwner & {
  readonly id: string;
  /** Its settings in the shape of a configuration file, without headers, env and the query of its address. */
  readonly entry: JsonObject;
  readonly credentials: readonly CredentialFact[];
  /** Grows with every change: what `If-Match` is compared with. */
  readonly version: number;
  readonly createdAtMs: number;
  readonly changedAtMs: number;
  /** When the gateway signed in at it last; absent: it is not signed in. */
  readonly signedInAtMs?: number;
};

/** Members that are absent stay as they are. */
export type ServerChange = { readonly entry?: JsonObject; readonly secrets?: ServerSecrets };

/**
 * The servers of organisations: ids of all, and settings of those that a configuration file does not declare. Every change leaves
 * its audit row in the same transaction: `server.created`, `server.updated`, `server.credentials_changed`, `server.removed`, `server.restarted`.
 */
export interface ServerRegistry {
  /** A UUID that survives restarts; a slug that was removed and comes again keeps it. */
  idFor(organization: string, slug: string): Promise<string>;
  /** Of all servers that have an id, in their order: also of those that are declared, or were once. */
  slugs(organization: string): Promise<readonly string[]>;
  /** Of one organisation, or of all, in their order. Reads no secret. */
  list(organization?: string): Promise<readonly StoredServer[]>;
  find(owner: ServerOwner): Promise<StoredServer | undefined>;
  /** How often people had each server started anew, by its id; those that nobody had are missing. */
  restarts(): Promise<ReadonlyMap<string, number>>;
  /** Notes that it is to be started anew, for all processes of the gateway; false where no server ever had this name. */
  restart(owner: ServerOwner, by: Actor): Promise<boolean>;
  /** Rejects with `StoreError` code `unreadable` when they cannot be opened; none for a server that is not there. */
  secretsOf(owner: ServerOwner): Promise<ServerSecrets>;
  create(
    server: ServerOwner & { readonly entry: JsonObject; readonly secrets: ServerSecrets },
    by: Actor,
  ): Promise<StoredServer | 'taken'>;
  /** `stale`: it has another version by now, or is not there any more. */
  change(
    owner: ServerOwner & { readonly version: number },
    change: ServerChange,
    by: Actor,
  ): Promise<StoredServer | 'stale'>;
  /** Forgets the definitions of its tools and the sign-in there as well. Refused while grants that are not over name it: how many. */
  remove(
    owner: ServerOwner & { readonly version: number },
    by: Actor,
  ): Promise<'removed' | 'stale' | { readonly inUse: number }>;
}
