import { hasPermission, type Permission, type Role } from '@boomgate/contract';
import { SESSION_IDLE_MS, USE_NOTE_MS } from '../../limits/index.ts';
import type { ApiKeyRecord, OrganizationRecord, PersonRecord, PersonSession } from '../../store/index.ts';
import { takesFrom } from '../networks.ts';
import { hashToken } from '../token.ts';
import type { PeopleContext } from './context.ts';
import { endOfSession } from './ways.ts';

type Base = {
  /** Who it is, or for an API key who made it. */
  readonly person: PersonRecord;
  readonly organization: OrganizationRecord;
  readonly role: Role;
  readonly may: (permission: Permission) => boolean;
  readonly expiresAtMs: number;
};

/** Who uses the API: a person in a session, or an API key on behalf of who made it. */
export type Operator =
  | (Base & { readonly kind: 'person'; readonly session: PersonSession })
  | (Base & { readonly kind: 'api_key'; readonly apiKey: ApiKeyRecord });

export type Credentials = {
  /** The value of the `Authorization` header; where it is there, nothing else counts. */
  readonly authorization: string | undefined;
  /** The token in the session's cookie. */
  readonly session: string | undefined;
  /** The address that they are presented from. */
  readonly remote?: string;
};

const API_KEY = /^bearer (bga_[0-9A-Za-z]{49})$/i;

/** The operator, or undefined for everything that is missing, malformed, unknown, expired, revoked or no longer a member. */
export function identifyOperator(
  context: PeopleContext,
  { authorization, remote, session }: Credentials,
): Promise<Operator | undefined> {
  if (authorization !== undefined) return operatorOfKey(context, API_KEY.exec(authorization)?.[1], remote);
  return operatorOfSession(context, session);
}

/** The same for who holds a stream open: to read on is no use of a session, which ends without others, nor of a key. */
export function stillOperator(
  context: PeopleContext,
  credentials: Credentials,
): Promise<Operator | undefined> {
  const { people } = context;
  const note = async () => undefined;
  const personSessions = { ...people.personSessions, note };
  const apiKeys = { ...people.apiKeys, note };
  return identifyOperator({ ...context, people: { ...people, personSessions, apiKeys } }, credentials);
}

async function operatorOfSession(
  context: PeopleContext,
  token: string | undefined,
): Promise<Operator | undefined> {
  if (token === undefined) return undefined;
  const { clock, people } = context;
  const session = await people.personSessions.find(hashToken(token));
  if (session === undefined) return undefined;
  const nowMs = clock.wallMs();
  // What was in force when it began may not be so any more: that is looked at each time.
  const endsAtMs = endOfSession(context.ways, session);
  if (endsAtMs === undefined || endsAtMs <= nowMs) return undefined;
  const found = await membership(context, session.organization, session.person);
  if (found === undefined) return undefined;
  const isStale = nowMs - session.seenAtMs >= USE_NOTE_MS;
  if (isStale) await people.personSessions.note(session.hash);
  const seenAtMs = isStale ? nowMs : session.seenAtMs;
  return {
    kind: 'person',
    ...found,
    may: (permission) => hasPermission(found.role, permission),
    session,
    expiresAtMs: Math.min(endsAtMs, seenAtMs + SESSION_IDLE_MS),
  };
}

/** A key may what its role may, as long as who made it may so too: it ends with them and shrinks with them. */
async function operatorOfKey(
  context: PeopleContext,
  key: string | undefined,
  remote: string | undefined,
): Promise<Operator | undefined> {
  if (key === undefined) return undefined;
  const apiKey = await context.people.apiKeys.findByHash(hashToken(key));
  const isOver = apiKey?.revokedAtMs !== undefined || (apiKey?.expiresAtMs ?? 0) <= context.clock.wallMs();
  if (apiKey === undefined || isOver) return undefined;
  const maker = await membership(context, apiKey.organization, apiKey.createdBy);
  if (maker === undefined) return undefined;
  const isStale = context.clock.wallMs() - (apiKey.usedAtMs ?? 0) >= USE_NOTE_MS;
  // Who presents it from elsewhere is refused, and has not used it.
  if (isStale && takesFrom(apiKey, remote)) await context.people.apiKeys.note(apiKey.id);
  return {
    kind: 'api_key',
    person: maker.person,
    organization: maker.organization,
    role: apiKey.role,
    may: (permission) => hasPermission(apiKey.role, permission) && hasPermission(maker.role, permission),
    apiKey,
    expiresAtMs: apiKey.expiresAtMs,
  };
}

async function membership(
  { people }: PeopleContext,
  organizationId: string,
  personId: string,
): Promise<Pick<Operator, 'person' | 'organization' | 'role'> | undefined> {
  const member = await people.members.ofPerson(organizationId, personId);
  const person = await people.accounts.find(personId);
  const organization = await people.organizations.find(organizationId);
  if (member === undefined || person === undefined || organization === undefined) return undefined;
  return { person, organization, role: member.role };
}
