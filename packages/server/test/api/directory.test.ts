import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Role } from '@boomgate/contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ATTEMPTS_PER_ACCOUNT, DIRECTORY_BODY_BYTES, DIRECTORY_PAGE_MAX } from '../../src/limits/index.ts';
import { openDatabase } from '../../src/store/index.ts';
import { movedClock } from '../cases/support/time.ts';
import { Browser, CLIENT, newcomerAt, type OidcProvider, openOidcProvider } from '../support/oidc.ts';
import { bootOffice, expectOk, type Office, problemOf } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { newVisitor } from '../support/visitor.ts';

const TOKEN = 'a token of the directory, long enough'.replaceAll(' ', '-');
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

const clock = movedClock(Date.now());
let office: Office;
let provider: OidcProvider;

beforeAll(async () => {
  provider = await openOidcProvider(() => [at('callback'), at('callback', 'without')]);
  office = await bootOffice(
    { clock, environment: { ...process.env, SCIM_TOKEN: TOKEN, TEST_GRANT: 'x'.repeat(40) } },
    { more: { signIn: { providers: { corp: corp(), without: { ...corp(), scim: undefined } } } } },
  );
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});
afterEach(() => clock.step(Date.now() - clock.wallMs()));

const corp = () => ({
  issuer: provider.issuer,
  client_id: CLIENT.id,
  client_secret: CLIENT.secret,
  allowed_domains: ['corp.example'],
  groups: { admins: 'admin', deciders: 'approver' },
  scim: { token: '${env:SCIM_TOKEN}' },
});

const at = (path: string, by = 'corp'): string => `${office.gateway.url}/api/v1/session/oidc/${by}/${path}`;
const scimAt = (path: string, of = 'corp'): string => `${office.gateway.url}/scim/v2/${of}/${path}`;

type Body = Readonly<Record<string, unknown>>;
type Asked = {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly of?: string;
};

/** As a directory asks. */
async function ask(method: string, path: string, { body, headers, of }: Asked = {}) {
  const answer = await fetch(scimAt(path, of), {
    method,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const read: Body = text === '' ? {} : JSON.parse(text);
  return { status: answer.status, body: read, headers: answer.headers };
}

/** What a refusal says: its status and, where there is one, its kind. */
async function refusalOf(method: string, path: string, asked: Asked = {}): Promise<string> {
  const { body, headers, status } = await ask(method, path, asked);
  expect(headers.get('content-type')).toBe('application/scim+json');
  expect(body).toMatchObject({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    detail: expect.any(String),
  });
  return [status, body['scimType']].filter((part) => part !== undefined).join(' ');
}

const newcomer = (known: object = {}) => newcomerAt(provider, known);

/** Signs somebody in whom the provider knows; what came of it, and the visitor. */
async function signOn(subject: string, by = 'corp') {
  provider.nextSubject = subject;
  const browser = new Browser();
  const here = at('', by);
  const back = await browser.follow(`${here}start`, (address) => address.startsWith(`${here}callback`));
  const answer = await browser.get(back);
  const token = browser.jars.get(office.gateway.url)?.get('boomgate_session /')?.value ?? '';
  const cookie = `boomgate_session=${token}`;
  const first = await newVisitor({ url: office.gateway.url, cookie }).client.session.read();
  const csrf = first.ok ? first.body.csrf : undefined;
  const why = answer.status === 302 ? 'signed in' : ((await answer.json()) as { detail: string }).detail;
  return { why, ...newVisitor({ url: office.gateway.url, cookie, ...(csrf === undefined ? {} : { csrf }) }) };
}

/** As Entra ID makes somebody, by the body that its documentation shows. */
const asEntra = (email: string, more: object = {}): Body => ({
  schemas: [USER, ENTERPRISE],
  externalId: `0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef-${email}`,
  userName: email,
  active: true,
  emails: [{ primary: true, type: 'work', value: email }],
  meta: { resourceType: 'User' },
  name: { formatted: 'Given Family', familyName: 'Family', givenName: 'Given' },
  roles: [],
  ...more,
});

/** As Okta does. */
const asOkta = (email: string, externalId: string): Body => ({
  schemas: [USER],
  userName: email,
  name: { givenName: 'Ann', familyName: 'Bond' },
  emails: [{ primary: true, value: email, type: 'work' }],
  displayName: 'Ann Bond',
  locale: 'en-US',
  externalId,
  groups: [],
  password: '1mz050nq',
  active: true,
});

async function made(body: Body): Promise<string> {
  const { body: user, status } = await ask('POST', 'Users', { body });
  expect(status).toBe(201);
  return String(user['id']);
}

const patched = (id: string, Operations: readonly object[]) =>
  ask('PATCH', `Users/${id}`, { body: { schemas: [PATCH], Operations } });

/** The newest first. */
const rowsOf = async (action: string) =>
  (await office.gateway.store.audit.query({ action, limit: 1_000 })).toReversed();

describe('what directories send', () => {
  it('as Entra ID: looks for somebody, makes, changes, closes and deletes them', async () => {
    const { email, subject } = newcomer();
    const filter = encodeURIComponent(`userName eq "${email}"`);
    const found = async () => (await ask('GET', `Users?filter=${filter}`)).body;
    expect(await found()).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      ...{ totalResults: 0, startIndex: 1, itemsPerPage: 0, Resources: [] },
    });
    const answer = await ask('POST', 'Users', { body: asEntra(email) });
    const id = String(answer.body['id']);
    expect([answer.status, answer.headers.get('location')]).toEqual([201, scimAt(`Users/${id}`)]);
    expect(answer.headers.get('content-type')).toBe('application/scim+json');
    expect(answer.body).toEqual({
      schemas: [USER],
      id,
      externalId: asEntra(email)['externalId'],
      userName: email,
      name: { givenName: 'Given', familyName: 'Family' },
      emails: [{ value: email, type: 'work', primary: true }],
      active: true,
      meta: {
        resourceType: 'User',
        created: expect.any(String),
        lastModified: expect.any(String),
        location: scimAt(`Users/${id}`),
      },
    });
    expect(await refusalOf('POST', 'Users', { body: asEntra(email) })).toBe('409 uniqueness');
    expect((await found())['Resources']).toEqual([answer.body]);
    expect((await ask('GET', `Users/${id}`)).body).toEqual(answer.body);
    expect((await signOn(subject)).why).toBe('signed in');
    const changed = await patched(id, [
      { op: 'Replace', path: 'emails[type eq "work"].value', value: `updated-${email}` },
      { op: 'Replace', path: 'name.familyName', value: 'Updated' },
      { op: 'Add', path: `${ENTERPRISE}:department`, value: 'Sales' },
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '1' },
      {
        op: 'Replace',
        value: { displayName: 'Said so', 'name.givenName': 'New', [`${ENTERPRISE}:division`]: 'x' },
      },
    ]);
    expect(changed.body).toMatchObject({
      displayName: 'Said so',
      emails: [{ value: `updated-${email}` }],
      name: { givenName: 'New', familyName: 'Updated' },
    });
    const closed = await patched(id, [{ op: 'Replace', path: 'active', value: 'False' }]);
    expect([closed.status, closed.body['active']]).toEqual([200, false]);
    expect((await signOn(subject)).why).toContain('your account here is closed');
    const opened = await patched(id, [{ op: 'Replace', value: { active: 'True' } }]);
    expect(opened.body['active']).toBe(true);
    expect((await signOn(subject)).why).toBe('signed in');
    expect((await ask('DELETE', `Users/${id}`)).status).toBe(204);
    expect(await refusalOf('DELETE', `Users/${id}`)).toBe('404');
    expect(await refusalOf('GET', `Users/${id}`)).toBe('404');
    expect((await found())['totalResults']).toBe(0);
    expect((await signOn(subject)).why).toContain('your account here is closed');
  });

  it('as Okta: tries the connection, makes, replaces and closes somebody', async () => {
    expect((await ask('GET', 'Users?startIndex=1&count=2')).status).toBe(200);
    const { email, subject } = newcomer({ email: 'another@corp.example' });
    const id = await made(asOkta(email, subject));
    // By the subject, although the provider says another e-mail.
    expect((await signOn(subject)).why).toBe('signed in');
    const replaced = await ask('PUT', `Users/${id}`, {
      body: { ...asOkta(email, subject), id, name: { givenName: 'Another', familyName: 'Bond' } },
    });
    expect(replaced.body).toMatchObject({
      name: { givenName: 'Another' },
      active: true,
      externalId: subject,
    });
    const body = { schemas: [PATCH], Operations: [{ op: 'replace', value: { active: false } }] };
    const headers = { 'content-type': 'application/scim+json; charset=utf-8' };
    expect((await ask('PATCH', `Users/${id}`, { body, headers })).body).toMatchObject({ active: false });
    const { active: _, ...silent } = asOkta(email, subject);
    expect((await ask('PUT', `Users/${id}`, { body: silent })).body).toMatchObject({ active: false });
    expect((await ask('PUT', `Users/${id}`, { body: asOkta(email, subject) })).body).toMatchObject({
      active: true,
    });
  });

  it('is all heeded where several changes of an entry come at once', async () => {
    const { email } = newcomer();
    const id = await made(asEntra(email));
    const changes = ['displayName', 'name.givenName', 'name.familyName', 'externalId'];
    const answers = await Promise.all(
      changes.map((path) => patched(id, [{ op: 'replace', path, value: `new ${path}` }])),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await ask('GET', `Users/${id}`)).body).toMatchObject({
      displayName: 'new displayName',
      name: { givenName: 'new name.givenName', familyName: 'new name.familyName' },
      externalId: 'new externalId',
    });
  });

  it('is sent where admins are told that it can be', async () => {
    const { providers } = expectOk(await office.admin.client.gateway.read());
    expect(providers.map(({ directoryAddress, id }) => [id, directoryAddress])).toEqual([
      ['corp', `${office.gateway.url}/scim/v2/corp`],
      ['without', undefined],
    ]);
    expect(JSON.stringify(providers)).not.toContain('oken');
  });

  it('is answered with what can be asked for, and with whom they look for, a page at a time', async () => {
    const config = (await ask('GET', 'ServiceProviderConfig')).body;
    expect(config).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
      filter: { supported: true, maxResults: DIRECTORY_PAGE_MAX },
      authenticationSchemes: [{ type: 'oauthbearertoken' }],
    });
    for (const [path, id] of [
      ['ResourceTypes', 'User'],
      ['Schemas', USER],
    ] as const) {
      const all = (await ask('GET', path)).body;
      expect(all).toMatchObject({ totalResults: 1, Resources: [{ id }] });
      expect((await ask('GET', `${path}/${id}`)).body).toEqual((all['Resources'] as unknown[])[0]);
      expect(await refusalOf('GET', `${path}/Group`)).toBe('404');
    }
    const { email } = newcomer();
    const id = await made(asEntra(email));
    await made(asEntra(newcomer().email));
    const found = async (query: string) => (await ask('GET', `Users?${query}`)).body;
    for (const filter of [
      `userName eq "${email.toUpperCase()}"`,
      `USERNAME EQ "${email}"`,
      `externalId eq "${asEntra(email)['externalId']}"`,
      `id eq "${id}"`,
      `emails.value eq "${email}"`,
      `emails[type eq "work"].value eq "${email}"`,
      `${USER}:userName eq "${email}"`,
    ])
      expect([filter, await found(`filter=${encodeURIComponent(filter)}`)]).toMatchObject([
        filter,
        { totalResults: 1, Resources: [{ id }] },
      ]);
    const total = Number((await found('count=0'))['totalResults']);
    expect(await found('count=0')).toMatchObject({ totalResults: total, itemsPerPage: 0, Resources: [] });
    expect(await found(`startIndex=${total}&count=5`)).toMatchObject({ startIndex: total, itemsPerPage: 1 });
    expect(await found('startIndex=-3&count=1')).toMatchObject({ startIndex: 1, itemsPerPage: 1 });
    expect(await found('startIndex=many&count=99999999999')).toMatchObject({ itemsPerPage: total });
  });

  it('is refused in their own form where it is not understood, and changes nothing then', async () => {
    const { email } = newcomer();
    const id = await made(asEntra(email));
    const before = (await ask('GET', `Users/${id}`)).body;
    for (const filter of [
      ...['active eq true', 'userName sw "a"', 'userName eq "a" or id eq "b"', 'userName eq a', ''],
      ...[
        'password eq "x"',
        `userName eq "${'x'.repeat(300)}"`,
        `${'('.repeat(20_000)}`,
        'userName eq {"a":1}',
      ],
    ])
      expect([
        filter.slice(0, 40),
        await refusalOf('GET', `Users?filter=${encodeURIComponent(filter).slice(0, 9_000)}`),
      ]).toEqual([filter.slice(0, 40), '400 invalidFilter']);
    const patch = (body: unknown) => refusalOf('PATCH', `Users/${id}`, { body });
    const operation = (...Operations: readonly unknown[]) => patch({ schemas: [PATCH], Operations });
    expect([
      await patch([]),
      await patch({ Operations: 'x' }),
      await operation(null),
      await operation({ op: 'Move', path: 'active', value: true }),
      await operation({ op: 'replace', value: 'x' }),
      await operation({ op: 'replace', path: 7, value: 'x' }),
      await operation({ op: 'remove' }),
      await operation({ op: 'remove', path: 'active' }),
      await operation({ op: 'remove', path: 'userName' }),
      await operation({ op: 'replace', path: 'active', value: 'perhaps' }),
      await operation({ op: 'replace', path: 'userName', value: '' }),
      await operation({ op: 'replace', path: 'userName', value: 'a\u202eb' }),
      await operation({ op: 'replace', path: 'active.value', value: false }),
      await operation({ op: 'replace', path: 'emails[type eq "work"', value: 'x@corp.example' }),
      await operation({ op: 'replace', value: { active: true, Active: false } }),
      await operation(
        { op: 'replace', path: 'displayName', value: 'x' },
        { op: 'add', path: 'userName', value: 7 },
      ),
      await operation(...Array.from({ length: 101 }, () => ({ op: 'replace', path: 'title', value: 'x' }))),
      await patch('{"Operations":[],"Operations":[]}'),
      await patch(`${'['.repeat(30_000)}`),
      await patch('{'),
      await refusalOf('PATCH', `Users/${id}`, { body: '{}', headers: { 'content-type': 'text/plain' } }),
      await refusalOf('POST', 'Users', { body: { filler: 'x'.repeat(DIRECTORY_BODY_BYTES) } }),
      await refusalOf('POST', 'Users', { body: { schemas: [USER], active: true } }),
      await refusalOf('POST', 'Users', { body: { userName: 'x', externalId: 'x'.repeat(255) } }),
    ]).toEqual([
      ...['400 invalidSyntax', '400 invalidSyntax', '400 invalidSyntax', '400 invalidSyntax'],
      ...['400 invalidValue', '400 invalidPath', '400 noTarget', '400 invalidValue', '400 invalidValue'],
      ...['400 invalidValue', '400 invalidValue', '400 invalidValue', '400 invalidPath', '400 invalidPath'],
      ...['400 invalidSyntax', '400 invalidValue', '400 tooMany'],
      ...['400 invalidSyntax', '400 invalidSyntax', '400 invalidSyntax', '415', '413'],
      ...['400 invalidValue', '400 invalidValue'],
    ]);
    for (const [method, path] of [
      ...[
        ['GET', 'Groups'],
        ['POST', 'Bulk'],
        ['GET', 'Me'],
        ['GET', ''],
        ['GET', 'Users/%ff'],
        ['GET', 'constructor'],
      ],
      ...[
        ['GET', `Users/${id}/x`],
        ['GET', '__proto__'],
        ['PATCH', 'Users/nobody'],
      ],
    ] as const)
      expect([
        path,
        await refusalOf(String(method), String(path), method === 'GET' ? {} : { body: { Operations: [] } }),
      ]).toEqual([path, '404']);
    expect(await refusalOf('DELETE', 'Users')).toBe('405');
    expect(await refusalOf('POST', 'Users', { body: '{"userName":"x","__proto__":{"active":false}}' })).toBe(
      '400 invalidSyntax',
    );
    const polluting = '{"userName":"__proto__","constructor":{"prototype":{"x":1}},"toString":1}';
    expect((await ask('POST', 'Users', { body: polluting })).body).toMatchObject({ active: true });
    expect({}).not.toHaveProperty('x');
    expect((await ask('GET', `Users/${id}`)).body).toEqual(before);
  });
});

describe('the token of a directory', () => {
  it('is asked for at whatever is there, and nothing is there without one', async () => {
    const { authorization: _, ...nothing } = { authorization: '' };
    const withToken = (authorization: string, of = 'corp') =>
      refusalOf('GET', 'Users', { headers: { ...nothing, authorization }, of });
    const right = `Bearer ${TOKEN}`;
    expect([await withToken(right, 'without'), await withToken(right, 'nobody')]).toEqual(['404', '404']);
    const answers: string[] = [];
    for (let tried = 0; tried <= ATTEMPTS_PER_ACCOUNT; tried += 1) answers.push(await withToken(`${right}x`));
    expect(answers).toEqual([...Array.from({ length: ATTEMPTS_PER_ACCOUNT }, () => '401'), '429']);
    const body = { name: 'script', role: 'admin', expiresInDays: 1 } as const;
    const { key } = expectOk(await office.admin.client.apiKeys.create({ body }));
    expect(await withToken(`Bearer ${key}`)).toBe('429');
    // Whoever has the right one is not kept waiting by those who have not.
    expect((await ask('GET', 'Users')).status).toBe(200);
    const sent = { host: 'evil.example', authorization: right };
    expect((await office.visitor().send('/scim/v2/corp/Users', { sent })).status).toBe(403);
    expect(problemOf(await office.visitor({ apiKey: TOKEN }).client.members.list())).toBe('unauthenticated');
    const rows = await rowsOf('request.refused');
    expect(rows.map(({ after, target }) => [target.id, after?.['reason']])).toEqual(
      expect.arrayContaining([
        ['scim corp', 'wrong_credentials'],
        ['scim corp', 'too_many_attempts'],
      ]),
    );
    const all = JSON.stringify([await office.gateway.store.audit.query({ limit: 1_000 }), office.test.lines]);
    expect(all).not.toContain(TOKEN);
  });

  it('opens nothing from the reload on with which it is not in the file any more', async () => {
    const { configFile, lines } = office.test;
    const before = await readFile(configFile, 'utf8');
    const configure = async (text: string) => {
      const reloads = () => lines.filter(({ message }) => message === 'configuration reloaded').length;
      const seen = reloads();
      await writeFile(configFile, text);
      await until(() => reloads() > seen);
    };
    const file = JSON.parse(before);
    delete file.signIn.providers.corp.scim;
    await configure(JSON.stringify(file));
    expect(await refusalOf('GET', 'Users')).toBe('404');
    const { subject } = newcomer();
    expect((await signOn(subject)).why).toBe('signed in');
    await configure(before);
    expect((await ask('GET', 'Users')).status).toBe(200);
  });
});

describe('what a directory says', () => {
  it('lets nobody join whom it does not call active, and makes whom it closes no member, with all that they had', async () => {
    const { email, subject } = newcomer({ groups: ['admins'] });
    expect((await signOn(subject)).why).toContain('your directory has not said that you may join');
    const id = await made(asEntra(email));
    const leaver = await signOn(subject);
    expect(expectOk(await leaver.client.session.read()).role).toBe('admin');
    const body = { name: 'script', role: 'admin', expiresInDays: 1 } as const;
    const apiKey = office.visitor({ apiKey: expectOk(await leaver.client.apiKeys.create({ body })).key });
    expect(problemOf(await apiKey.client.members.list())).toBe('none');
    await patched(id, [{ op: 'Replace', path: 'active', value: 'False' }]);
    expect([
      problemOf(await leaver.client.session.read()),
      problemOf(await apiKey.client.members.list()),
    ]).toEqual(['unauthenticated', 'unauthenticated']);
    const [removed] = await rowsOf('member.removed');
    expect(removed).toMatchObject({
      actor: { kind: 'system', id: 'corp', name: 'directory of corp', via: 'api', address: '127.0.0.1' },
      target: { kind: 'member', name: email },
      before: { role: 'admin' },
      after: { by: 'directory', provider: 'corp' },
    });
    const [changed] = await rowsOf('directory_entry.changed');
    expect(changed).toMatchObject({
      target: { kind: 'directory_entry', id, name: email },
      before: { active: true },
      after: { active: false },
    });
    // An admin's removal holds, other than the directory's.
    await patched(id, [{ op: 'Replace', path: 'active', value: true }]);
    provider.accounts.set(subject, { email, email_verified: true, groups: [] });
    const back = await signOn(subject);
    const session = expectOk(await back.client.session.read());
    expect(session.role).toBe('viewer' satisfies Role);
    const { items } = expectOk(await office.admin.client.members.list({ query: { limit: 100 } }));
    const member = items.find(({ person }) => person === session.person.id)?.id ?? '';
    expectOk(await office.admin.client.members.remove({ params: { member } }));
    expect((await signOn(subject)).why).toBe('not a member of any organisation');
  });

  it('ends the sign-ins of agents as well, and does what failed on the way when it is told again', async () => {
    const { email, subject } = newcomer();
    const id = await made(asEntra(email));
    expect((await signOn(subject)).why).toBe('signed in');
    const { agentSignIns, people } = office.gateway.store;
    const whole = agentSignIns.ofPerson.bind(agentSignIns);
    let asked: string[] = [];
    agentSignIns.ofPerson = async (person, kind) => {
      asked.push(person);
      // Before the change, and after it.
      if (asked.length === 2) throw new Error('a test');
      return whole(person, kind);
    };
    try {
      expect((await ask('DELETE', `Users/${id}`)).status).toBe(500);
      expect(asked).toEqual([email, email]);
      asked = [];
      const closing = { body: asEntra(email, { active: false }) };
      expect((await ask('POST', 'Users', closing)).status).toBe(201);
      expect(asked).toEqual([email]);
    } finally {
      agentSignIns.ofPerson = whole;
    }
    const account = await people.accounts.findByEmail(email);
    expect(await people.members.ofPerson('default', account?.id ?? '')).toBeUndefined();
  });

  it.each([
    ['the account', "update directory_entries set state = 'inactive'"],
    [
      'the account, and takes the member out',
      "update directory_entries set state = 'inactive'; delete from members where email_of = ''",
    ],
  ])('lets no session begin of whom it admitted just before it closed %s', async (_what, closing) => {
    const { email, subject } = newcomer();
    const id = await made(asEntra(email));
    expect((await signOn(subject)).why).toBe('signed in');
    const person = (await office.gateway.store.people.accounts.findByEmail(email))?.id ?? '';
    const closes = closing
      .replace("'inactive'", `'inactive' where id = '${id}'`)
      .replace("email_of = ''", `person = '${person}'`);
    const database = openDatabase(join(office.test.data, 'data', 'boomgate.db'), {
      ...{ readOnly: false, busyTimeoutMs: 5_000 },
    });
    try {
      database.exec(
        `create trigger overtakes before insert on person_sessions begin delete from person_sessions where person = '${person}'; ${closes}; end`,
      );
      const late = await signOn(subject);
      expect(late.why).toMatch(/^your directory says that your account here is closed/);
      expect(problemOf(await late.client.session.read())).toBe('unauthenticated');
      expect(
        database
          .prepare('select count(*) as count from person_sessions where created_at > 0 and person = ?')
          .get(person),
      ).toEqual({ count: 0 });
    } finally {
      database.exec('drop trigger if exists overtakes');
      database.close();
    }
  });

  it('counts for whoever its issuer proves, whichever provider they come by', async () => {
    const { email, subject } = newcomer();
    expect((await signOn(subject, 'without')).why).toMatch(/^your directory has not said/);
    const id = await made(asEntra(email));
    expect((await signOn(subject, 'without')).why).toBe('signed in');
    await patched(id, [{ op: 'replace', path: 'active', value: false }]);
    expect((await signOn(subject, 'without')).why).toMatch(/^your directory says that your account/);
  });

  it('is not done at all where its row cannot be written', async () => {
    const { email, subject } = newcomer();
    const id = await made(asEntra(email));
    const member = await signOn(subject);
    const database = openDatabase(join(office.test.data, 'data', 'boomgate.db'), {
      ...{ readOnly: false, busyTimeoutMs: 5_000 },
    });
    try {
      database.exec("create trigger no_row before insert on audit begin select raise(abort, 'no row'); end");
      expect(await refusalOf('DELETE', `Users/${id}`)).toMatch(/^50[03]$/);
    } finally {
      database.exec('drop trigger if exists no_row');
      database.close();
    }
    expect((await ask('GET', `Users/${id}`)).body).toMatchObject({ active: true });
    expect(problemOf(await member.client.session.read())).toBe('none');
    expect((await ask('DELETE', `Users/${id}`)).status).toBe(204);
    expect(problemOf(await member.client.session.read())).toBe('unauthenticated');
  });

  it('touches nobody whom its provider does not know, sets no password and gives nobody a role', async () => {
    const member = await office.somebody('viewer');
    const id = await made(asOkta(member.email, 'x'));
    const role = { roles: [{ value: 'admin' }], groups: ['admins'], password: 'correct horse battery' };
    await ask('PUT', `Users/${id}`, { body: { ...asOkta(member.email, 'x'), ...role } });
    const account = await office.gateway.store.people.accounts.find(member.person);
    await patched(id, [{ op: 'replace', value: { active: false } }]);
    expect((await ask('DELETE', `Users/${id}`)).status).toBe(204);
    expect(expectOk(await member.client.session.read()).role).toBe('viewer');
    expect(await office.gateway.store.people.accounts.find(member.person)).toEqual(account);
  });

  it('leaves the last admin a member, to whom nothing opens, and says so until there is another', async () => {
    await using lone = await bootOffice(
      { clock, environment: { ...process.env, SCIM_TOKEN: TOKEN, TEST_GRANT: 'x'.repeat(40) } },
      { more: { signIn: { providers: { corp: { ...corp(), allowed_domains: ['acme.example'] } } } } },
    );
    const { people } = lone.gateway.store;
    const { email, person } = lone.admin;
    const url = `${lone.gateway.url}/scim/v2/corp/Users`;
    const send = async (method: string, to: string, body: object) => {
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
      const answer = await fetch(to, { method, headers, body: JSON.stringify(body) });
      return { status: answer.status, body: answer.status === 204 ? {} : ((await answer.json()) as Body) };
    };
    const { body } = await send('POST', url, asEntra(email));
    // As a first sign-in by the provider links them.
    await people.externalIdentities.admit({
      ...{ issuer: provider.issuer, subject: 'ann', email, newPerson: { id: 'x', name: 'x' }, memberId: 'x' },
      ...{ organization: 'default', organizationName: 'Acme', mayLink: true, directory: 'corp' },
      from: { via: 'dashboard', address: '' },
    });
    const one = `${url}/${body['id']}`;
    const refused = await send('DELETE', one, {});
    expect([refused.status, refused.body['detail']]).toEqual([409, expect.stringContaining('last admin')]);
    expect((await people.members.ofPerson('default', person))?.role).toBe('admin');
    expect(problemOf(await lone.admin.client.session.read())).toBe('unauthenticated');
    const warned = lone.test.lines.filter(({ message }) => message?.includes('account of the last admin'));
    expect(warned).toHaveLength(1);
    const other = await lone.somebody('admin');
    expect((await send('DELETE', one, {})).status).toBe(204);
    expect(await people.members.ofPerson('default', person)).toBeUndefined();
    expect(expectOk(await other.client.session.read()).role).toBe('admin');
  });
});
