import {
  ENDPOINTS,
  type Endpoint,
  hasPermission,
  listEndpoints,
  type NamedEndpoint,
  ROLES,
  type Role,
} from '@boomgate/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootGateway } from '../support/gateway.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';
import { bootOffice, expectOk, NO_SERVER, type Office, type Somebody } from '../support/people.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';
import { SAMPLES } from './samples.ts';

const CALLERS = ['nobody', ...ROLES, 'an API key of an admin', 'an admin of another organisation'] as const;
type Caller = (typeof CALLERS)[number];

let mailbox: Mailbox;
let office: Office;
let foreign: string;

beforeAll(async () => {
  mailbox = await openMailbox();
  office = await bootOffice({}, { more: { mail: { url: mailbox.url, from: 'gate@acme.example' } } });
  foreign = await office.elsewhere();
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await mailbox[Symbol.asyncDispose]();
});

/** What the contract's table says. */
function expectedFor({ endpoint, name, resource }: NamedEndpoint, caller: Caller): string {
  const { access, params, personOnly, status }: Endpoint = endpoint;
  const allowed = String(status);
  const isElsewhere = caller === 'an admin of another organisation';
  // Only the first organisation has servers that a grant can open.
  if (isElsewhere && OF_SERVERS.has(`${resource}.${name}`)) return '422 invalid_input';
  if (resource === 'signOn' && params !== undefined) return '404 not_found';
  // Nobody was sent there, the gateway has no https address, and the server of the sample is not in force.
  const failing = FAILING[`${resource}.${name}`] ?? allowed;
  if (access === 'public' || (isElsewhere && isForAll({ name, resource }))) return failing;
  if (caller === 'nobody') return '401 unauthenticated';
  if (caller === 'an API key of an admin') return personOnly === true ? '403 person_required' : failing;
  // What waits in a browser is of no organisation, nor is an account.
  const isOfNone = params === undefined || resource === 'agentSignIns' || resource === 'account';
  if (isElsewhere) return isOfNone ? failing : '404 not_found';
  return access === 'signed_in' || hasPermission(caller, access) ? failing : '403 forbidden';
}

const OF_SERVERS = new Set(['grants.mint', 'accessRequests.ask']);

/** Endpoints whose samples cannot succeed: what is beside the question of who may is not there. */
const FAILING: Readonly<Record<string, string>> = {
  'agentSignIns.show': '400 sign_on_stale',
  'agentSignIns.consent': '400 sign_on_stale',
  'agentSignIns.refuse': '400 sign_on_stale',
  'grants.endSignIn': '404 not_found',
  'serverSignIn.finish': '400 sign_on_stale',
  'serverSignIn.client': '404 not_found',
  'servers.connect': '409 sign_in_not_possible',
};

/** The index and what is known of attacks are no organisation's. */
function isForAll({ name, resource }: Pick<NamedEndpoint, 'name' | 'resource'>): boolean {
  return resource === 'attacks' || (resource === 'catalogue' && name !== 'recommend');
}

async function actorFor(caller: Caller): Promise<Somebody> {
  if (caller === 'nobody') return office.somebody('viewer');
  if (caller === 'an API key of an admin') return office.somebody('admin');
  if (caller === 'an admin of another organisation') return office.somebody('admin', foreign);
  // What is left are the roles.
  return office.somebody(caller satisfies Role);
}

async function visitorFor(caller: Caller, actor: Somebody): Promise<Visitor> {
  if (caller === 'nobody') return newVisitor({ url: office.gateway.url });
  if (caller !== 'an API key of an admin') return actor;
  const body = { name: 'script', role: 'admin', expiresInDays: 1 } as const;
  return office.visitor({ apiKey: expectOk(await actor.client.apiKeys.create({ body })).key });
}

/** Calls an endpoint by its names; the sample has what it takes. */
async function outcomeOf({ name, resource }: NamedEndpoint, caller: Caller): Promise<string> {
  const actor = await actorFor(caller);
  // Casts: the tables have the same names, which only their types know.
  const samples = SAMPLES as unknown as Table<(preparing: object) => Promise<unknown>>;
  const visitor = await visitorFor(caller, actor);
  const client = visitor.client as unknown as Table<(sent: unknown) => Promise<Answer>>;
  const sent = await samples[resource]?.[name]?.({ office, actor });
  const answer = await client[resource]?.[name]?.(sent);
  return answer?.ok === true ? String(answer.status) : `${answer?.status} ${answer?.problem?.code}`;
}

type Table<Entry> = Readonly<Record<string, Readonly<Record<string, Entry>>>>;
type Answer = { readonly ok: boolean; readonly status: number; readonly problem?: { readonly code: string } };

const onceOnly = ({ name, resource }: NamedEndpoint): boolean => resource === 'setup' && name === 'complete';

describe('every endpoint answers every caller as the table of roles says', () => {
  const cases = listEndpoints()
    .filter((named) => !onceOnly(named))
    .flatMap((named) => CALLERS.map((caller) => ({ ...named, caller })));

  it.each(cases)('$resource, $name, for $caller', async ({ caller, ...named }) => {
    expect(await outcomeOf(named, caller)).toBe(expectedFor(named, caller));
  });

  it('setup.complete for nobody, on a gateway that waits for its first person', async () => {
    await using test = await bootGateway({ mcpServers: NO_SERVER });
    const visitor = newVisitor({ url: test.gateway.url });
    const sent = await SAMPLES.setup.complete({
      office: { ...office, gateway: test.gateway },
      actor: office.admin,
    });
    expect(await visitor.client.setup.complete(sent)).toMatchObject({ ok: true, status: 201 });
  });

  it('covers every endpoint', () => {
    const names = (table: object): string[] =>
      Object.entries(table).flatMap(([resource, entries]) =>
        Object.keys(entries).map((name) => `${resource}.${name}`),
      );
    expect(names(SAMPLES).sort()).toEqual(names(ENDPOINTS).sort());
  });
});
