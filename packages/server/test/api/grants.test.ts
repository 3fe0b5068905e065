import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootOffice, expectOk, type Office, problemOf } from '../support/people.ts';
import { modernCall, post } from '../support/rpc.ts';
import { type Stub, startStub } from '../support/stub.ts';

let stub: Stub;
let office: Office;
beforeAll(async () => {
  stub = await startStub({ era: 'modern', tools: [{ name: 'pay' }] });
  office = await bootOffice({}, { mcpServers: { s: { url: stub.url } } });
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
});

const mint = (name: string, more: object = {}) =>
  office.admin.client.grants.mint({ body: { name, server: 's', policy: 'all', ...more } });
const statusWith = async (token: string) =>
  (await post(office.test.endpoint('s'), token, modernCall('pay'))).status;

it('a grant is minted for who mints it, works at once, and is paused, resumed and revoked', async () => {
  const { client, email } = office.admin;
  const { id, token, ...grant } = expectOk(await mint('laptop'));
  expect(grant).toMatchObject({ name: 'laptop', owner: email, state: 'active', origin: 'minted' });
  const params = { grant: id };
  const seen = [await statusWith(token)];
  for (const change of ['pause', 'resume', 'revoke'] as const) {
    expectOk(await client.grants[change]({ params }));
    seen.push(await statusWith(token));
  }
  expect(seen).toEqual([200, 401, 200, 401]);
  expect(problemOf(await client.grants.resume({ params }))).toBe('grant_revoked');
  const actor = { kind: 'person', name: email, address: '127.0.0.1' };
  const rows = await office.gateway.store.audit.query({ target: id, limit: 9 });
  expect(rows).toMatchObject(
    ['created', 'paused', 'resumed', 'revoked'].map((verb) => ({ action: `grant.${verb}`, actor })),
  );
  const { text } = await office.admin.send('/api/v1/grants');
  expect(text + JSON.stringify(rows)).not.toContain(token);
});

it('a grant is minted once for an Idempotency-Key, with the same token', async () => {
  const sent = { body: { name: 'once', server: 's' }, idempotencyKey: 'mint-once' };
  const one = expectOk(await office.admin.client.grants.mint(sent));
  expect(expectOk(await office.admin.client.grants.mint(sent))).toEqual(one);
});

it('what is not declared, or is named like another grant, is not minted', async () => {
  expectOk(await mint('twice'));
  expect(problemOf(await mint('twice'))).toBe('name_taken');
  const wrong = await mint('new', { server: 'elsewhere', policy: 'none' });
  const pointers = wrong.ok ? [] : wrong.problem.errors?.map(({ pointer }) => pointer);
  expect(pointers).toEqual(['/server', '/policy']);
});

it('a grant of the configuration file is listed, and changed there alone', async () => {
  const { items } = expectOk(await office.admin.client.grants.list());
  const declared = items.find(({ origin }) => origin === 'file');
  const params = { grant: declared?.id ?? '' };
  const { grants } = office.admin.client;
  const answers = [await grants.pause({ params }), await grants.revoke({ params })];
  expect(answers.map(problemOf)).toEqual(['declared_by_file', 'declared_by_file']);
  expect(await statusWith(office.test.token)).toBe(200);
  const first = expectOk(await grants.list({ query: { limit: 1 } }));
  const rest = expectOk(await grants.list({ query: { cursor: first.next ?? '' } }));
  expect([...first.items, ...rest.items]).toEqual(items);
});
