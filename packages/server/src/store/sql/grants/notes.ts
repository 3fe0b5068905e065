import type { JsonObject } from '@boomgate/engine';
import type { Actor, GrantState } from '../../contract.ts';
import type { SqlRoom } from '../room.ts';
import type { Work } from '../work.ts';
import type { Held } from './row.ts';

export const STATE_ACTIONS = {
  active: 'grant.resumed',
  paused: 'grant.paused',
  revoked: 'grant.revoked',
} as const satisfies Record<GrantState, string>;

type Sides = { readonly before?: Held; readonly after?: Held };

/** What the audit log is told of grants, in the transaction that is open. */
export class GrantNotes {
  readonly #room: Pick<SqlRoom, 'note' | 'fingerprint'>;

  constructor(room: Pick<SqlRoom, 'note' | 'fingerprint'>) {
    this.#room = room;
  }

  *note(action: string, actor: Actor, { after, before }: Sides): Work<void> {
    const grant = (after ?? before)?.grant;
    if (grant === undefined) return;
    yield* this.#room.note({
      organization: grant.organization,
      actor,
      action,
      target: { kind: 'grant', id: grant.id, name: grant.name },
      ...(before === undefined ? {} : { before: this.#facts(before) }),
      ...(after === undefined ? {} : { after: this.#facts(after) }),
    });
  }

  /** Of the token, of which mostly only the hash is known anyway, a fingerprint. */
  #facts({ grant, tokenHash }: Held): JsonObject {
    const { id: _id, name, organization: _organization, stack, ...facts } = grant;
    const members = stack?.map(({ server, policy }) => ({ server, policy: policy ?? null }));
    return {
      name,
      ...facts,
      ...(members === undefined ? {} : { stack: members }),
      token: this.#room.fingerprint(tokenHash),
    };
  }
}
