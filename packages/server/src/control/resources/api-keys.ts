import { type Endpoints, isWithin } from '@boomgate/contract';
import { uuidv7 } from 'uuidv7';
import { mintSecret } from '../../identity/index.ts';
import type { ApiKeyRecord } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import { changed, done, type HandlersOf, openPage, pageAnswer, refuse } from '../frame/index.ts';
import { momentOf } from './moments.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Characters of a key that are kept and shown: `bga_` and six of 43, by which a person tells keys apart. */
const PREFIX_LENGTH = 10;

export const apiKeys = {
  async create(context, { body, operator }) {
    if (!isWithin(body.role, operator.role))
      return refuse('forbidden', { detail: `a key may not do more than its maker, a ${operator.role}` });
    const { hash, token } = mintSecret('bga_');
    const record = {
      id: uuidv7(),
      organization: operator.organization.id,
      name: body.name,
      role: body.role,
      prefix: token.slice(0, PREFIX_LENGTH),
      createdBy: operator.person.id,
      expiresAtMs: context.clock.wallMs() + body.expiresInDays * DAY_MS,
    };
    const made = await context.store.people.apiKeys.create(record, hash);
    return changed(done({ ...show(context, made), key: token }), {
      target: targetOf(made),
      after: { ...factsOf(made), key: context.store.audit.fingerprint(token) },
    });
  },

  async list(context, { operator, query }) {
    const { id } = operator.organization;
    const asked = { list: `api keys ${id}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    const items = await context.store.people.apiKeys.list(id, page);
    const shown = { items, positionOf: (one: ApiKeyRecord) => one.id };
    return done(pageAnswer(context, asked, { ...shown, show: (one) => show(context, one) }));
  },

  async revoke({ store }, { operator, params }) {
    const revoked = await store.people.apiKeys.revoke(operator.organization.id, params.apiKey);
    if (revoked === undefined) return refuse('not_found');
    return changed(done(undefined), { target: targetOf(revoked), before: factsOf(revoked) });
  },
} satisfies HandlersOf<Endpoints['apiKeys']>;

const targetOf = ({ id, name }: ApiKeyRecord) => ({ kind: 'api_key', id, name });

function factsOf({ createdBy, expiresAtMs, role }: ApiKeyRecord) {
  return { role, createdBy, expiresAt: momentOf(expiresAtMs) };
}

function show({ clock }: ControlContext, key: ApiKeyRecord) {
  const { createdAtMs, createdBy, expiresAtMs, id, name, prefix, revokedAtMs, role } = key;
  const isOver = expiresAtMs <= clock.wallMs();
  const state =
    revokedAtMs !== undefined ? ('revoked' as const) : isOver ? ('expired' as const) : ('active' as const);
  const times = { createdAt: momentOf(createdAtMs), expiresAt: momentOf(expiresAtMs) };
  return { id, name, prefix, role, createdBy, state, ...times };
}
