/** Requests of the API whose bodies are still on their way when their sender loses what let them ask. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { CSRF_HEADER } from '@boomgate/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootOffice, expectOk, type Office, type Somebody } from '../support/people.ts';
import { newEmail } from './samples.ts';

let office: Office;
beforeAll(async () => {
  office = await bootOffice();
});
afterAll(() => office[Symbol.asyncDispose]());

const PATH = '/api/v1/invitations';
const BODY = () => JSON.stringify({ email: newEmail(), role: 'admin' });

/** A request of which all but the body is with the gateway, as that has said; a function that sends the body, for the status. */
async function begin(headers: Readonly<Record<string, string>>): Promise<() => Promise<number>> {
  const all = { ...headers, 'content-type': 'application/json', expect: '100-continue' };
  const begun = request(`${office.gateway.url}${PATH}`, { method: 'POST', headers: all, agent: false });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    begun.on('response', resolve).on('error', reject);
  });
  const goesOn = once(begun, 'continue');
  begun.flushHeaders();
  await goesOn;
  return async () => {
    begun.end(BODY());
    const answer = await answered;
    answer.resume();
    return answer.statusCode ?? 0;
  };
}

const inBrowser = ({ cookie, csrf = '' }: Somebody) => ({
  cookie,
  origin: office.gateway.url,
  [CSRF_HEADER]: csrf,
});

const invited = async () =>
  expectOk(await office.admin.client.invitations.list({ query: { limit: 100 } })).items.length;

it('are answered when nothing changed meanwhile', async () => {
  const somebody = await office.somebody('admin');
  const before = await invited();
  const finish = await begin(inBrowser(somebody));
  expect(await finish()).toBe(201);
  expect(await invited()).toBe(before + 1);
});

it.each([
  ['was removed', 401, ({ member }: Somebody) => office.admin.client.members.remove({ params: { member } })],
  [
    'has another role',
    403,
    ({ member }: Somebody) =>
      office.admin.client.members.changeRole({ params: { member }, body: { role: 'viewer' } }),
  ],
  ['signed out', 401, ({ client }: Somebody) => client.session.signOut()],
])('change nothing for who %s', async (_, status, lose) => {
  const somebody = await office.somebody('admin');
  const before = await invited();
  const finish = await begin(inBrowser(somebody));
  expectOk<unknown>(await lose(somebody));
  expect(await finish()).toBe(status);
  expect(await invited()).toBe(before);
});

it('change nothing by a key that was revoked', async () => {
  const body = { name: 'script', role: 'admin', expiresInDays: 1 } as const;
  const { id, key } = expectOk(await office.admin.client.apiKeys.create({ body }));
  const before = await invited();
  const finish = await begin({ authorization: `Bearer ${key}` });
  expectOk(await office.admin.client.apiKeys.revoke({ params: { apiKey: id } }));
  expect(await finish()).toBe(401);
  expect(await invited()).toBe(before);
});
