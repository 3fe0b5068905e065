import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { type Actor, type AuditAct, GATEWAY } from '../contract.ts';
import { DAY_MS, decisionRow, type Start } from './fixtures.ts';

const PERSON: Actor = { kind: 'person', id: 'p1', name: 'Ada', via: 'dashboard', address: '192.0.2.7' };

export function act(change: Partial<AuditAct> = {}): AuditAct {
  const target = { kind: 'server', id: 's1', name: 'files' };
  return { organization: 'default', actor: PERSON, action: 'server.updated', target, ...change };
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');
const GRANT = {
  id: 'g1',
  organization: 'default',
  name: 'laptop',
  server: 'files',
  labels: {},
  mode: 'enforce',
  origin: 'minted',
} as const;

export function describeAudit(start: Start): void {
  describeActs(start);
  describeChanges(start);
  describeAuditFilters(start);
}

function describeActs(start: Start): void {
  it('is written with the change that it is of, or neither is', async () => {
    const { store } = await start();
    const { members, organizations } = store.people;
    const person = { id: 'ann', email: 'ann@acme.example', name: 'Ann' };
    await store.people.setup.open('code', Number.MAX_SAFE_INTEGER);
    const organization = { id: 'default', name: 'Acme' };
    await store.people.setup.complete('code', { person, organization, memberId: 'm1' });
    const rename = (note: () => AuditAct | undefined) =>
      organizations.change({ id: 'default', version: 1 }, { name: 'Other' }, note);
    await expect(rename(() => act({ action: 'not a code' }))).rejects.toThrow();
    expect(await organizations.find('default')).toMatchObject({ name: 'Acme', version: 1 });
    await rename(() => act({ action: 'settings.changed' }));
    expect(await organizations.find('default')).toMatchObject({ name: 'Other', version: 2 });
    await members.setRole({ organization: 'default', id: 'm1' }, 'viewer', (became) =>
      became === 'done' ? act({ action: 'member.role_changed' }) : undefined,
    );
    const rows = await store.audit.query({ limit: 9 });
    expect(rows.map(({ action }) => action)).toEqual(['settings.changed']);
  });

  it('is written with what others are told of it, or neither is; what another version tells is left to that', async () => {
    const { store, reopen } = await start();
    const credential = { kind: 'grant', id: 'g1', name: 'laptop' } as const;
    const about = { organization: 'default', credential, reason: 'network', address: '192.0.2.7' } as const;
    const told = { kind: 'misused', atMs: store.nowMs(), about } as const;
    await expect(store.audit.record(act({ action: 'not a code' }), told)).rejects.toThrow();
    await store.audit.record(act(), { ...told, kind: 'of another version' as 'misused' });
    await store.audit.record(act({ action: 'request.refused' }), told);
    const again = await reopen();
    const events: unknown[] = [];
    await again.outbox.address((event) => {
      events.push(event);
      return [];
    });
    expect(events).toEqual([{ ...told, id: expect.any(String) }]);
  });

  it('gives back every part of an act, its moment, and where the decision log stood', async () => {
    const { store, clock, reopen } = await start();
    await store.journal.record(decisionRow());
    const { head } = await store.decisions.verify();
    const made = await store.audit.record(act({ before: { url: 'a' }, after: { url: 'b' } }));
    expect(made).toEqual({
      ...act({ before: { url: 'a' }, after: { url: 'b' } }),
      cursor: 1,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      atMs: clock.wallMs(),
      decisions: head,
    });
    expect(await (await reopen()).audit.query({ limit: 5 })).toEqual([made]);
  });

  it('keeps of a side that is too long only how long it was and its digest, and cuts names', async () => {
    const { store } = await start();
    const sides = { before: { text: 'x'.repeat(65_525) }, after: { text: 'x'.repeat(65_526) } };
    const actor = { ...PERSON, name: 'n'.repeat(257) };
    const made = await store.audit.record(act({ ...sides, actor }));
    expect(made.before).toEqual(sides.before);
    expect(made.after).toEqual({ characters: 65_537, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(made.actor.name).toHaveLength(256);
  });

  it('records how something is once, whoever says so at the same time, and again when it changes', async () => {
    const { store } = await start();
    const state = (after: object) =>
      store.audit.recordState({ ...act({ action: 'settings.applied' }), after: { ...after } });
    const long = 'x'.repeat(70_000);
    for (const after of [{ a: 1 }, { a: 2 }, { long }, { long }, { a: 1 }]) {
      const made = Promise.all([state(after), store.audit.record(act()), state(after), state(after)]);
      await made;
    }
    const rows = await store.audit.query({ limit: 99, action: 'settings' });
    const kept = { characters: 70_011, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) };
    expect(rows.map(({ after, before }) => [before, after])).toEqual([
      [undefined, { a: 1 }],
      [{ a: 1 }, { a: 2 }],
      [{ a: 2 }, kept],
      [kept, { a: 1 }],
    ]);
  });

  it('makes the same fingerprint of the same secret alone', async () => {
    const { store, reopen } = await start();
    const print = store.audit.fingerprint('secret');
    expect(print).toMatch(/^fp_[0-9a-f]{16}$/);
    expect(store.audit.fingerprint('other')).not.toBe(print);
    expect((await reopen()).audit.fingerprint('secret')).toBe(print);
    const another = await start();
    expect(another.store.audit.fingerprint('secret')).not.toBe(print);
  });

  it('is a chain that is sound as written', async () => {
    const { store, reopen } = await start();
    for (let count = 0; count < 5; count += 1) await store.audit.record(act());
    const { head } = await store.audit.verify();
    const again = await reopen();
    await again.audit.record(act());
    expect(await again.audit.verify(head)).toMatchObject({ rows: 6, head: { link: 6 }, findings: [] });
    expect((await again.audit.verify({ ...head, link: 9 })).findings).toMatchObject([{ kind: 'cut_off' }]);
  });
}

function describeChanges(start: Start): void {
  it('has a row for every change of a grant, with the token as a fingerprint', async () => {
    const { store } = await start();
    await store.grants.create(GRANT, hashOf('one'), PERSON);
    await store.grants.setState('laptop', 'paused', PERSON);
    await store.grants.setState('laptop', 'paused', PERSON);
    await store.grants.setState('g1', 'revoked');
    const rows = await store.audit.query({ limit: 10 });
    const token = store.audit.fingerprint(hashOf('one'));
    expect(rows).toMatchObject([
      { action: 'grant.created', actor: PERSON, after: { server: 'files', state: 'active', token } },
      { action: 'grant.paused', before: { state: 'active' }, after: { state: 'paused', token } },
      { action: 'grant.revoked', actor: GATEWAY, target: { kind: 'grant', id: 'g1', name: 'laptop' } },
    ]);
    expect(rows[0]).not.toHaveProperty('before');
    expect(JSON.stringify(rows)).not.toContain(hashOf('one'));
  });

  it('has no row of a change that was refused', async () => {
    const { store } = await start();
    await store.grants.create(GRANT, hashOf('one'));
    await expect(store.grants.create({ ...GRANT, id: 'g2' }, hashOf('two'))).rejects.toThrow();
    expect(await store.grants.setState('nobody', 'revoked')).toBe('unknown');
    expect(await store.audit.query({ limit: 10 })).toHaveLength(1);
  });

  it('has a row for each grant of the file that came, went or changed, and none for the others', async () => {
    const { store } = await start();
    const fileGrant = (name: string, token = name) => ({
      grant: { ...GRANT, id: `file-${name}`, name, origin: 'file' as const },
      tokenHash: hashOf(token),
    });
    await store.grants.replaceFileGrants([fileGrant('a'), fileGrant('b')], PERSON);
    await store.grants.replaceFileGrants([fileGrant('a'), fileGrant('b')], PERSON);
    await store.grants.replaceFileGrants([fileGrant('b', 'new'), fileGrant('c')], PERSON);
    const rows = await store.audit.query({ limit: 10 });
    expect(rows.map(({ action, target }) => `${action} ${target.name}`)).toEqual([
      'grant.created a',
      'grant.created b',
      'grant.updated b',
      'grant.created c',
      'grant.removed a',
    ]);
  });

  it('has a row for each version of a policy', async () => {
    const { store } = await start();
    for (const text of ['one', 'one', 'two']) await store.policies.register('safe', text, PERSON);
    expect(await store.audit.query({ limit: 10, action: 'policy' })).toMatchObject([
      { action: 'policy.created', actor: PERSON, after: { version: 1 } },
      { action: 'policy.updated', before: { version: 1 }, after: { version: 2, sha256: hashOf('two') } },
    ]);
  });
}

function describeAuditFilters(start: Start): void {
  it.each([
    ['action', { action: 'grant.created' }],
    ['noun of the action', { action: 'grant' }],
    ['actor', { actor: 'p2' }],
    ['name of the actor', { actor: 'Bob' }],
    ['target', { target: 'g1' }],
    ['organization', { organization: 'other' }],
    ['text', { text: 'LAPT' }],
    ['moment', { sinceMs: Date.UTC(2026, 5, 16) }],
  ])('filters acts by %s %o', async (_name, filter) => {
    const { store, clock } = await start();
    await store.audit.record(act());
    clock.pass(DAY_MS);
    const odd = await store.audit.record(
      act({
        organization: 'other',
        action: 'grant.created',
        actor: { ...PERSON, id: 'p2', name: 'Bob' },
        target: { kind: 'grant', id: 'g1', name: 'laptop' },
      }),
    );
    clock.pass(-DAY_MS);
    await store.audit.record(act({ action: 'grants.x' }));
    expect(await store.audit.query({ limit: 10, ...filter })).toEqual([odd]);
  });
}
