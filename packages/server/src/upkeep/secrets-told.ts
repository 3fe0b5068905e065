import { SECRETS_TOLD_EVERY_MS, TOLD_OF_ORGANIZATION } from '../limits/index.ts';
import { type AuditAct, GATEWAY, type NewOutboxEvent } from '../store/index.ts';
import type { SecretsSeen } from '../telemetry/index.ts';
import { FirstIn } from './first-in.ts';

type Told = { readonly act: AuditAct; readonly event: NewOutboxEvent };

/**
 * Of which secrets others are told: of what each grant sends to a server, and of what a server answers to whomever, and what became of that,
 * the first in a while, and of so many of an organisation, in each process.
 */
export class SecretsTold {
  readonly #told = new FirstIn({ everyMs: SECRETS_TOLD_EVERY_MS, most: TOLD_OF_ORGANIZATION });

  /** What to tell of these, if anything; `atMs` by the store's time. */
  told(seen: SecretsSeen, { atMs, nowMs }: { atMs: number; nowMs: number }): Told | undefined {
    const { grant, organization, ...what } = seen;
    const { became, server, where } = what;
    const key = JSON.stringify([where === 'request' ? grant.id : '', server, where, became]);
    if (!this.#told.takes(organization, key, nowMs)) return undefined;
    const target = { kind: 'grant', ...grant };
    return {
      act: { organization, actor: GATEWAY, action: 'secrets.seen', target, after: what },
      event: { kind: 'secrets_seen', atMs, about: seen },
    };
  }
}
