import { rightFault } from './approvals/index.ts';
import type { DeclaredWebhook } from './control/index.ts';
import { LETTER_READERS_MAX } from './limits/index.ts';
import type { Live } from './live.ts';
import { MailError, openMailer } from './mail/index.ts';
import { ORGANIZATION } from './registry.ts';
import { declaredId, type Letters, shownAddress, type Webhook } from './webhooks/index.ts';

/** Those of the configuration file, then those that people made; these reach private addresses where their servers do. */
export function webhooksInForce({ config, rules, store }: Live): readonly Webhook[] {
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
export function lettersOf(live: Live): Letters {
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
