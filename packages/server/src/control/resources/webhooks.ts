import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { uuidv7 } from 'uuidv7';
import { WEBHOOKS_MAX } from '../../limits/index.ts';
import { type Delivery, StoreError, type WebhookChange, type WebhookRecord } from '../../store/index.ts';
import type { ControlContext, DeclaredWebhook } from '../context.ts';
import { actorOf, changed, done, type HandlersOf, openPage, pageAnswer, refuse } from '../frame/index.ts';
import { momentOf } from './moments.ts';

type WebhookAnswer = AnswerOf<Endpoints['webhooks']['update']>;
type DeliveryAnswer = AnswerOf<Endpoints['webhooks']['redeliver']>;

/** Sorts those of the file after all that people made, whose ids are of hexadecimal digits. */
const FILE_PREFIX = 'file:';

export const webhooks = {
  async list(context, { operator, query }) {
    const { id } = operator.organization;
    const asked = { list: `webhooks ${id}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    const stored = page.after?.startsWith(FILE_PREFIX) ? [] : await context.store.webhooks.list(id, page);
    const declared = context.webhooks
      .declared(id)
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
      .filter((one) => !page.after?.startsWith(FILE_PREFIX) || one.id > (page.after ?? ''))
      .map(showDeclared);
    const items = [...stored.map((one) => show(context, one)), ...declared].slice(0, page.limit);
    return done(pageAnswer(context, asked, { items, positionOf: (one) => one.id, show: (one) => one }));
  },

  async create(context, { body, from, operator }) {
    const organization = operator.organization.id;
    const fault = urlFault(context, body.url);
    if (fault !== undefined) return fault;
    const { webhooks: store } = context.store;
    if ((await store.list(organization, { limit: WEBHOOKS_MAX })).length >= WEBHOOKS_MAX)
      return refuse('too_many');
    const secret = context.webhooks.newSecret();
    const wanted = { id: uuidv7(), organization, state: 'active' as const, secret, ...body };
    const made = await unlessTaken(() => store.create(wanted, actorOf(operator, from)));
    if (made === 'taken') return refuse('name_taken');
    return done({ ...show(context, made), secret });
  },

  async update(context, { body, from, operator, params }) {
    const place = { organization: operator.organization.id, id: params.webhook };
    if (isDeclared(context, place)) return refuse('declared_by_file');
    const fault = body.url === undefined ? undefined : urlFault(context, body.url);
    if (fault !== undefined) return fault;
    const change = Object.fromEntries(
      Object.entries(body).filter(([, value]) => value !== undefined),
    ) as WebhookChange; // a cast: the body has the same keys, and what is left has values
    const { webhooks: store } = context.store;
    const after = await unlessTaken(() => store.change(place, change, actorOf(operator, from)));
    if (after === 'taken') return refuse('name_taken');
    return after === undefined ? refuse('not_found') : done(show(context, after));
  },

  async remove(context, { from, operator, params }) {
    const place = { organization: operator.organization.id, id: params.webhook };
    if (isDeclared(context, place)) return refuse('declared_by_file');
    const isRemoved = await context.store.webhooks.remove(place, actorOf(operator, from));
    return isRemoved ? done(undefined) : refuse('not_found');
  },

  async rotateSecret(context, { from, operator, params }) {
    const place = { organization: operator.organization.id, id: params.webhook };
    if (isDeclared(context, place)) return refuse('declared_by_file');
    const secret = context.webhooks.newSecret();
    const after = await context.store.webhooks.change(place, { secret }, actorOf(operator, from));
    return after === undefined ? refuse('not_found') : done({ ...show(context, after), secret });
  },

  async test(context, { operator, params }) {
    const organization = operator.organization.id;
    const found = await findOne(context, { organization, id: params.webhook });
    if (found === undefined) return refuse('not_found');
    const delivery = await context.store.outbox.add({
      kind: 'test',
      organization,
      webhook: found.id,
      url: found.address,
      body: context.webhooks.testBody(found.kind),
    });
    return changed(done({ delivery }), { target: targetOf(found), after: { delivery } });
  },

  async deliveries(context, { operator, params, query }) {
    const organization = operator.organization.id;
    const found = await findOne(context, { organization, id: params.webhook });
    if (found === undefined) return refuse('not_found');
    const asked = { list: `deliveries ${organization} ${found.id}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    const items = await context.store.outbox.ofWebhook({ organization, webhook: found.id }, page);
    const positionOf = ({ createdAtMs, id }: Delivery) => `${createdAtMs} ${id}`;
    return done(pageAnswer(context, asked, { items, positionOf, show: showDelivery }));
  },

  async redeliver(context, { operator, params }) {
    const organization = operator.organization.id;
    const found = await findOne(context, { organization, id: params.webhook });
    if (found === undefined) return refuse('not_found');
    const place = { organization, webhook: found.id };
    const { outbox } = context.store;
    const again = await outbox.again(place, params.delivery);
    if (again !== undefined) {
      const after = { delivery: again.id, attempts: again.attempts };
      return changed(done(showDelivery(again)), { target: targetOf(found), after });
    }
    return (await outbox.isDue(place, params.delivery)) ? refuse('still_due') : refuse('not_found');
  },
} satisfies HandlersOf<Endpoints['webhooks']>;

type Place = { readonly organization: string; readonly id: string };

function isDeclared({ webhooks: desk }: ControlContext, { id, organization }: Place): boolean {
  return desk.declared(organization).some((one) => one.id === id);
}

/** One that people made, or that the file declares. */
async function findOne(
  context: ControlContext,
  { id, organization }: Place,
): Promise<WebhookAnswer | undefined> {
  const declared = context.webhooks.declared(organization).find((one) => one.id === id);
  if (declared !== undefined) return showDeclared(declared);
  const stored = await context.store.webhooks.find(organization, id);
  return stored === undefined ? undefined : show(context, stored);
}

function urlFault({ webhooks: desk }: ControlContext, url: string) {
  const message = desk.addressFault(url);
  if (message === undefined) return undefined;
  return refuse('invalid_input', { errors: [{ in: 'body', pointer: '/url', message }] });
}

/** Ids are random: of what must be unique only the name was chosen. */
async function unlessTaken<Result>(write: () => Promise<Result>): Promise<Result | 'taken'> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof StoreError && error.code === 'conflict') return 'taken';
    throw error;
  }
}

const targetOf = ({ id, name }: Pick<WebhookAnswer, 'id' | 'name'>) => ({ kind: 'webhook', id, name });

function show({ webhooks: desk }: ControlContext, webhook: WebhookRecord): WebhookAnswer {
  const { createdAtMs, events, id, kind, name, state, url } = webhook;
  const address = desk.shownAddress(url);
  const createdAt = momentOf(createdAtMs);
  return { id, name, kind, events: [...events], address, state, origin: 'stored', createdAt };
}

function showDeclared({ address, events, id, kind, name }: DeclaredWebhook): WebhookAnswer {
  return { id, name, kind, events: [...events], address, state: 'active', origin: 'file' };
}

function showDelivery({
  approvalId,
  attempts,
  createdAtMs,
  id,
  kind,
  last,
  state,
}: Delivery): DeliveryAnswer {
  return {
    ...{ id, event: kind, attempts, last, state },
    ...(approvalId === '' ? {} : { approval: approvalId }),
    createdAt: momentOf(createdAtMs),
  };
}
