import type { RefusedRequest } from '../control/index.ts';
import { MISUSE_TOLD_EVERY_MS, TOLD_OF_ORGANIZATION } from '../limits/index.ts';
import type { Misused, NewOutboxEvent } from '../store/index.ts';
import { FirstIn } from './first-in.ts';

/** Why a request is refused whose sender has what opens a grant or the API, and should not. */
const REASONS: Readonly<Record<string, Misused['reason']>> = {
  network: 'network',
  other_network: 'network',
  proof: 'proof',
};

/** Of which refused requests others are told: of each grant and key the first in a while, and of so many of an organisation, in each process. */
export class Misuse {
  readonly #told = new FirstIn({ everyMs: MISUSE_TOLD_EVERY_MS, most: TOLD_OF_ORGANIZATION });

  /** What to tell of this one, if anything; `atMs` by the store's time. */
  told(
    refused: RefusedRequest,
    { atMs, nowMs }: { atMs: number; nowMs: number },
  ): NewOutboxEvent | undefined {
    const reason = REASONS[refused.reason];
    const credential = credentialIn(refused);
    if (reason === undefined || credential === undefined) return undefined;
    const { actor, organization } = refused;
    if (!this.#told.takes(organization, `${credential.kind} ${credential.id}`, nowMs)) return undefined;
    const about = { organization, credential, reason, address: actor.address ?? '' };
    return { kind: 'misused', atMs, about };
  }
}

function credentialIn({ actor, target }: RefusedRequest): Misused['credential'] | undefined {
  if (target.kind === 'grant') return { kind: 'grant', id: target.id, name: target.name };
  return actor.kind === 'api_key' ? { kind: 'api_key', id: actor.id, name: actor.name } : undefined;
}
