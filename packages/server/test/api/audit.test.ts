import { join } from 'node:path';
import { listEndpoints } from '@boomgate/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptanceCode, type Database, GATEWAY, openDatabase } from '../../src/store/index.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';
import { bootOffice, expectOk, type Office, PASSWORD, type Somebody } from '../support/people.ts';
import type { Visitor } from '../support/visitor.ts';
import { invite, newEmail, SAMPLES } from './samples.ts';

let mailbox: Mailbox;
let office: Office;
beforeAll(async () => {
  mailbox = await openMailbox();
  office = await bootOffice({}, { more: { mail: { url: mailbox.url, from: 'gate@acme.example' } } });
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await mailbox[Symbol.asyncDispose]();
});

/**
 * Whose rows are tested elsewhere: there is one setting-up only, a forgotten password answers first, and this office has neither a
 * provider nor an agent that signs in.
 */
const ELSEWHERE = new Set([
  'setup.complete',
  'agentSignIns.consent',
  'grants.endSignIn',
  'passwords.forgot',
  'signOn.finish',
  'signOn.logout',
  'servers.connect',
  'serverSignIn.finish',
]);

const changes = listEndpoints().filter(
  ({ endpoint, name, resource }) =>
    endpoint.audit !== undefined && endpoint.audit !== 'nothing' && !ELSEWHERE.has(`${resource}.${name}`),
);
/** Of these the row comes after: they change nothing that lasts, or leave a session that nobody holds, or a message that is sent again. */
const AFTERWARDS = [
  ...['session', 'signOn', 'audit', 'decisions', 'gateway', 'agentSignIns'],
  ...['passkeys.signIn', 'account.signOutEverywhere', 'webhooks.test', 'webhooks.redeliver'],
];
const whole = changes.filter(
  ({ name, resource }) => !AFTERWARDS.includes(resource) && !AFTERWARDS.includes(`${resource}.${name}`),
);

/** What people change. Not what the gateway goes on with meanwhile, nor codes and sessions, which an attempt that failed may spend. */
const CHANGED = [
  ...['organizations', 'people', 'members', 'invitations', 'api_keys', 'passkeys', 'password_resets'],
  ...['grants', 'servers', 'webhooks', 'approvals', 'tool_snapshots'],
  ...['policies', 'policy_versions', 'policy_proposals', 'access_requests'],
];

/** All that the database holds of it, by table. */
function kept(database: Database): Readonly<Record<string, readonly unknown[]>> {
  return Object.fromEntries(
    CHANGED.map((name) => {
      const rows = database.prepare<object>(`select * from "${name}"`).all();
      // The code of an authenticator works once, too.
      return [name, rows.map((row) => ('totp_step' in row ? { ...row, totp_step: 0 } : row))];
    }),
  );
}

const newest = async (limit = 1) => office.gateway.store.audit.query({ limit });

type Calls = Readonly<Record<string, Readonly<Record<string, (sent: unknown) => Promise<{ ok: boolean }>>>>>;

describe('every change through the API', () => {
  it.each(changes)('leaves one row with who, from where and what: $resource, $name', async (named) => {
    const actor = await office.somebody('admin');
    // Casts: the tables have the names of the contract, which only their types know.
    const sample = (SAMPLES as unknown as Calls)[named.resource]?.[named.name];
    const call = (actor.client as unknown as Calls)[named.resource]?.[named.name];
    const sent = await sample?.({ office, actor });
    const [before] = await newest();
    const answer = await call?.(sent);
    expect(answer?.ok).toBe(true);
    // Not what the gateway says of rows that it deletes by their age meanwhile.
    const rows = (await newest(5)).filter(
      ({ action, cursor }) => cursor > (before?.cursor ?? 0) && !action.endsWith('.expired'),
    );
    expect(rows, JSON.stringify(rows)).toHaveLength(1);
    const [row] = rows;
    if (named.endpoint.audit !== 'by_store') expect(row?.action).toBe(named.endpoint.audit);
    expect(row?.target.id).not.toBe('');
    // An invitation is accepted by who it made.
    const who = named.name === 'accept' ? {} : { id: actor.person, name: actor.email };
    expect(row?.actor).toMatchObject({ kind: 'person', via: 'dashboard', address: '127.0.0.1', ...who });
  });

  it.each(whole)('is not made when its row cannot be written: $resource, $name', async (named) => {
    const actor = await office.somebody('admin');
    // Casts: as above.
    const sample = (SAMPLES as unknown as Calls)[named.resource]?.[named.name];
    const call = (actor.client as unknown as Calls)[named.resource]?.[named.name];
    const sent = await sample?.({ office, actor });
    const database = openDatabase(join(office.test.data, 'data', 'boomgate.db'), {
      readOnly: false,
      busyTimeoutMs: 5_000,
    });
    try {
      database.exec("create trigger no_row before insert on audit begin select raise(abort, 'no row'); end");
      const before = kept(database);
      const answer = await call?.(sent);
      expect(answer?.ok).toBe(false);
      expect(kept(database)).toEqual(before);
    } finally {
      database.exec('drop trigger if exists no_row');
      database.close();
    }
  });

  it('is in the name of the API key and of who made it', async () => {
    const body = { name: 'script', role: 'admin', expiresInDays: 1 } as const;
    const { id, key } = expectOk(await office.admin.client.apiKeys.create({ body }));
    await office.visitor({ apiKey: key }).client.invitations.create({
      body: { email: newEmail(), role: 'viewer' },
    });
    const [row] = await newest();
    expect(row).toMatchObject({
      action: 'invitation.created',
      actor: { kind: 'api_key', id, name: `script of ${office.admin.email}`, via: 'api' },
    });
  });

  it('tells what was before and after', async () => {
    const { email, member } = await office.somebody('viewer');
    const params = { member };
    expectOk(await office.admin.client.members.changeRole({ params, body: { role: 'approver' } }));
    expectOk(await office.admin.client.members.remove({ params }));
    const target = { kind: 'member', id: member, name: email };
    expect(await newest(2)).toMatchObject([
      { action: 'member.role_changed', target, before: { role: 'viewer' }, after: { role: 'approver' } },
      { action: 'member.removed', target, before: { role: 'approver' } },
    ]);
  });

  it('leaves no row when it is refused, and one when its answer is given again', async () => {
    const [before] = await newest();
    await office.admin.client.members.remove({ params: { member: 'nobody' } });
    expect(await newest()).toEqual([before]);
    const sent = { body: { name: 'Twice' }, idempotencyKey: crypto.randomUUID() };
    const one = expectOk(await office.admin.client.organizations.create(sent));
    expect(expectOk(await office.admin.client.organizations.create(sent))).toEqual(one);
    const made = await office.gateway.store.audit.query({ limit: 9, target: one.id });
    expect(made.map(({ action, organization }) => [action, organization])).toEqual([
      ['organization.created', one.id],
    ]);
  });

  it('leaves secrets as fingerprints alone, in a log that is sound', async () => {
    const { token } = await invite(office);
    const body = { name: 'script', role: 'viewer', expiresInDays: 1 } as const;
    const { key } = expectOk(await office.admin.client.apiKeys.create({ body }));
    const { audit } = office.gateway.store;
    const text = JSON.stringify(await audit.query({ limit: 10_000 }));
    for (const secret of [token, key, PASSWORD]) expect(text).not.toContain(secret);
    expect(text).toContain(audit.fingerprint(key));
    expect((await audit.verify()).findings).toEqual([]);
  });
});

describe('M-07 what is refused for who asks', () => {
  const refusedOf = async (person: string) =>
    (await office.gateway.store.audit.query({ action: 'request.refused', actor: person, limit: 99 })).map(
      ({ actor, after, organization, target }) => [actor.name, organization, target.id, after],
    );

  it('leaves one row with who, what and why, however often it is tried', async () => {
    const viewer = await office.somebody('viewer');
    const params = { member: office.admin.member };
    for (let tried = 0; tried < 3; tried += 1)
      expect((await viewer.client.members.remove({ params })).status).toBe(403);
    viewer.csrf = 'a'.repeat(64);
    expect((await viewer.client.session.signOut()).status).toBe(403);
    const row = (endpoint: string, reason: string) => [viewer.email, 'default', endpoint, { reason }];
    await expect
      .poll(() => refusedOf(viewer.person))
      .toEqual([row('members.remove', 'forbidden'), row('session.signOut', 'csrf')]);
  });

  it('names an address where nobody is known, and leaves none of a page whose session is over', async () => {
    const { client } = office.visitor();
    expect((await client.members.list()).status).toBe(401);
    expect((await client.organizations.create({ body: { name: 'x' } })).status).toBe(401);
    const body = { email: newEmail(), password: 'a wrong one' };
    expect((await client.session.signIn({ body })).status).toBe(401);
    const seen = async () =>
      (
        await office.gateway.store.audit.query({ action: 'request.refused', actor: 'gateway', limit: 99 })
      ).map(({ actor, after, target }) => `${actor.address} ${target.id} ${after?.['reason']}`);
    await expect
      .poll(seen)
      .toEqual([
        '127.0.0.1 organizations.create unauthenticated',
        '127.0.0.1 session.signIn wrong_credentials',
      ]);
    expect(JSON.stringify(await newest(5))).not.toContain(body.email);
  });
});

describe('the audit log', () => {
  it('is read a page after the other, newest first, by filters', async () => {
    const { client } = office.admin;
    const query = { action: 'invitation', actor: office.admin.email };
    const all = expectOk(await client.audit.list({ query: { ...query, limit: 200 } })).items;
    expect(all.length).toBeGreaterThan(2);
    expect(all.every(({ action }) => action.startsWith('invitation.'))).toBe(true);
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const sent = cursor === undefined ? {} : { cursor };
      const page = expectOk(await client.audit.list({ query: { ...query, limit: 2, ...sent } }));
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(paged).toEqual(all.map(({ id }) => id));
    expect((await newest())[0]).toMatchObject({ action: 'audit.read', after: { action: 'invitation' } });
  });

  it('is exported whole, as lines and as a table, and each export is a row', async () => {
    const lines = await exportOf(office.admin, 'ndjson?action=member');
    expect(lines.headers['content-type']).toBe('application/x-ndjson');
    const acts = lines.text.trimEnd().split('\n');
    expect(acts.map((line) => JSON.parse(line).action)).toContain('member.removed');
    expect((await newest())[0]).toMatchObject({ action: 'audit.exported', after: { action: 'member' } });
    const table = await exportOf(office.admin, 'csv?action=member');
    expect(table.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(table.text.split('\r\n')).toHaveLength(acts.length + 2);
  });

  it('tells nothing of another organisation', async () => {
    const stranger: Somebody = await office.somebody('admin', await office.elsewhere());
    expect(expectOk(await stranger.client.audit.list()).items).toEqual([]);
    const { text } = await exportOf(stranger, 'ndjson');
    const actions = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).action);
    expect(actions).toEqual(['audit.read', 'audit.exported']);
  });
});

/** Last, as nothing makes the row right again. */
it('says what was changed in the logs, and who accepted that; nobody accepts it here', async () => {
  const database = openDatabase(join(office.test.data, 'data', 'boomgate.db'), {
    readOnly: false,
    busyTimeoutMs: 5_000,
  });
  database.exec("update audit set entry = json_set(entry, '$.actor.name', 'mallory') where link = 2");
  database.close();
  const { audit, decisions } = office.gateway.store;
  const findings = [{ kind: 'changed', link: 2, text: expect.any(String) }];
  expect(expectOk(await office.admin.client.audit.verify()).audit).toMatchObject({
    findings,
    acceptances: [],
  });
  const code = acceptanceCode({ audit: await audit.verify(), decisions: await decisions.verify() }) ?? '';
  await audit.accept(code, { by: { ...GATEWAY, name: 'root' }, reason: 'a bad disk' });
  const accepted = { by: 'root', at: expect.any(String), reason: 'a bad disk', findings: 1 };
  expect(expectOk(await office.admin.client.audit.verify()).audit).toMatchObject({
    findings: [{ ...findings[0], accepted }],
    acceptances: [accepted],
  });
});

const exportOf = (visitor: Visitor, rest: string) => visitor.send(`/api/v1/audit/export.${rest}`);
