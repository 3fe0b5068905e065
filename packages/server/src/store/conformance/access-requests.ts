import { expect, it } from 'vitest';
import { ACCESS_REQUEST_BOUNDS } from '../../limits/index.ts';
import type { Actor, NewAccessRequest, NewGrant, Store } from '../contract.ts';
import type { Start } from './fixtures.ts';

const ANN: Actor = { kind: 'person', id: 'ann', name: 'ann@acme.example', via: 'dashboard', address: '' };
const BOB: Actor = { ...ANN, id: 'bob', name: 'bob@acme.example' };
const asked = (id: string, change: Partial<NewAccessRequest> = {}): NewAccessRequest => ({
  ...{ id, organization: 'default', person: 'bob', email: 'bob@acme.example', server: id, note: 'to ship' },
  ...change,
});
const verdict = (id: string) => ({ organization: 'default', id, answer: 'for a week' });
const minted = (name: string) => {
  const grant: NewGrant = {
    ...{ id: `grant ${name}`, organization: 'default', name, server: 's', labels: {} },
    ...({ mode: 'enforce', origin: 'minted', owner: 'bob@acme.example' } as const),
  };
  return { grant, token: { hash: Buffer.from(name).toString('hex').padEnd(64, '0') } };
};

/** What others are told, and what is in the audit log, oldest first. */
async function said(store: Store) {
  const told: string[] = [];
  await store.outbox.address(async ({ about, kind }) => {
    told.push(`${kind} ${'state' in about ? about.state : ''}`);
    return [];
  });
  const rows = await store.audit.query({ limit: 20 });
  return { told, rows: rows.map(({ action }) => action) };
}

export function describeAccessRequests(start: Start): void {
  it('grants what somebody asked for in one step, once, with a row that says for what', async () => {
    const { clock, reopen, store } = await start();
    const waiting = { ...asked('a'), state: 'waiting', askedAtMs: clock.wallMs() };
    expect(await store.accessRequests.ask(asked('a'), BOB)).toEqual(waiting);
    expect(await store.accessRequests.ask(asked('b', { server: 'a' }), BOB)).toBe('asked');
    await store.accessRequests.ask(asked('b', { person: 'carl', server: 'a' }), BOB);
    const granted = await store.accessRequests.grant(verdict('a'), minted('one'), ANN);
    const grant = { id: 'grant one', name: 'one' };
    const { id, kind, name } = ANN;
    const decided = { ...waiting, state: 'granted', answer: 'for a week', grant };
    expect(granted).toMatchObject({
      request: { ...decided, decidedAtMs: clock.wallMs(), decidedBy: { id, kind, name } },
      grant: { ...minted('one').grant, state: 'active' },
    });
    expect(await store.accessRequests.grant(verdict('a'), minted('two'), ANN)).toBe('decided');
    expect(await store.accessRequests.grant(verdict('z'), minted('two'), ANN)).toBe('not_found');
    const elsewhere = { ...verdict('b'), organization: 'other' };
    expect(await store.accessRequests.grant(elsewhere, minted('two'), ANN)).toBe('not_found');
    await expect(store.accessRequests.grant(verdict('b'), minted('one'), ANN)).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(store.grants.findByTokenHash(minted('one').token.hash)).toMatchObject(grant);
    expect(store.grants.findByTokenHash(minted('two').token.hash)).toBeUndefined();
    const [row] = await store.audit.query({ limit: 1, action: 'grant.created' });
    expect(row).toMatchObject({ actor: ANN, after: { name: 'one', accessRequest: 'a' } });
    const again = await reopen();
    expect(await again.accessRequests.find('default', 'a')).toMatchObject(decided);
    expect(await again.accessRequests.find('default', 'b')).toMatchObject({ state: 'waiting' });
    expect(await said(again)).toEqual({
      told: ['access_asked waiting', 'access_asked waiting', 'access_decided granted'],
      rows: ['access.asked', 'access.asked', 'grant.created'],
    });
  });

  it('is declined by others and withdrawn by who asks alone, who may ask again', async () => {
    const { store } = await start();
    const { accessRequests: requests } = store;
    await requests.ask(asked('a'), BOB);
    expect(await requests.decline(verdict('a'), ANN)).toMatchObject({ state: 'declined' });
    expect(await requests.decline(verdict('a'), ANN)).toBe('decided');
    await requests.ask(asked('b', { server: 'a' }), BOB);
    expect(await requests.withdraw({ ...verdict('b'), person: 'ann' }, ANN)).toBe('not_found');
    expect(await requests.withdraw({ ...verdict('b'), person: 'bob' }, BOB)).toMatchObject({
      state: 'withdrawn',
    });
    expect(await said(store)).toEqual({
      told: ['access_asked waiting', 'access_decided declined', 'access_asked waiting'],
      rows: ['access.asked', 'access.declined', 'access.asked', 'access.withdrawn'],
    });
  });

  it('lists those of one person or of all, newest first, and forgets the oldest that were decided', async () => {
    const { store } = await start();
    const { accessRequests: requests } = store;
    const { decided, ofPerson, waiting } = ACCESS_REQUEST_BOUNDS;
    const name = (number: number) => String(number).padStart(4, '0');
    for (let number = 0; number <= decided; number++) {
      await requests.ask(asked(name(number)), BOB);
      await requests.decline(verdict(name(number)), ANN);
    }
    const of = { organization: 'default', limit: 3 };
    const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id);
    expect(await requests.find('default', name(0))).toBeUndefined();
    expect(await requests.find('default', name(1))).toBeDefined();
    expect(ids(await requests.list({ ...of, after: name(5) }))).toEqual([4, 3, 2].map(name));
    for (let number = 0; number < ofPerson; number++) await requests.ask(asked(`n${number}`), BOB);
    expect(await requests.ask(asked('more'), BOB)).toBe('too_many');
    for (let number = ofPerson; number < waiting; number++)
      await requests.ask(asked(`o${number}`, { person: `p${number}` }), BOB);
    expect(await requests.ask(asked('more', { person: 'carl' }), BOB)).toBe('too_many');
    expect(ids(await requests.list({ ...of, person: `p${ofPerson}` }))).toEqual([`o${ofPerson}`]);
    expect(await requests.list({ ...of, state: 'granted' })).toEqual([]);
    expect(await requests.list({ ...of, organization: 'other' })).toEqual([]);
  });
}
