import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { API_PATH } from '@boomgate/contract';
import { expect, it } from 'vitest';
import { codeOf, enrol, invite, newEmail } from '../api/samples.ts';
import { bootOffice, expectOk, PASSWORD } from '../support/people.ts';

it('L-01 secrets of people are in no byte of the database, no line of the log and no answer but the one that gives them', async () => {
  await using office = await bootOffice();
  const { admin, gateway, test } = office;
  const secrets: string[] = [PASSWORD, admin.cookie.split('=')[1] ?? ''];
  const key = { name: 'script', role: 'viewer', expiresInDays: 1 } as const;
  secrets.push(expectOk(await admin.client.apiKeys.create({ body: key, idempotencyKey: 'once' })).key);
  secrets.push((await invite(office)).token);
  const link = { email: newEmail(), role: 'viewer' } as const;
  const kept = expectOk(await admin.client.invitations.create({ body: link, idempotencyKey: 'link' })).link;
  secrets.push(kept.split('#invitation=')[1] ?? '');
  const secret = await enrol(admin);
  const code = codeOf(secret);
  const { recoveryCodes } = expectOk(await admin.client.twoFactor.confirm({ body: { code } }));
  secrets.push(secret, ...recoveryCodes, ...recoveryCodes.map((one) => one.replaceAll('-', '')));
  secrets.push(gateway.setup?.code ?? '', gateway.setup?.code.replaceAll('-', '') ?? '');
  await wrongWays(office);

  const answers = await Promise.all(
    ['/session', '/members', '/invitations', '/api-keys', '/settings', '/setup'].map((path) =>
      admin.send(API_PATH + path),
    ),
  );
  await gateway.store.journal.flush();
  const folder = join(test.data, 'data');
  const files = (await readdir(folder)).filter((name) => name.startsWith('boomgate.db'));
  const bytes = Buffer.concat(await Promise.all(files.map((name) => readFile(join(folder, name)))));
  const seen = bytes.toString('latin1') + JSON.stringify(test.lines) + answers.map(({ text }) => text).join();
  expect(bytes.length).toBeGreaterThan(10_000);
  expect(seen).toContain(admin.email);
  expect(secrets.every((one) => one.length >= 16)).toBe(true);
  expect(secrets.filter((one) => seen.includes(one))).toEqual([]);
});

/** What is wrong is not repeated either. */
async function wrongWays({ visitor }: Awaited<ReturnType<typeof bootOffice>>): Promise<void> {
  const anybody = visitor();
  await anybody.client.session.signIn({ body: { email: 'ann@acme.example', password: PASSWORD } });
  await anybody.client.invitations.accept({ body: { token: 'x', password: PASSWORD } });
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ email: 'ann', password: PASSWORD, [PASSWORD]: 1 });
  const { text } = await anybody.send(`${API_PATH}/session`, { method: 'POST', body, headers });
  expect(text).toContain('/email');
}
