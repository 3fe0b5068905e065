import { rightFault } from '../approvals/index.ts';
import type { DeclaredWebhook } from '../control/index.ts';
import { type Live, ORGANIZATION } from '../in-force/index.ts';
import { LETTER_READERS_MAX, WEBHOOK_ANSWER_MS } from '../limits/index.ts';
import { MailError, openMailer } from '../mail/index.ts';
import type { ProxyContext } from '../proxy/index.ts';
import { postJson } from '../upstreams/index.ts';
import {
  declaredId,
  type Letters,
  openWebhooks,
  shownAddress,
  type Webhook,
  type Webhooks,
} from '../webhooks/index.ts';

/** Who is told of approvals, and how. */
export function webhooksOf(live: Live, { approvalUrl, clock, log }: ProxyContext): Webhooks {
  return openWebhooks({
    outbox: live.store.outbox,
    webhooks: () => webhooksInForce(live),
    refresh: () => live.store.webhooks.refresh(),
    letters: lettersOf(live),
    approvalUrl,
    post: (webhook, body, headers) =>
      postJson({
        url: webhook.url,
        allowPrivate: webhook.allowPrivate,
        body,
        headers,
        withinMs: WEBHOOK_ANSWER_MS,
      }),
    clock,
    onFault: ({ id }, error) =>
      log.warn({ delivery: id, error: String(error) }, 'what became of a delivery was not kept'),
  });
}

/** Those of the configuration file, then those that people made; these reach private addresses where their servers do. */
function webhooksInForce({ config, rules, store }: Live): readonly Webhook[] {
  const declared = config.webhooks.map((one) => ({
    ...one,
    id: declaredId(one.url),
    organization: ORGANIZATION,
  }));
  const { allowPrivate } = rules;
  return [...declared, ...store.webhooks.active().map((one) => ({ ...one, allowPrivate }))];
}

/** Those of the configuration file, as they may be shown. */
export function declaredWebhooks(organization: string, { config }: Live): readonly DeclaredWebhook[] {
  if (organization !== ORGANIZATION) return [];
  return config.webhooks.map(({ events, kind, url }) => {
    const address = shownAddress(url);
    return { id: declaredId(url), name: address, kind, events, address };
  });
}

/** Letters to who may approve a call and wants to know of it. */
function lettersOf(live: Live): Letters {
  const mailer = openMailer(() => live.config.mail);
  return {
    readersOf: async ({ approval }) => {
      if (!mailer.isConfigured()) return [];
      const wanting = await live.store.people.members.readers(approval.organization);
      const readers = wanting.filter(({ email, person, role }) => {
        const by = { id: person, email, role, via: 'api' as const };
        return rightFault(approval, { by, verdict: 'approve' }, undefined) === undefined;
      });
      return readers.slice(0, LETTER_READERS_MAX).map(({ email }) => email);
    },
    send: async (to, letter) => {
      try {
        await mailer.send({ to, ...letter });
        return 'sent';
      } catch (error) {
        if (!(error instanceof MailError)) return { failure: String(error), isOver: true };
        return { failure: error.message, isOver: error.code === 'refused' };
      }
    },
  };
}
