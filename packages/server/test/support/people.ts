import { randomUUID } from 'node:crypto';
import type { Answered, ProblemDocument, Role } from '@boomgate/contract';
import { uuidv7 } from 'uuidv7';
import { csrfOf, mintSecret, openPeopleContext } from '../../src/identity/index.ts';
import type { Gateway, GatewayOptions } from '../../src/index.ts';
import { bootGateway, type TestGateway, type TestSetup } from './gateway.ts';
import { newVisitor, type Visitor } from './visitor.ts';

/** A server that nobody asks: a grant needs one. */
export const NO_SERVER = { s: { url: 'http://127.0.0.1:9/mcp' } };

export const PASSWORD = 'correct horse battery staple';

/** Somebody who is signed in, with what is known of them. */
export type Somebody = Visitor & { readonly email: string; readonly person: string; readonly member: string };

/** A gateway that is set up, with its first admin. */
export type Office = AsyncDisposable & {
  readonly test: TestGateway;
  readonly gateway: Gateway;
  readonly admin: Somebody;
  /** A new person with `PASSWORD`, a member of an organisation, signed in. By the store: hashing takes its time. */
  readonly somebody: (role: Role, organization?: string) => Promise<Somebody>;
  readonly visitor: (options?: { readonly apiKey?: string }) => Visitor;
  /** Makes somebody a viewer of one organisation more; the id of that membership. */
  readonly join: (who: Somebody, organization: string) => Promise<string>;
  /** An organisation that the first admin is not a member of; its id. */
  readonly elsewhere: () => Promise<string>;
};

export async function bootOffice(
  options: Partial<GatewayOptions> = {},
  setup: Partial<TestSetup> = {},
): Promise<Office> {
  const test = await bootGateway({ mcpServers: NO_SERVER, options, ...setup });
  const { gateway } = test;
  const visitor = ({ apiKey }: { readonly apiKey?: string } = {}): Visitor =>
    newVisitor({ url: gateway.url, ...(apiKey === undefined ? {} : { apiKey }) });
  const first = visitor();
  const body = await setUp(gateway, first);
  const { people } = gateway.store;
  const admin = { ...(await known(gateway, body.person.id, 'default')), email: body.person.email };
  const passwordHash = (await people.accounts.find(body.person.id))?.passwordHash ?? '';
  const somebody = async (role: Role, organization = 'default'): Promise<Somebody> => {
    const email = `${randomUUID()}@acme.example`;
    const newPerson = { id: uuidv7(), email, name: role, passwordHash };
    await admit(gateway, { email, newPerson, role, organization });
    const signedIn = await sessionOf(gateway, newPerson.id, organization);
    return Object.assign(signedIn, {
      email,
      ...(await known(gateway, newPerson.id, organization)),
    });
  };
  return {
    test,
    gateway,
    visitor,
    somebody,
    admin: Object.assign(first, admin),
    join: ({ email }, organization) => admit(gateway, { email, role: 'viewer', organization }),
    async elsewhere() {
      const founder = await somebody('viewer');
      const made = { id: uuidv7(), name: 'Elsewhere' };
      await people.organizations.create(made, { id: uuidv7(), person: founder.person });
      return made.id;
    },
    [Symbol.asyncDispose]: () => test[Symbol.asyncDispose](),
  };
}

/** The first person, by the code that the gateway gave. */
async function setUp(gateway: Gateway, visitor: Visitor) {
  const code = gateway.setup?.code ?? '';
  const person = { name: 'Ann', email: 'ann@acme.example', password: PASSWORD };
  return expectOk(await visitor.client.setup.complete({ body: { code, organization: 'Acme', ...person } }));
}

/** The body of an answer; fails with the problem when there is one. */
export function expectOk<Body>(answer: Answered<Body>): Body {
  if (!answer.ok) throw new Error(`expected success, found ${JSON.stringify(answer.problem)}`);
  return answer.body;
}

/** The same with the tag that a change of it has to name. */
export function expectTagged<Body>(answer: Answered<Body>): { readonly body: Body; readonly etag: string } {
  const body = expectOk(answer);
  return { body, etag: (answer.ok && answer.etag) || '' };
}

export function problemOf(answer: Answered<unknown>): ProblemDocument['code'] | 'none' {
  return answer.ok ? 'none' : answer.problem.code;
}

type Admitted = {
  readonly email: string;
  /** Absent: the account of that address. */
  readonly newPerson?: { id: string; email: string; name: string; passwordHash: string };
  readonly role: Role;
  readonly organization: string;
};

/** The id of the membership. */
async function admit({ store }: Gateway, { newPerson, ...invited }: Admitted): Promise<string> {
  const { hash } = mintSecret('bgi_');
  const members = await store.people.members.list(invited.organization, { limit: 100 });
  const createdBy = members.find(({ role }) => role === 'admin')?.person ?? '';
  const invitation = { id: uuidv7(), createdBy, ...invited };
  const expiresAtMs = Date.UTC(2100, 0);
  await store.people.invitations.create({ ...invitation, expiresAtMs }, hash);
  const memberId = uuidv7();
  await store.people.invitations.accept(hash, {
    memberId,
    ...(newPerson === undefined ? {} : { newPerson }),
  });
  return memberId;
}

/** A further session of a person, as after signing in. */
export async function sessionOf(gateway: Gateway, person: string, organization: string): Promise<Visitor> {
  const { hash, token } = mintSecret('bgs_');
  const session = await gateway.store.people.personSessions.begin({ hash, person, organization });
  const context = openPeopleContext(gateway.store, { wallMs: Date.now, monotonicMs: () => 0 });
  const csrf = csrfOf(context, session);
  return newVisitor({ url: gateway.url, cookie: `boomgate_session=${token}`, csrf });
}

async function known({ store }: Gateway, person: string, organization: string) {
  const member = await store.people.members.ofPerson(organization, person);
  return { person, member: member?.id ?? '' };
}
