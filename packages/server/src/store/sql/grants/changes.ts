import {
  type AccessToken,
  type GrantChange,
  type GrantRecord,
  type Grants,
  StoreError,
} from '../../contract.ts';
import { build } from '../tables.ts';
import { all, first, type Work } from '../work.ts';
import { decode, type Held } from './row.ts';

export function withChange(grant: GrantRecord, wanted: GrantChange): GrantRecord {
  const { expiresAtMs = grant.expiresAtMs ?? null, owner = grant.owner ?? null, ...others } = wanted;
  const {
    networks = grant.networks ?? null,
    ownerMaySignIn = grant.ownerMaySignIn ?? false,
    ...plain
  } = others;
  const { expiresAtMs: _, networks: __, owner: ___, ownerMaySignIn: ____, ...rest } = grant;
  return {
    ...rest,
    ...plain,
    ...(expiresAtMs === null ? {} : { expiresAtMs }),
    ...(owner === null ? {} : { owner }),
    ...(ownerMaySignIn ? { ownerMaySignIn } : {}),
    ...(networks === null ? {} : { networks }),
  };
}

/** Why a grant is not to be changed, but for its state. */
export function faultOf(held: Held | undefined): 'unknown' | 'file' | 'revoked' | undefined {
  if (held === undefined) return 'unknown';
  if (held.grant.origin === 'file') return 'file';
  return held.grant.state === 'revoked' ? 'revoked' : undefined;
}

/** Why an access token is not to be given. */
export function accessFaultOf(held: Held | undefined, { by }: AccessToken): ReturnType<typeof faultOf> {
  if (held?.grant.origin !== 'file' || by === undefined) return faultOf(held);
  return held.grant.state === 'revoked' ? 'revoked' : undefined;
}

/**
 * Undefined when a stack grant has no such member, or a grant of one server is asked for a member; or when it has another policy than the
 * one instead of which this one is meant.
 */
export function attached(
  grant: GrantRecord,
  { instead, policy, server }: Parameters<Grants['setPolicy']>[1],
): GrantRecord | undefined {
  const { stack } = grant;
  const isMeant = (now: string | undefined) => instead === undefined || (now ?? null) === instead;
  if (stack === undefined)
    return server === undefined && isMeant(grant.policy) ? { ...grant, policy } : undefined;
  if (!stack.some((member) => member.server === server && isMeant(member.policy))) return undefined;
  return {
    ...grant,
    stack: stack.map((member) => (member.server === server ? { ...member, policy } : member)),
  };
}

/** Throws `conflict` when another grant has the name in its organisation, or any other the token; of a new one also the id. */
export function* requireFree({ grant, tokenHash }: Held, { isNew }: { readonly isNew: boolean }): Work<void> {
  const { id, name, organization } = grant;
  const hash = Buffer.from(tokenHash, 'hex');
  const alike = build
    .selectFrom('grants')
    .select(['id', 'organization', 'name', 'state'])
    .where((one) =>
      one.or([
        one.and([one('organization', '=', organization), one('name', '=', name)]),
        one('token_hash', '=', hash),
        ...(isNew ? [one('id', '=', id)] : []),
      ]),
    );
  const others = (yield* all(alike)).filter((other) => isNew || other.id !== id);
  if (others.length === 0) return;
  const namesake = others.find((other) => other.organization === organization && other.name === name);
  const kept = namesake?.state === 'revoked' ? ', revoked, and keeps its name for the logs' : '';
  throw new StoreError(
    'conflict',
    namesake !== undefined
      ? `a grant named "${name}" already exists${kept}: choose another name`
      : `the token or the id of grant "${name}" already belongs to another grant: use a new one`,
  );
}

export function* findGrant(id: string): Work<Held | undefined> {
  const row = yield* first(build.selectFrom('grants').selectAll().where('id', '=', id));
  return row && decode(row);
}

export function* findByName(organization: string, name: string): Work<Held | undefined> {
  const ofOrganization = build.selectFrom('grants').selectAll().where('organization', '=', organization);
  const row = yield* first(ofOrganization.where('name', '=', name));
  return row && decode(row);
}
