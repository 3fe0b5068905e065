import { done, type Handlers, pageOf, refuse } from '../reply.ts';
import type { World } from '../world/index.ts';
import { PERSON, type WorldGrant } from '../world/world.ts';
import { note } from './noted.ts';

const DAY_MS = 86_400_000;

function change(world: World, id: string, state: WorldGrant['state']) {
  const before = world.grants.get(id);
  if (before === undefined) return refuse('not_found');
  if (before.state === 'revoked') return refuse('grant_revoked');
  const after = { ...before, state };
  world.grants.set(id, after);
  note(world, `grant.${state}`, { kind: 'grant', id, name: after.name });
  return done(after);
}

function opens({ server, stack }: WorldGrant, wanted: string): boolean {
  return server === wanted || stack?.some((member) => member.server === wanted) === true;
}

export const grants: NonNullable<Handlers['grants']> = {
  list: (world, { query }) =>
    pageOf(
      [...world.grants.values()]
        .filter((one) => query.server === undefined || opens(one, query.server))
        .toSorted((one, other) => one.name.localeCompare(other.name)),
      query,
    ),
  show: (world, { params }) => {
    const grant = world.grants.get(params.grant);
    return grant === undefined ? refuse('not_found') : done(grant, grant.state);
  },
  mint: (world, { body }) => {
    if ([...world.grants.values()].some(({ name }) => name === body.name)) return refuse('name_taken');
    const grant: WorldGrant = {
      id: `grant-${world.grants.size + 1}`,
      name: body.name,
      server: body.server ?? '',
      ...(body.stack === undefined ? {} : { stack: body.stack }),
      ...(body.policy === undefined ? {} : { policy: body.policy }),
      labels: body.labels ?? {},
      mode: body.mode,
      state: 'active',
      owner: body.owner ?? PERSON.email,
      ownerMaySignIn: body.ownerMaySignIn,
      ...(body.networks === undefined ? {} : { networks: body.networks }),
      origin: 'minted',
      createdAt: new Date().toISOString(),
      ...(body.expiresInDays === undefined
        ? {}
        : { expiresAt: new Date(Date.now() + body.expiresInDays * DAY_MS).toISOString() }),
      isTokenKept: false,
    };
    world.grants.set(grant.id, grant);
    note(world, 'grant.created', { kind: 'grant', id: grant.id, name: grant.name });
    return done({ ...grant, token: 'no-agent-can-use-this-without-a-gateway' });
  },
  update: (world, { body, params }) => {
    const before = world.grants.get(params.grant);
    if (before === undefined) return refuse('not_found');
    if (before.state === 'revoked') return refuse('grant_revoked');
    const { expiresAt, networks, owner, ...rest } = { ...before, ...body };
    const after: WorldGrant = {
      ...rest,
      name: body.name ?? before.name,
      labels: body.labels ?? before.labels,
      mode: body.mode ?? before.mode,
      ownerMaySignIn: body.ownerMaySignIn ?? before.ownerMaySignIn,
      // Null takes any of these away.
      ...(Array.isArray(networks) ? { networks } : {}),
      ...(typeof owner === 'string' ? { owner } : {}),
      ...(typeof expiresAt === 'string' ? { expiresAt } : {}),
    };
    world.grants.set(after.id, after);
    note(world, 'grant.updated', { kind: 'grant', id: after.id, name: after.name });
    return done(after);
  },
  pause: (world, { params }) => change(world, params.grant, 'paused'),
  resume: (world, { params }) => change(world, params.grant, 'active'),
  revoke: (world, { params }) => {
    world.signIns.delete(params.grant);
    return change(world, params.grant, 'revoked');
  },
  signIns: (world, { params }) =>
    world.grants.has(params.grant)
      ? done({ signIns: [...(world.signIns.get(params.grant) ?? [])] })
      : refuse('not_found'),
  endSignIn: (world, { params }) => {
    const [grant, before] = [world.grants.get(params.grant), world.signIns.get(params.grant) ?? []];
    const left = before.filter(({ id }) => id !== params.signIn);
    if (grant === undefined || left.length === before.length) return refuse('not_found');
    world.signIns.set(params.grant, left);
    note(world, 'grant.signed_out', { kind: 'grant', id: grant.id, name: grant.name });
    return done(undefined);
  },
};
