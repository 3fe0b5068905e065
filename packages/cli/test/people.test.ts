import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hashToken } from '../../server/src/index.ts';
import { bootOffice } from '../../server/test/support/people.ts';
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
