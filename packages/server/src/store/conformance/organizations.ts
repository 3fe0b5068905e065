import { BY_COMMAND_LINE } from '@boomgate/contract';
import { describe, expect, it } from 'vitest';
import { FIRST_ORGANIZATION, type Store, type StoredServer } from '../contract.ts';
import { signInRecord } from './agent-sign-ins.ts';
import { approvalAsk } from './approvals.ts';
import { decisionRow, MINUTE_MS, type Start } from './fixtures.ts';
import { newGrant } from './grants.ts';
import { admit, setUp } from './people.ts';
import { storedServer } from './servers.ts';
import { snapshot } from './tools.ts';

const BY = { kind: 'cli', id: '0', name: 'root', via: 'cli', address: '' } as const;
const LABS = { id: 'labs', name: 'The Labs' };
const TEXT = '{"version":"1","default":"deny","tools":{}}';
const hashOf = (digit: string) => digit.repeat(64);

/** Everything that an organisation can have; in what is sealed stands its id. */
async function furnish(store: Store, organization: string, digit: string): Promise<StoredServer> {
  const { people } = store;
  const secrets = { headers: { authorization: `Bearer of ${organization}` }, env: {}, query: [] };
  const server = await storedServer(store, { organization, slug: 'files', secrets });
  const facts = {
    ...{ issuer: 'https://as.example', address: 'https://mcp.example/mcp', scopes: ['read'], renews: true },
    grant: 'authorization_code' as const,
  };
  const place = { server: server.id, organization, slug: 'files' };
  const tokens = { secret: `{"of":"${organization}"}`, endsAtMs: 5_000 };
  await store.serverSignIns.connect(
    place,
    { facts, client: { issuer: facts.issuer, secret: '{}' }, tokens },
    BY,
  );
  await store.tools.record(
    { organization, server: 'files' },
    { seen: [snapshot('read_note', 'aa', { organization })], gone: [] },
  );
  await store.policies.save({ organization, name: 'safe', base: 0, text: TEXT, note: '' }, BY);
  const grant = { id: `g-${organization}`, organization, name: 'laptop', server: 'files', policy: 'safe' };
  await store.grants.create(newGrant(grant), { hash: hashOf(digit), token: `token of ${organization}` }, BY);
  const of = { signIn: `s-${organization}`, grant: grant.id };
  await store.agentSignIns.put(signInRecord(store.nowMs(), { key: organization, of }));
  const ask = approvalAsk({ organization, grantId: grant.id, binding: organization, call: organization });
  await store.journal.ask(ask, `{"of":"${organization}"}`, () =>
    decisionRow({ organization, grantId: grant.id, outcome: 'approve', forwarded: false }),
  );
  await people.personSessions.begin({ hash: `session ${organization}`, person: 'ann', organization });
  const expiresAtMs = Number.MAX_SAFE_INTEGER;
  const made = { organization, role: 'viewer', createdBy: 'ann', expiresAtMs } as const;
  await people.apiKeys.create(
    { ...made, id: `k-${organization}`, name: 'k', prefix: 'k' },
    `key ${organization}`,
  );
  const invitation = { ...made, id: `i-${organization}`, email: 'eve@acme.example' };
  await people.invitations.create(invitation, `link ${organization}`);
  const webhook = {
    organization,
    id: `w-${organization}`,
    name: 'chat',
    kind: 'json',
    state: 'active',
  } as const;
  const told = { events: ['asked'], url: 'https://hooks.example', secret: `of ${organization}` } as const;
  await store.webhooks.create({ ...webhook, ...told }, BY);
  await store.outbox.add({ organization, webhook: webhook.id, kind: 'test', url: told.url, body: '{}' });
  return server;
}

/** Which of these an organisation has. */
async function furniture(
  store: Store,
  { id, organization }: Pick<StoredServer, 'id' | 'organization'>,
  digit: string,
) {
  const { people } = store;
  await store.webhooks.refresh();
  const page = { limit: 9 };
  return {
    server: (await store.servers.find({ organization, slug: 'files' })) !== undefined,
    secrets: (await store.servers.secretsOf({ organization, slug: 'files' })).headers['authorization'],
    signIn: (await store.serverSignIns.find(id)) !== undefined,
    tools: (await store.tools.list({ organization })).length,
    policies: (await store.policies.stored(organization)).length,
    versions: (await store.policies.versions({ organization, name: 'safe' }, page)).length,
    grant: store.grants.findByTokenHash(hashOf(digit)) !== undefined,
    agent: (await store.agentSignIns.find('refresh', organization)) !== undefined,
    approvals: (await store.approvals.list({ organization, limit: 9 })).length,
    session: (await people.personSessions.find(`session ${organization}`)) !== undefined,
    apiKey: (await people.apiKeys.findByHash(`key ${organization}`)) !== undefined,
    link: (await people.invitations.findOpen(`link ${organization}`)) !== undefined,
    member: (await people.members.ofPerson(organization, 'ann')) !== undefined,
    webhooks: store.webhooks.active().filter((one) => one.organization === organization).length,
    deliveries: (await store.outbox.list(9)).filter((one) => one.organization === organization).length,
  };
}

const WHOLE = {
  ...{ server: true, signIn: true, tools: 1, policies: 1, versions: 1, grant: true, agent: true },
  ...{ approvals: 1, session: true, apiKey: true, link: true, member: true, webhooks: 1, deliveries: 1 },
};
const NOTHING = {
  ...{ server: false, signIn: false, tools: 0, policies: 0, versions: 0, grant: false, agent: false },
  ...{ approvals: 0, session: false, apiKey: false, link: false, member: false, webhooks: 0, deliveries: 0 },
};

/** A first organisation and another one, each with all that it can have; `ann` is admin of both, `bob` a member of the second alone. */
async function withTwo(start: Start) {
  const begun = await setUp(start);
  const { people } = begun.store;
  await people.organizations.create(LABS, { id: 'ann of labs', person: 'ann' });
  const invitation = { id: 'i of bob', organization: LABS.id, role: 'viewer', createdBy: 'ann' } as const;
  const expiresAtMs = begun.clock.wallMs() + MINUTE_MS;
  await people.invitations.create({ ...invitation, email: 'bob@acme.example', expiresAtMs }, 'bob');
  const newPerson = { id: 'bob', email: 'bob@acme.example', name: 'Bob', passwordHash: 'hash' };
  await people.invitations.accept('bob', { newPerson, memberId: 'bob of labs' });
  await admit(begun.store, 'cid', 'viewer');
  const labs = await furnish(begun.store, LABS.id, 'b');
  const first = await furnish(begun.store, FIRST_ORGANIZATION, 'a');
  return { ...begun, labs, first };
}

export function describeOrganizations(start: Start): void {
  describe('organisations', () => {
    it('are listed with what they have', async () => {
      const { store } = await withTwo(start);
      const listed = await store.people.organizations.list();
      expect(listed.map(({ grants, id, members, servers }) => ({ grants, id, members, servers }))).toEqual([
        { id: FIRST_ORGANIZATION, members: 2, servers: 1, grants: 1 },
        { id: LABS.id, members: 2, servers: 1, grants: 1 },
      ]);
    });

    it('are removed with everything that is theirs, by another process too, and no other loses anything', async () => {
      const { beside, first, kept, labs, store } = await withTwo(start);
      const secrets = { secrets: `Bearer of ${LABS.id}` };
      expect(await furniture(store, labs, 'b')).toEqual({ ...WHOLE, ...secrets });
      const other = await beside();
      const removed = await other.people.organizations.remove(LABS, BY);
      const counts = { members: 2, servers: 1, grants: 1 };
      expect(removed).toEqual({ ...counts, leftAlone: ['bob@acme.example'] });
      await store.grants.refresh();
      await expect.poll(() => furniture(store, labs, 'b')).toEqual({ ...NOTHING, secrets: undefined });
      expect(await furniture(store, first, 'a')).toEqual({
        ...WHOLE,
        secrets: `Bearer of ${FIRST_ORGANIZATION}`,
      });
      expect(await store.people.accounts.findByEmail('bob@acme.example')).toBeDefined();
      const [act] = await store.audit.query({ action: 'organization.removed', limit: 9 });
      const target = { kind: 'organization', ...LABS };
      expect(act).toMatchObject({ organization: LABS.id, actor: BY, target, before: counts });
      expect((await store.audit.verify()).findings).toEqual([]);
      const verified = await store.decisions.verify();
      expect([verified.findings, verified.rows]).toEqual([[], 2]);
      expect(await kept()).not.toContain(hashOf('b'));
    });

    it('are not found any more, and let nobody in by what was under way', async () => {
      const { store } = await withTwo(start);
      const { organizations } = store.people;
      const { version = 0 } = (await organizations.find(LABS.id)) ?? {};
      await organizations.remove(LABS, BY);
      expect(await organizations.find(LABS.id)).toBeUndefined();
      expect((await organizations.list()).map(({ id }) => id)).toEqual([FIRST_ORGANIZATION]);
      expect(await organizations.remove(LABS, BY)).toBe('unknown');
      // Whoever asked before, and is answered after.
      const late = newGrant({ id: 'late', organization: LABS.id, name: 'late' });
      await store.grants.create(late, hashOf('c'), BY);
      expect(await organizations.change({ id: LABS.id, version }, { agentsStopped: false })).toBe('stale');
      const next = { id: LABS.id, version: version + 1 };
      expect(await organizations.change(next, { agentsStopped: false })).toBe('stale');
      expect(await organizations.stopped()).toEqual(new Set([LABS.id]));
      const invitation = {
        id: 'late',
        organization: LABS.id,
        email: 'eve@acme.example',
        role: 'admin',
      } as const;
      const made = { ...invitation, createdBy: 'ann', expiresAtMs: Number.MAX_SAFE_INTEGER };
      const { invitations } = store.people;
      expect(await invitations.create(made, 'late')).toBeUndefined();
      const byOperator = { ...made, createdBy: BY_COMMAND_LINE };
      expect(await invitations.create(byOperator, 'late')).toBeUndefined();
      expect(await invitations.create({ ...byOperator, organization: 'nowhere' }, 'late')).toBeUndefined();
      const toFirst = { ...byOperator, organization: FIRST_ORGANIZATION };
      expect(await invitations.create(toFirst, 'late')).toMatchObject({ email: 'eve@acme.example' });
    });

    it('are removed by their name alone, and the first one never', async () => {
      const { first, labs, store } = await withTwo(start);
      const { organizations } = store.people;
      expect(await organizations.remove({ id: LABS.id, name: 'The labs' }, BY)).toBe('unknown');
      expect(await organizations.remove({ id: 'x', name: LABS.name }, BY)).toBe('unknown');
      expect(await organizations.remove({ id: FIRST_ORGANIZATION, name: 'Acme' }, BY)).toBe('first');
      expect(await furniture(store, labs, 'b')).toMatchObject(WHOLE);
      expect(await furniture(store, first, 'a')).toMatchObject(WHOLE);
      expect(await store.audit.query({ action: 'organization.removed', limit: 9 })).toEqual([]);
    });

    it('stay whole where the removal fails on the way', async () => {
      const { labs, store } = await withTwo(start);
      // An actor that no row can hold: the last statement of the transaction.
      const broken = {
        ...BY,
        get name(): string {
          throw new Error('no row');
        },
      };
      await expect(store.people.organizations.remove(LABS, broken)).rejects.toThrow();
      await store.grants.refresh();
      expect(await furniture(store, labs, 'b')).toMatchObject(WHOLE);
      expect(await store.people.organizations.stopped()).toEqual(new Set());
    });
  });
}
