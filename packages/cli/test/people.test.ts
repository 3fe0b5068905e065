import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hashToken } from '../../server/src/index.ts';
import { codeOf, enrol } from '../../server/test/api/samples.ts';
import { bootOffice, expectOk, PASSWORD, problemOf } from '../../server/test/support/people.ts';
import { boomgate } from './command.ts';

it('boomgate people reset-link gives a link that a running gateway takes, and leaves a row', async () => {
  await using office = await bootOffice();
  const env = { BOOMGATE_DATA: join(office.test.data, 'data') };
  const run = (...args: readonly string[]) => boomgate(['people', 'reset-link', ...args], { env });
  const made = await run(office.admin.email.toUpperCase(), '--url', `${office.gateway.url}/`);
  const [, token = ''] = new RegExp(`^${office.gateway.url}/#reset=(bgr_\\w+)\\n$`).exec(made.stdout) ?? [];
  expect([made.code, token.length]).toEqual([0, 53]);
  const { passwordResets } = office.gateway.store.people;
  expect(await passwordResets.find(hashToken(token))).toBe(office.admin.person);
  const body = { token, password: 'another horse battery' };
  expect(await office.visitor().client.passwords.reset({ body })).toMatchObject({ ok: true });
  const [row] = await office.gateway.store.audit.query({ action: 'password.link_made', limit: 1 });
  expect(row).toMatchObject({ actor: { kind: 'cli' }, target: { name: office.admin.email } });
  const unknown = await run('nobody@acme.example');
  expect([unknown.code, unknown.stdout]).toEqual([2, '']);
  expect(unknown.stderr).toContain('expected the e-mail of an account');
});

it('boomgate people remove-second-factor lets in who lost it, by the password alone', async () => {
  await using office = await bootOffice();
  const { client, email } = office.admin;
  const env = { BOOMGATE_DATA: join(office.test.data, 'data') };
  const run = () => boomgate(['people', 'remove-second-factor', email], { env });
  expect(await run()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('expected an account with a second factor, found one without'),
  });
  expectOk(await client.twoFactor.confirm({ body: { code: codeOf(await enrol(office.admin)) } }));
  const signIn = async () =>
    problemOf(await office.visitor().client.session.signIn({ body: { email, password: PASSWORD } }));
  expect(await signIn()).toBe('second_factor_needed');
  const removed = await run();
  expect([removed.code, removed.stdout]).toEqual([0, '']);
  expect(removed.stderr).toContain('All their sessions have ended');
  expect(problemOf(await client.session.read())).toBe('unauthenticated');
  expect(await signIn()).toBe('none');
  const [row] = await office.gateway.store.audit.query({ action: 'second_factor.removed', limit: 1 });
  expect(row).toMatchObject({ actor: { kind: 'cli' }, target: { kind: 'person', name: email } });
});
