import { hasPermission, type Permission } from '@boomgate/contract';
import { rightFault } from '../approvals/index.ts';
import type { DeclaredWebhook } from '../control/index.ts';
import type { GatewayOptions } from '../gateway-options.ts';
import { type Live, ORGANIZATION, urlOf } from '../in-force/index.ts';
import { LETTER_READERS_MAX, WEBHOOK_ANSWER_MS } from '../limits/index.ts';
import { MailError, openMailer } from '../mail/index.ts';
import type { ProxyContext } from '../proxy/index.ts';
import {
  GATEWAY,
  type Members,
  makeOf,
  type OfEachKind,
  type OutboxEvent,
  type Reader,
} from '../store/index.ts';
import { isSpecialByName, postJson, SETTING_ALLOWS } from '../upstreams/index.ts';
import {
  addressFault,
  declaredId,
  type Letters,
  openWebhooks,
  shownAddress,
  type Webhook,
  type Webhooks,
} from '../webhooks/index.ts';

/** Where the gateway serves more than its machine, its operator alone lets a webhook lead to a private address. */
const FILE_ALLOWS = 'only a webhook of the configuration file may lead there, with "allow_private": true';

/** Who is told of what waits for a person, and how. */
export function webhooksOf(
  options: GatewayOptions,
  live: Live,
  { clock, log }: Pick<ProxyContext, 'clock' | 'log'>,
): Webhooks {
  return openWebhooks({
    outbox: live.store.outbox,
    webhooks: () => webhooksInForce(live),
    refresh: () => live.store.webhooks.refresh(),
    letters: lettersOf(live),
    url: () => urlOf(options, live),
    post: async ({ allowPrivate, url }, body, headers) => {
      const { proxy } = options;
      const posted = await postJson({ url, allowPrivate, proxy, body, headers, withinMs: WEBHOOK_ANSWER_MS });
      if (!('failure' in posted)) return posted;
      return { failure: posted.failure.replace(SETTING_ALLOWS, FILE_ALLOWS) };
    },
    pause: (webhook) => pauseGone(live, webhook),
    clock,
    onFault: ({ id }, error) =>
      log.warn({ delivery: id, error: String(error) }, 'what became of a delivery was not kept'),
  });
}

/** Unless people sent it elsewhere meanwhile. What the file declares is changed there alone. */
async function pauseGone({ store }: Live, { id, organization, url }: Webhook): Promise<void> {
  const now = await store.webhooks.find(organization, id);
  if (now?.state !== 'active' || now.url !== url) return;
  await store.webhooks.change({ organization, id }, { state: 'paused' }, GATEWAY);
}

/** Why people cannot make a webhook of an address, as far as can be known before it is sent anything; or undefined. */
export function storedAddressFault({ rules }: Live, url: string): string | undefined {
  const fault = addressFault(url);
  if (fault !== undefined || rules.allowPrivate || !isSpecialByName(new URL(url).hostname)) return fault;
  return `expected a public address, found a private or special one; ${FILE_ALLOWS}`;
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

/** Letters to who may decide what waits, or waits for what is decided, and wants to know of it. */
function lettersOf(live: Live): Letters {
  const mailer = openMailer(() => live.config.mail);
  return {
    readersOf: async (event) => {
      if (!mailer.isConfigured()) return [];
      const readers = await readersOf(event, live.store.people.members);
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

/** Who may read of an event, by their permission in its organisation, and whom of them it concerns. */
type Readership = { readonly permission: Permission; readonly isFor: (reader: Reader) => boolean };

/** Of who wants letters. Who has decided a call, or let it expire, knows; who proposed something does not. */
const READERSHIPS: OfEachKind<Readership | undefined> = {
  asked: (approval) => ({
    permission: 'decide_approvals',
    isFor: ({ email, person, role }) => {
      const by = { id: person, email, role, via: 'api' as const };
      return rightFault(approval, { by, verdict: 'approve' }, undefined) === undefined;
    },
  }),
  decided: () => undefined,
  expired: () => undefined,
  held: () => ({ permission: 'write_policies', isFor: () => true }),
  proposed: (proposal) => ({
    permission: 'write_policies',
    isFor: ({ person }) => person !== proposal.person,
  }),
  proposal_decided: (proposal) => ({ permission: 'read', isFor: ({ person }) => person === proposal.person }),
  misused: ({ credential: { kind } }) => ({
    permission: kind === 'grant' ? 'manage_grants' : 'manage_organization',
    isFor: () => true,
  }),
  secrets_seen: () => ({ permission: 'manage_grants', isFor: () => true }),
  access_asked: (request) => ({
    permission: 'manage_grants',
    isFor: ({ person }) => person !== request.person,
  }),
  ends_soon: (ending) => ({
    permission: 'read',
    isFor: ({ person, role }) =>
      ending.person === undefined ? hasPermission(role, 'manage_grants') : ending.person === person,
  }),
  access_decided: (request) => ({ permission: 'read', isFor: ({ person }) => person === request.person }),
};

async function readersOf(event: OutboxEvent, members: Members): Promise<readonly Reader[]> {
  const readership = makeOf(READERSHIPS, event);
  if (readership === undefined) return [];
  const { isFor, permission } = readership;
  return (await members.readers(event.about.organization, permission)).filter(isFor);
}
