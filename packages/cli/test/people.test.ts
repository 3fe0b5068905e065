import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hashToken } from '../../server/src/index.ts';
import { newGrant } from '../../server/src/store/conformance/grants.ts';
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
  const file = join(office.test.data, 'by-provider.json');
  const providers = { p: { issuer: 'https://id.example', client_id: 'c' } };
  await writeFile(file, JSON.stringify({ signIn: { only: 'providers', providers } }));
  const useless = await run(office.admin.email, '--config', file);
  expect([useless.code, useless.stdout]).toEqual([2, '']);
  expect(useless.stderr).toContain(`would lead ${office.admin.email} nowhere: ${file} has "signIn.only"`);
  await office.join(office.admin, await office.elsewhere());
  expect(await run(office.admin.email, '--config', file)).toMatchObject({ code: 0 });
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

it('boomgate people list shows who is a member of what, and how they sign in', async () => {
  await using office = await bootOffice();
  const env = { BOOMGATE_DATA: join(office.test.data, 'data') };
  const one = await office.somebody('approver');
  await office.join(one, await office.elsewhere());
  const listed = await boomgate(['people', 'list', '--json'], { env });
  const { accounts } = office.gateway.store.people;
  const account = await accounts.find(one.person);
  expect(listed.code).toBe(0);
  expect(JSON.parse(listed.stdout)).toContainEqual({
    ...{ id: one.person, email: one.email, name: 'approver' },
    createdAt: new Date(account?.createdAtMs ?? 0).toISOString(),
    organizations: [
      { id: 'default', name: 'Acme', role: 'approver' },
      { id: expect.any(String), name: 'Elsewhere', role: 'viewer' },
    ],
    ...{ hasPassword: true, hasSecondFactor: false, passkeys: 0, providers: [] },
  });
  const table = await boomgate(['people', 'list'], { env });
  const [titles = '', ...lines] = table.stdout.trimEnd().split('\n');
  expect(titles).toMatch(/^E-MAIL +NAME +MEMBER OF +SECOND FACTOR +SIGNS IN BY$/);
  expect(lines).toHaveLength(await accounts.count());
  expect(table.stdout).toMatch(/^ann@acme\.example +Ann +Acme \(admin\) +no +password$/m);
});

it('boomgate people set-role makes somebody admin where the last one is to go, in the organisation that is named', async () => {
  await using office = await bootOffice();
  const env = { BOOMGATE_DATA: join(office.test.data, 'data') };
  const set = (...args: readonly string[]) => boomgate(['people', 'set-role', ...args], { env });
  const { client, email } = await office.somebody('viewer');
  const elsewhere = await office.elsewhere();
  const both = await office.somebody('viewer');
  await office.join(both, elsewhere);
  const failing: readonly (readonly [readonly string[], string])[] = [
    [[office.admin.email, 'viewer'], 'expected another admin of "Acme", found none'],
    [[email, 'owner'], 'expected one of admin, policy_manager, approver, viewer, found "owner"'],
    [[email, 'admin', '--organization', 'Elsewhere'], 'they are a member of: Acme (default)'],
    [[both.email, 'admin'], `they are a member of: Acme (default), Elsewhere (${elsewhere})`],
  ];
  for (const [args, message] of failing)
    expect(await set(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  expect(await set(email, 'admin')).toEqual({ code: 0, stdout: '', stderr: `${email} is admin of Acme\n` });
  expect(expectOk(await client.session.read()).role).toBe('admin');
  expect((await set(both.email, 'approver', '--organization', elsewhere)).code).toBe(0);
  const roles = await office.gateway.store.people.members.membershipsOf(both.person);
  expect(roles.map(({ role }) => role)).toEqual(['viewer', 'approver']);
  const [row] = await office.gateway.store.audit.query({ action: 'member.role_changed', limit: 2 });
  expect(row).toMatchObject({
    ...{ organization: 'default', actor: { kind: 'cli' }, target: { kind: 'member', name: email } },
    ...{ before: { role: 'viewer' }, after: { role: 'admin' } },
  });
  expect((await set(office.admin.email, 'viewer')).code).toBe(0);
});

it('boomgate people change-email gives a running gateway the new one, and says what else names the old', async () => {
  await using office = await bootOffice();
  const env = { BOOMGATE_DATA: join(office.test.data, 'data') };
  const { client, email, person } = await office.somebody('admin');
  const next = `new-${email}`;
  const change = (...args: readonly string[]) => boomgate(['people', 'change-email', ...args], { env });
  const { id } = expectOk(await client.grants.mint({ body: { name: 'own', server: 's', policy: 'all' } }));
  // As a configuration file would declare it.
  const declared = { ...newGrant({ id: 'f', name: 'of-the-file', origin: 'file' }), owner: email };
  await office.gateway.store.grants.create(declared, 'f'.repeat(64));
  const asking = { action: 'require_approval', approval: { approvers: [email] } } as const;
  const document = { version: '1', default: 'deny', tools: { pay: asking } } as const;
  expectOk(await client.policies.create({ body: { name: 'asks-them', document } }));
  expect(await change('nobody@acme.example', next)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('expected the e-mail of an account'),
  });
  expect(await change(email, 'new')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('expected the new e-mail, found "new"'),
  });
  expect(await change(email, office.admin.email.toUpperCase())).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('expected an e-mail that no account has, found "ann@acme.example"'),
  });
  const changed = await change(email, next);
  expect([changed.code, changed.stdout]).toEqual([0, '']);
  expect(changed.stderr).toContain(`${email} is ${next} from now on`);
  expect(changed.stderr).toContain('These grants are owned by the new address: of-the-file, own');
  expect(changed.stderr).toContain('Change the owner of of-the-file in the configuration file too');
  expect(changed.stderr).toContain('These policies name the old address, change them as well: asks-them');
  expect(expectOk(await client.session.read()).person).toMatchObject({ id: person, email: next });
  expect(expectOk(await client.grants.show({ params: { grant: id } })).owner).toBe(next);
  const signIn = (by: string) =>
    office.visitor().client.session.signIn({ body: { email: by, password: PASSWORD } });
  expect([await signIn(email), await signIn(next)].map(problemOf)).toEqual(['wrong_credentials', 'none']);
  const [row] = await office.gateway.store.audit.query({ action: 'account.email_changed', limit: 1 });
  expect(row).toMatchObject({ actor: { kind: 'cli' }, target: { name: email }, after: { email: next } });
});

it('boomgate people remove asks, leaves an admin behind, and ends everything of the account', async () => {
  await using office = await bootOffice();
  const env = { BOOMGATE_DATA: join(office.test.data, 'data') };
  const remove = (...args: readonly string[]) => boomgate(['people', 'remove', ...args], { env });
  expect(await remove(office.admin.email, '--yes')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('nothing was removed: the account is the last admin of "Acme"'),
  });
  const { client, email, person } = await office.somebody('admin');
  expectOk(await client.grants.mint({ body: { name: 'own', server: 's' } }));
  const body = { name: 'script', role: 'viewer', expiresInDays: 1 } as const;
  const script = office.visitor({ apiKey: expectOk(await client.apiKeys.create({ body })).key });
  const unasked = await remove(email);
  expect([unasked.code, unasked.stdout]).toEqual([2, '']);
  expect(unasked.stderr).toContain(`${email} (admin): Acme (admin)`);
  expect(unasked.stderr).toContain('nothing was removed: expected an answer on a terminal, or --yes');
  const planned = await remove(email, '--yes', '--dry-run');
  expect(JSON.parse(planned.stdout)).toMatchObject({ kind: 'people_remove', email, yes: true });
  expect(problemOf(await client.session.read())).toBe('none');
  const removed = await remove(email, '--yes', '--json');
  expect([removed.code, JSON.parse(removed.stdout)]).toEqual([
    0,
    {
      ...{ email, removed: true, agents: 0, grants: ['own'], providers: [] },
      organizations: [{ id: 'default', name: 'Acme', role: 'admin' }],
    },
  ]);
  expect([await client.session.read(), await script.client.session.read()].map(problemOf)).toEqual([
    'unauthenticated',
    'unauthenticated',
  ]);
  expect(await office.gateway.store.people.accounts.find(person)).toBeUndefined();
  const [row] = await office.gateway.store.audit.query({ action: 'account.removed', limit: 1 });
  expect(row).toMatchObject({ actor: { kind: 'cli' }, target: { kind: 'person', name: email } });
  expect(await remove(email, '--yes')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('expected the e-mail of an account'),
  });
});

it('boomgate people remove says what the operator has to look at besides', async () => {
  await using office = await bootOffice();
  const env = { BOOMGATE_DATA: join(office.test.data, 'data') };
  const { client, email, person } = await office.somebody('admin');
  expectOk(await client.grants.mint({ body: { name: 'own', server: 's' } }));
  const linked = await office.gateway.store.people.externalIdentities.admit({
    ...{
      issuer: 'https://corp.example',
      subject: 'one',
      email,
      organization: 'default',
      mayLink: true,
      organizationName: 'Acme',
    },
    ...{ newPerson: { id: 'x', name: 'x' }, memberId: 'x', from: { via: 'dashboard', address: '' } },
  });
  expect(linked).toEqual({ person });
  const { code, stderr } = await boomgate(['people', 'remove', email, '--yes'], { env });
  expect(code).toBe(0);
  expect(stderr).toContain(`The account of ${email} is gone`);
  expect(stderr).toContain('It owned these grants, whose tokens work as before: own\nRevoke');
  expect(stderr).toContain('https://corp.example may still vouch for this person');
});

it('boomgate people invite gives a link that a running gateway takes once, and admins see by whom', async () => {
  await using office = await bootOffice();
  const env = { BOOMGATE_DATA: join(office.test.data, 'data') };
  const { client } = office.admin;
  const run = (...args: readonly string[]) => boomgate(['people', 'invite', ...args], { env });
  const made = await run('Bob@Acme.example', 'policy_manager', '--url', `${office.gateway.url}/`);
  const [, token = ''] =
    new RegExp(`^${office.gateway.url}/invitation#invitation=(bgi_\\w+)\n$`).exec(made.stdout) ?? [];
  expect([made.code, token.length]).toEqual([0, 53]);
  expect(made.stderr).toContain('No letter was sent');
  expect(made.stderr.split('\n').filter((line) => line.length > 80)).toEqual([]);
  const [shown] = expectOk(await client.invitations.list()).items;
  expect(shown).toMatchObject({ email: 'bob@acme.example', state: 'open', createdBy: 'command_line' });
  expect(shown).not.toHaveProperty('createdByEmail');
  const [row] = await office.gateway.store.audit.query({ action: 'invitation.created', limit: 1 });
  const target = { kind: 'invitation', name: 'bob@acme.example' };
  expect(row).toMatchObject({ actor: { kind: 'cli' }, target, after: { role: 'policy_manager' } });
  expect(JSON.stringify(row)).not.toContain(token);

  const body = { token, name: 'Bob', password: PASSWORD };
  const accepted = expectOk(await office.visitor().client.invitations.accept({ body }));
  expect(accepted).toMatchObject({ role: 'policy_manager', organization: { id: 'default' } });
  expect(problemOf(await office.visitor().client.invitations.accept({ body }))).toBe('not_found');
  expect((await run('bob@acme.example', 'viewer')).stderr).toContain('is a member of "Acme" already');
});

it('boomgate people invite invites to the organisation that is named, and nobody by mistake', async () => {
  await using office = await bootOffice();
  const env = { BOOMGATE_DATA: join(office.test.data, 'data') };
  const run = (...args: readonly string[]) => boomgate(['people', 'invite', ...args], { env });
  const elsewhere = await office.elsewhere();
  const refused = async (...args: readonly string[]) => {
    const { code, stderr, stdout } = await run(...args);
    expect([code, stdout]).toEqual([2, '']);
    return stderr;
  };
  const known = `known: Acme (default), Elsewhere (${elsewhere})`;
  expect(await refused('bob@acme.example', 'admin')).toContain(`an organisation, found none; ${known}`);
  const wrong = await refused('bob@acme.example', 'admin', '--organization', 'Nowhere');
  expect(wrong).toContain(`an organisation, found "Nowhere"; ${known}`);
  expect(await refused('bob', 'admin', '--organization', 'Acme')).toContain(
    'expected an e-mail, found "bob"',
  );
  expect(await refused('bob@acme.example', 'chief', '--organization', 'Acme')).toContain('policy_manager');
  const { invitations } = office.gateway.store.people;
  const all = [
    ...(await invitations.list('default', { limit: 9 })),
    ...(await invitations.list(elsewhere, { limit: 9 })),
  ];
  expect(all.filter(({ createdBy }) => createdBy === 'command_line')).toEqual([]);
  const made = await run('bob@acme.example', 'admin', '--organization', 'Elsewhere', '--json');
  const { link, ...told } = JSON.parse(made.stdout);
  const organization = { id: elsewhere, name: 'Elsewhere' };
  expect(told).toMatchObject({ email: 'bob@acme.example', role: 'admin', organization });
  const [, token = ''] = /#invitation=(\w+)$/.exec(link) ?? [];
  const preview = await office.visitor().client.invitations.preview({ body: { token } });
  expect(expectOk(preview)).toMatchObject({ organization: 'Elsewhere', role: 'admin', hasAccount: false });
});
