import { randomUUID } from 'node:crypto';
import type { AnswerOf, Endpoints, InputFault } from '@boomgate/contract';
import { mintToken } from '../../identity/index.ts';
import { type Actor, type GrantRecord, type GrantState, StoreError } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import {
  type ApiRequest,
  actorOf,
  type Done,
  done,
  type HandlersOf,
  openPage,
  pageAnswer,
  type Refusal,
  refuse,
} from '../frame/index.ts';
import { momentOf } from './moments.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

export const grants = {
  async list(context, { operator, query }) {
    const { id } = operator.organization;
    const asked = { list: `grants ${id}`, query };
    const page = openPage(context, asked);
    if (!page.ok) return page;
    // Names are unique, and the store gives grants in their order.
    const own = (await context.store.grants.list()).filter(
      ({ name, organization }) => organization === id && name > (page.after ?? ''),
    );
    const items = own.slice(0, page.limit);
    const show = (one: GrantRecord) => shown(context, one);
    return done(pageAnswer(context, asked, { items, positionOf: ({ name }) => name, show }));
  },

  async mint(context, { body, from, operator }) {
    const organization = operator.organization.id;
    const errors = unknownNames(context, organization, body);
    if (errors.length > 0) return refuse('invalid_input', { errors });
    const { expiresInDays, mode, name, owner = operator.person.email, policy, server } = body;
    const { hash, token } = mintToken();
    const wanted = {
      ...{ id: randomUUID(), organization, name, server, mode, owner, labels: {}, origin: 'minted' as const },
      ...(policy === undefined ? {} : { policy }),
      ...(expiresInDays === undefined
        ? {}
        : { expiresAtMs: context.clock.wallMs() + expiresInDays * DAY_MS }),
    };
    const made = await createdOf(context, wanted, { hash, by: actorOf(operator, from) });
    if (made === undefined) return refuse('name_taken');
    context.changed();
    return done({ ...shown(context, made), token });
  },

  pause: (context, request) => changeState(context, request, 'paused'),
  resume: (context, request) => changeState(context, request, 'active'),

  revoke: (context, request) => changeState(context, request, 'revoked'),
} satisfies HandlersOf<Endpoints['grants']>;

type GrantAnswer = AnswerOf<Endpoints['grants']['pause']>;

async function changeState(
  context: ControlContext,
  { from, operator, params }: Pick<ApiRequest<Endpoints['grants']['pause']>, 'from' | 'operator' | 'params'>,
  state: GrantState,
): Promise<Done<GrantAnswer> | Refusal<'not_found' | 'declared_by_file' | 'grant_revoked'>> {
  const { grants: store } = context.store;
  const grant = (await store.list()).find(
    ({ id, organization }) => id === params.grant && organization === operator.organization.id,
  );
  if (grant === undefined) return refuse('not_found');
  if (grant.origin === 'file') return refuse('declared_by_file');
  if (grant.state === 'revoked') return refuse('grant_revoked');
  await store.setState(grant.id, state, actorOf(operator, from));
  context.changed();
  return done(shown(context, { ...grant, state }));
}

/** Undefined when the name is taken. */
async function createdOf(
  { store }: ControlContext,
  grant: Parameters<typeof store.grants.create>[0],
  { by, hash }: { readonly by: Actor; readonly hash: string },
): Promise<GrantRecord | undefined> {
  try {
    return await store.grants.create(grant, hash, by);
  } catch (error) {
    // Id and token are random: of what must be unique only the name was chosen.
    if (error instanceof StoreError && error.code === 'conflict') return undefined;
    throw error;
  }
}

/** Names of what is not in force would give a grant that opens nothing. */
function unknownNames(
  { inForce }: ControlContext,
  organization: string,
  { policy, server }: { readonly policy?: string | undefined; readonly server: string },
): InputFault[] {
  const { policies, servers } = inForce(organization);
  const fault = (name: string, what: string): InputFault => ({
    in: 'body',
    pointer: `/${name}`,
    message: `expected the name of a ${what} of the organisation`,
  });
  return [
    ...(servers.includes(server) ? [] : [fault('server', 'server')]),
    ...(policy === undefined || policies.includes(policy) ? [] : [fault('policy', 'policy')]),
  ];
}

function shown({ clock }: ControlContext, grant: GrantRecord): GrantAnswer {
  const { createdAtMs, expiresAtMs, id, mode, name, origin, owner, policy, server, stack } = grant;
  const isOver = expiresAtMs !== undefined && expiresAtMs <= clock.wallMs() && grant.state !== 'revoked';
  return {
    ...{ id, name, server, mode, origin, state: isOver ? 'expired' : grant.state },
    ...(stack === undefined ? {} : { stack: stack.map((one) => ({ ...one })) }),
    ...(policy === undefined ? {} : { policy }),
    ...(owner === undefined ? {} : { owner }),
    createdAt: momentOf(createdAtMs),
    ...(expiresAtMs === undefined ? {} : { expiresAt: momentOf(expiresAtMs) }),
  };
}
