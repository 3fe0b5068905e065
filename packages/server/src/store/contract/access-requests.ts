import type { Actor } from './actor.ts';
import type { GrantRecord, GrantToken, NewGrant } from './grants.ts';
import type { PolicyAuthor } from './policies.ts';

/** A member asks for a grant of a server, with which they let their agents in. */
export type AccessRequest = {
  /** UUIDv7. */
  readonly id: string;
  readonly organization: string;
  readonly state: 'waiting' | 'granted' | 'declined' | 'withdrawn';
  /** Id of the person who asks, and their e-mail then. */
  readonly person: string;
  readonly email: string;
  /** Slug of the server. */
  readonly server: string;
  /** Why, in their words; may be empty. */
  readonly note: string;
  readonly askedAtMs: number;
  /** Absent while it waits. */
  readonly decidedAtMs?: number;
  readonly decidedBy?: PolicyAuthor;
  readonly answer?: string;
  /** The grant that was minted for it, as it was named then. */
  readonly grant?: { readonly id: string; readonly name: string };
};

export type NewAccessRequest = Pick<
  AccessRequest,
  'id' | 'organization' | 'person' | 'email' | 'server' | 'note'
>;

export type AccessVerdict = Pick<AccessRequest, 'id' | 'organization'> & { readonly answer: string };

/** `asked`: one of the same person for the same server waits. `too_many`: `ACCESS_REQUEST_BOUNDS` allow no more. */
export type AskFault = 'asked' | 'too_many';
export type AccessFault = 'not_found' | 'decided';

/**
 * Every change leaves its audit row in the same transaction, in the name of `by`, and has others told. Requests that wait end with the
 * membership of who asks.
 */
export interface AccessRequests {
  ask(request: NewAccessRequest, by: Actor): Promise<AccessRequest | AskFault>;
  /** Newest first; `after` is an id. Of one person, or of all. */
  list(of: {
    readonly organization: string;
    readonly person?: string | undefined;
    readonly state?: AccessRequest['state'] | undefined;
    readonly after?: string;
    readonly limit: number;
  }): Promise<readonly AccessRequest[]>;
  find(organization: string, id: string): Promise<AccessRequest | undefined>;
  /** Mints a grant for one that waits. Rejects with `StoreError` code `conflict` when the name of the grant is taken. */
  grant(
    verdict: AccessVerdict,
    minted: { readonly grant: NewGrant; readonly token: GrantToken },
    by: Actor,
  ): Promise<{ readonly request: AccessRequest; readonly grant: GrantRecord } | AccessFault>;
  decline(verdict: AccessVerdict, by: Actor): Promise<AccessRequest | AccessFault>;
  /** By who asks: of others there is none. */
  withdraw(
    verdict: AccessVerdict & Pick<AccessRequest, 'person'>,
    by: Actor,
  ): Promise<AccessRequest | AccessFault>;
}
