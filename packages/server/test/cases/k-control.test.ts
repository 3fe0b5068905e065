import { API_PATH, listEndpoints, problemDocument } from '@boomgate/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PUBLIC_BODY_BYTES } from '../../src/limits/index.ts';
import { invite, newApiKey, newEmail } from '../api/samples.ts';
import { bootOffice, expectOk, type Office, PASSWORD, problemOf } from '../support/people.ts';
import type { Headers, RawAnswer } from '../support/visitor.ts';

let office: Office;
beforeAll(async () => {
  office = await bootOffice();
});
afterAll(() => office[Symbol.asyncDispose]());

const JSON_TYPE = { 'content-type': 'application/json' };
const NEW_ORGANIZATION = JSON.stringify({ name: 'Another' });

/** A request of the admin's browser, changed as a case likes. */
function change(body: string, sent: Headers = {}, path = '/organizations'): Promise<RawAnswer> {
  const { admin } = office;
  const headers = { ...JSON_TYPE, 'x-boomgate-csrf': admin.csrf ?? '' };
  return admin.send(API_PATH + path, { method: 'POST', body, headers, sent });
}

/** Its code, after every part that a problem document must have was looked at (RFC 9457). */
function codeOf({ headers, status, text }: RawAnswer): string {
  expect(headers['content-type']).toBe('application/problem+json');
  expect(headers['cache-control']).toBe('no-store');
  const problem = problemDocument.parse(JSON.parse(text));
  expect(problem.status).toBe(status);
  expect(problem.type).toBe(`urn:boomgate:problem:${problem.code}`);
  return `${status} ${problem.code}`;
}

describe('K control plane', () => {
  it('K-03 organisation from the client: an unknown field, wherever it stands', async () => {
    const { admin, gateway } = office;
    expect(codeOf(await admin.send(`${API_PATH}/members?org_id=other`))).toBe('422 invalid_input');
    expect(codeOf(await change('{"name":"x","org_id":"other"}'))).toBe('422 invalid_input');
    const sent = { 'x-organization': 'other', 'x-org-id': 'other' };
    expect((await admin.send(`${API_PATH}/members`, { sent })).status).toBe(200);
    const foreign = await office.elsewhere();
    const rows = await gateway.store.people.members.list(foreign, { limit: 1 });
    const params = { member: rows[0]?.id ?? '' };
    expect(problemOf(await admin.client.members.remove({ params }))).toBe('not_found');
  });

  it.each([
    'role',
    'org_id',
    'is_admin',
    'created_by',
    'password_hash',
    'secret',
    '__proto__',
    'constructor',
  ])('K-04 mass assignment of %s', async (field) => {
    const answer = await change(`{"name":"x","${field}":{"role":"admin"}}`);
    expect(codeOf(answer)).toBe('422 invalid_input');
  });

  it('K-05 delegation: nobody gives more than they have, and the last admin stays, also when two are changed at once', async () => {
    await using own = await bootOffice();
    const other = await own.somebody('admin');
    const demote = (member: string) =>
      own.admin.client.members.changeRole({ params: { member }, body: { role: 'viewer' } });
    const byOther = () =>
      other.client.members.changeRole({ params: { member: own.admin.member }, body: { role: 'viewer' } });
    const both = await Promise.all([demote(other.member), byOther()]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    const left = both[0].ok ? own.admin : other;
    const last = { params: { member: left.member } };
    expect(problemOf(await left.client.members.remove(last))).toBe('last_admin');
    expect(problemOf(await left.client.members.changeRole({ ...last, body: { role: 'approver' } }))).toBe(
      'last_admin',
    );
    expectOk(await left.client.members.changeRole({ ...last, body: { role: 'admin' } }));
  });

  // D-25 of the control plane as well: what a page of another site can post without asking is refused by its form.
  it.each<[string, Headers, string]>([
    ['missing Origin', { origin: undefined }, '403 foreign_origin'],
    ['Origin: null', { origin: 'null' }, '403 foreign_origin'],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }, '403 foreign_origin'],
    ['a sibling subdomain', { origin: 'http://evil.127.0.0.1' }, '403 foreign_origin'],
    ['a browser that says cross-site', { 'sec-fetch-site': 'cross-site' }, '403 foreign_origin'],
    ['a browser that says same-site', { 'sec-fetch-site': 'same-site' }, '403 foreign_origin'],
    ['no CSRF token', { 'x-boomgate-csrf': undefined }, '403 csrf'],
    ['a wrong CSRF token', { 'x-boomgate-csrf': 'a'.repeat(64) }, '403 csrf'],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, '415 media_type'],
    ['a form with files', { 'content-type': 'multipart/form-data; boundary=x' }, '415 media_type'],
    ['a text', { 'content-type': 'text/plain' }, '415 media_type'],
    ['an encoded body', { 'content-encoding': 'gzip' }, '415 media_type'],
  ])('K-08 CSRF: %s', async (_, sent, expected) => {
    expect(codeOf(await change(NEW_ORGANIZATION, sent))).toBe(expected);
  });

  it('K-08 CSRF: what is right passes, the token of another session does not, and methods are what they are', async () => {
    expect((await change(NEW_ORGANIZATION, { 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    const other = await office.somebody('admin');
    const sent = { 'x-boomgate-csrf': other.csrf };
    expect(codeOf(await change(NEW_ORGANIZATION, sent))).toBe('403 csrf');
    const override = { 'x-http-method-override': 'DELETE', 'x-boomgate-csrf': office.admin.csrf };
    const { person } = expectOk(await office.admin.client.session.read());
    expect((await office.admin.send(`${API_PATH}/session?_method=DELETE`, { sent: override })).status).toBe(
      422,
    );
    expect(expectOk(await office.admin.client.session.read()).person).toEqual(person);
    const signIn = JSON.stringify({ email: 'ann@acme.example', password: PASSWORD });
    const foreign = { origin: 'http://evil.example', cookie: undefined };
    expect(codeOf(await change(signIn, foreign, '/session'))).toBe('403 foreign_origin');
  });

  it('K-11 the link of an invitation has the configured address, whatever the request says', async () => {
    const admin = office.gateway;
    const body = JSON.stringify({ email: newEmail(), role: 'viewer' });
    const sent = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
    const made = await change(body, sent, '/invitations');
    expect(JSON.parse(made.text)).toMatchObject({
      link: expect.stringMatching(new RegExp(`^${admin.url}/invitation#`)),
    });
    const { host } = new URL(admin.url);
    const other = {
      host: `localhost:${host.split(':')[1]}`,
      origin: `http://localhost:${host.split(':')[1]}`,
    };
    const local = await change(body.replace('@', '2@'), other, '/invitations');
    expect(JSON.parse(local.text)).toMatchObject({
      link: expect.stringMatching(new RegExp(`^${admin.url}/invitation#`)),
    });
    expect(codeOf(await change(body, { host: 'evil.example' }, '/invitations'))).toBe('403 foreign_host');
  });

  it('K-13 nothing of it can be framed', async () => {
    const { headers } = await office.admin.send(`${API_PATH}/session`);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it.each([
    'limit=1000000000',
    'limit=201',
    'limit=0',
    'limit=-1',
    'limit=NaN',
    'limit=',
    'sort=password_hash',
    'limit=1&limit=2',
    'cursor=forged',
    'offset=1e9',
  ])('K-14 pages and filters: %s', async (query) => {
    expect(codeOf(await office.admin.send(`${API_PATH}/members?${query}`))).toBe('422 invalid_input');
  });

  it('K-14 a page leads to the next; its cursor means nothing in another list or organisation', async () => {
    await using own = await bootOffice();
    const stranger = await own.somebody('admin', await own.elsewhere());
    const members = await own.gateway.store.people.members.list('default', { limit: 10 });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: 1, ...(cursor === undefined ? {} : { cursor }) };
      const page = expectOk(await own.admin.client.members.list({ query }));
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
      if (cursor === undefined) continue;
      expect(problemOf(await own.admin.client.apiKeys.list({ query: { cursor } }))).toBe('invalid_input');
      expect(problemOf(await stranger.client.members.list({ query: { cursor } }))).toBe('invalid_input');
    } while (cursor !== undefined);
    expect(seen).toEqual(members.map(({ id }) => id));
    expect(seen).toHaveLength(2);
  });

  it('K-18 a change that was overtaken is refused, and one that does not say what it changes', async () => {
    const { settings } = office.admin.client;
    const read = await settings.read();
    const ifMatch = (read.ok ? read.etag : undefined) ?? '';
    const both = await Promise.all(
      ['One', 'Two'].map((name) => settings.change({ body: { name }, ifMatch })),
    );
    expect(both.map(problemOf).sort()).toEqual(['none', 'precondition_failed']);
    expect(problemOf(await settings.change({ body: { name: 'Three' }, ifMatch: '*' }))).toBe(
      'precondition_failed',
    );
    const headers = { ...JSON_TYPE, 'x-boomgate-csrf': office.admin.csrf ?? '' };
    const blind = await office.admin.send(`${API_PATH}/settings`, { method: 'PATCH', body: '{}', headers });
    expect(codeOf(blind)).toBe('428 precondition_required');
  });

  it('a thing is made once for each Idempotency-Key of a caller', async () => {
    const { admin } = office;
    const create = (email: string, idempotencyKey: string, by = admin) =>
      by.client.invitations.create({ body: { email, role: 'viewer' }, idempotencyKey });
    const email = newEmail();
    const many = await Promise.all(Array.from({ length: 12 }, () => create(email, 'k1')));
    const made = await create(email, 'k1');
    expectOk(made);
    for (const one of many) if (problemOf(one) !== 'idempotency_in_progress') expect(one).toEqual(made);
    expect(problemOf(await create(newEmail(), 'k1'))).toBe('idempotency_conflict');
    const other = await office.somebody('admin');
    expect(await create(email, 'k1', other)).not.toEqual(made);
    expect(problemOf(await create(email, 'k'.repeat(129)))).toBe('invalid_input');
    expectOk(await create(newEmail(), 'k'.repeat(128)));
  });

  it('K-24 what is malformed is a problem document without stack, query, path or version', async () => {
    const email = '"email":"ann@acme.example"';
    const longest = `{${email},"password":"x"}`.padEnd(PUBLIC_BODY_BYTES, ' ');
    const answers = await Promise.all([
      change('{', {}),
      change('', {}),
      change('[]', {}),
      change('{"name":"a","name":"b"}', {}),
      change('\u{d7ff}', {}),
      change('['.repeat(10_000), {}),
      change(longest, {}, '/session'),
      change(`${longest} `, {}, '/session'),
      change('{}', {}, '/nothing'),
      change('{}', {}, '/members'),
      change('{}', {}, `/members/${'x'.repeat(65)}`),
      change('{}', {}, '/members/%00'),
      change('{}', {}, '/members/%ff'),
    ]);
    const codes = answers.map(codeOf);
    expect(codes.slice(0, 10)).toEqual([
      '400 malformed_json',
      '400 malformed_json',
      '422 invalid_input',
      '422 invalid_input',
      '400 malformed_json',
      '422 invalid_input',
      '401 wrong_credentials',
      '413 too_large',
      '404 not_found',
      '405 method_not_allowed',
    ]);
    for (const { text } of answers) expect(text).not.toMatch(/\bat \/|node_modules|\.ts:|sqlite|select /i);
  });

  it('what belongs to another organisation is answered with the bytes of what is not there', async () => {
    const stranger = await office.somebody('admin', await office.elsewhere());
    const send = (path: string) =>
      stranger.send(API_PATH + path, {
        method: 'DELETE',
        headers: { 'x-boomgate-csrf': stranger.csrf ?? '' },
      });
    const there = [
      `/members/${office.admin.member}`,
      `/invitations/${(await invite(office)).id}`,
      `/api-keys/${await newApiKey(office)}`,
    ];
    for (const path of there) {
      const [theirs, nothing] = [await send(path), await send(path.replace(/[^/]+$/, '00000000'))];
      expect(codeOf(theirs)).toBe('404 not_found');
      const { date: _, ...headers } = theirs.headers;
      const { date: __, ...expected } = nothing.headers;
      expect([theirs.text, headers]).toEqual([nothing.text, expected]);
    }
  });

  it('E-23 a grant opens no endpoint, also beside a session', async () => {
    const sent = { authorization: `Bearer ${office.test.token}` };
    const closed = listEndpoints().filter(({ endpoint }) => endpoint.access !== 'public');
    for (const { endpoint } of closed) {
      const path = API_PATH + endpoint.path.replace(/\{\w+\}/, 'x');
      const answer = await office.admin.send(path, { method: endpoint.method, sent });
      expect(codeOf(answer)).toBe('401 unauthenticated');
    }
    expect(closed.length).toBeGreaterThan(15);
  });

  it('serves the description of itself', async () => {
    const { headers, text } = await office.visitor().send(`${API_PATH}/openapi.json`);
    expect(headers['cache-control']).toBe('no-store');
    expect(JSON.parse(text)).toMatchObject({ openapi: '3.1.0', paths: { '/session': expect.anything() } });
  });
});
