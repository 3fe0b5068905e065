import { SECRETS_TOLD_EVERY_MS } from '../limits/index.ts';
import { type AuditAct, GATEWAY, type NewOutboxEvent } from '../store/index.ts';
import type { SecretsSeen } from '../telemetry/index.ts';
import { FirstIn } from './first-in.ts';

type Told = { readonly act: AuditAct; readonly event: NewOutboxEvent };

/**
 * Of which secrets others are told: of what each grant sends to a server, and of what a server answers to whomever, and what became of that,
 * the first in a while, in each process.
 */
export class SecretsTold {
  readonly #told = new FirstIn(SECRETS_TOLD_EVERY_MS);

  /** What to tell of these, if anything; `atMs` by the store's time. */
  told(seen: SecretsSeen, { atMs, nowMs }: { atMs: number; nowMs: number }): Told | undefined {
    const { grant, organization, ...what } = seen;
    const { became, server, where } = what;
    const whose = where === 'request' ? grant.id : organization;
    if (!this.#told.takes(JSON.stringify([whose, server, where, became]), nowMs)) return undefined;
    const target = { kind: 'grant', ...grant };
    return {
      act: { organization, actor: GATEWAY, action: 'secrets.seen', target, after: what },
      event: { kind: 'secrets_seen', atMs, about: seen },
    };
  }
}
