import { type Endpoints, isWithin } from '@boomgate/contract';
import { uuidv7 } from 'uuidv7';
import { mintSecret } from '../../identity/index.ts';
import type { ApiKeyRecord } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import { done, type HandlersOf, noted, noting, openPage, pageAnswer, refuse } from '../frame/index.ts';
import { makersOf } from './makers.ts';
import { momentOf } from './moments.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Characters of a key that are kept and shown: `bga_` and six of 43, by which a person tells keys apart. */
const PREFIX_LENGTH = 10;

export const apiKeys = {
  async create(context, request) {
    const { body, operator } = request;
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
      ...(body.networks === undefined ? {} : { networks: body.networks }),
      expiresAtMs: context.clock.wallMs() + body.expiresInDays * DAY_MS,
    };
    const key = context.store.audit.fingerprint(token);
    const note = noting(
      request,
      (of: ApiKeyRecord | undefined) => of && { target: targetOf(of), after: { ...factsOf(of), key } },
    );
    const made = await context.store.people.apiKeys.create(record, hash, note);
    // Whoever asks has lost the right since they were looked at.
    if (made === undefined) return refuse('forbidden');
    return noted(done({ ...show(context, made), createdByEmail: operator.person.email, key: token }));
  },

  async list(context, { operator, query }) {
    const { id } = operator.organization;
    const asked = { list: `api keys ${id}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    const items = await context.store.people.apiKeys.list(id, page);
    const shown = { items, positionOf: (one: ApiKeyRecord) => one.id };
    const maker = await makersOf(context, items);
    return done(
      pageAnswer(context, asked, { ...shown, show: (one) => ({ ...show(context, one), ...maker(one) }) }),
    );
  },

  async revoke({ store }, request) {
    const { operator, params } = request;
    const note = noting(
      request,
      (of: ApiKeyRecord | undefined) => of && { target: targetOf(of), before: factsOf(of) },
    );
    const revoked = await store.people.apiKeys.revoke(operator.organization.id, params.apiKey, note);
    return revoked === undefined ? refuse('not_found') : noted(done(undefined));
  },
} satisfies HandlersOf<Endpoints['apiKeys']>;

const targetOf = ({ id, name }: ApiKeyRecord) => ({ kind: 'api_key', id, name });

function factsOf({ createdBy, expiresAtMs, networks, role }: ApiKeyRecord) {
  const bound = networks === undefined ? {} : { networks };
  return { role, createdBy, expiresAt: momentOf(expiresAtMs), ...bound };
}

function show({ clock }: ControlContext, key: ApiKeyRecord) {
  const { createdAtMs, createdBy, expiresAtMs, id, name, networks, prefix, revokedAtMs, role } = key;
  const { usedAtMs } = key;
  const isOver = expiresAtMs <= clock.wallMs();
  const state =
    revokedAtMs !== undefined ? ('revoked' as const) : isOver ? ('expired' as const) : ('active' as const);
  const times = { createdAt: momentOf(createdAtMs), expiresAt: momentOf(expiresAtMs) };
  const bound = networks === undefined ? {} : { networks: [...networks] };
  const used = usedAtMs === undefined ? {} : { lastUsedAt: momentOf(usedAtMs) };
  return { id, name, prefix, role, createdBy, state, ...bound, ...used, ...times };
}
