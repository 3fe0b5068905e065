import { describe, expect, it } from 'vitest';
import { FIRST_ORGANIZATION, GATEWAY, type Store, type WebhookRecord } from '../contract.ts';
import type { Start } from './fixtures.ts';
import { setUp } from './people.ts';

const PLACE = { organization: FIRST_ORGANIZATION, id: '01' };
const URL_TEXT = 'https://hooks.example.com/services/only-who-writes-knows';

function wanted(change: Partial<WebhookRecord> = {}): Omit<WebhookRecord, 'createdAtMs'> {
  const given = { name: 'chat', kind: 'slack', events: ['asked'], state: 'active' } as const;
  return { ...PLACE, ...given, url: URL_TEXT, secret: 'a secret that signs', ...change };
}

export function describeWebhooks(start: Start): void {
  describe('webhooks', () => {
    it('are kept, changed and removed, each with a row that holds neither address nor secret', async () => {
      const { store, reopen, clock } = await setUp(start);
      const made = await store.webhooks.create(wanted(), GATEWAY);
      expect(made).toEqual({ ...wanted(), createdAtMs: clock.wallMs() });
      await expect(store.webhooks.create(wanted({ id: '02' }), GATEWAY)).rejects.toMatchObject({
        code: 'conflict',
      });
      const again = await reopen();
      expect(await again.webhooks.find(PLACE.organization, '01')).toEqual(made);
      const changed = await again.webhooks.change(PLACE, { secret: 'another', state: 'paused' }, GATEWAY);
      expect(changed).toEqual({ ...made, secret: 'another', state: 'paused' });
      expect(await again.webhooks.remove(PLACE, GATEWAY)).toBe(true);
      expect(await again.webhooks.remove(PLACE, GATEWAY)).toBe(false);
      const acts = await again.audit.query({ limit: 10, action: 'webhook' });
      expect(acts.map(({ action }) => action)).toEqual([
        'webhook.created',
        'webhook.secret_rotated',
        'webhook.removed',
      ]);
      expect(JSON.stringify(acts)).not.toMatch(/only-who-writes-knows|a secret that signs|another/);
    });

    it('are of one organisation, and listed the newest first', async () => {
      const { store } = await setUp(start);
      for (const id of ['01', '02', '03']) await store.webhooks.create(wanted({ id, name: id }), GATEWAY);
      const ids = async (page: { limit: number; after?: string }) =>
        (await store.webhooks.list(FIRST_ORGANIZATION, page)).map(({ id }) => id);
      expect(await ids({ limit: 2 })).toEqual(['03', '02']);
      expect(await ids({ limit: 2, after: '02' })).toEqual(['01']);
      const elsewhere = { ...PLACE, organization: 'another' };
      expect(await store.webhooks.find('another', '01')).toBeUndefined();
      expect(await store.webhooks.change(elsewhere, { name: 'x' }, GATEWAY)).toBeUndefined();
      expect(await store.webhooks.remove(elsewhere, GATEWAY)).toBe(false);
      expect(await ids({ limit: 9 })).toHaveLength(3);
    });

    it('are told while they are active, from the moment of the change', async () => {
      const { store } = await setUp(start);
      const active = () => store.webhooks.active().map(({ secret }) => secret);
      expect(active()).toEqual([]);
      await store.webhooks.create(wanted(), GATEWAY);
      expect(active()).toEqual(['a secret that signs']);
      await store.webhooks.change(PLACE, { secret: 'another' }, GATEWAY);
      expect(active()).toEqual(['another']);
      await store.webhooks.change(PLACE, { state: 'paused' }, GATEWAY);
      expect(active()).toEqual([]);
    });
  });

  describe('deliveries of a webhook', () => {
    const add = (store: Store, webhook = '01') =>
      store.outbox.add({ ...PLACE_OF, webhook, kind: 'test', url: 'https://a.example', body: '{}' });
    const PLACE_OF = { organization: FIRST_ORGANIZATION, webhook: '01' };

    it('are listed a page at a time, and none of another', async () => {
      const { store, clock } = await setUp(start);
      const made: string[] = [];
      for (let at = 0; at < 5; at += 1) {
        made.push(await add(store));
        // Two of the same moment, too.
        if (at % 2 === 0) clock.pass(1);
      }
      await add(store, '02');
      const found: string[] = [];
      let after: string | undefined;
      for (;;) {
        const page = await store.outbox.ofWebhook(PLACE_OF, {
          limit: 2,
          ...(after === undefined ? {} : { after }),
        });
        found.push(...page.map(({ id }) => id));
        const last = page.at(-1);
        if (last === undefined) break;
        after = `${last.createdAtMs} ${last.id}`;
      }
      expect(found.toSorted()).toEqual(made.toSorted());
      expect(await store.outbox.ofWebhook({ ...PLACE_OF, organization: 'o' }, { limit: 9 })).toEqual([]);
    });

    it('are sent again once they are over, and not before', async () => {
      const { store } = await setUp(start);
      const id = await add(store);
      expect([await store.outbox.isDue(PLACE_OF, id), await store.outbox.again(PLACE_OF, id)]).toEqual([
        true,
        undefined,
      ]);
      await store.outbox.settle(id, { state: 'given_up', last: 'HTTP 500' });
      expect(await store.outbox.isDue(PLACE_OF, id)).toBe(false);
      expect(await store.outbox.again({ ...PLACE_OF, webhook: '02' }, id)).toBeUndefined();
      expect(await store.outbox.again(PLACE_OF, id)).toMatchObject({ id, state: 'due', attempts: 1 });
      expect(await store.outbox.due(9, [])).toMatchObject([{ id }]);
    });

    it('are due but for those of webhooks and organisations that have no room', async () => {
      const { store } = await setUp(start);
      await add(store);
      const organization = 'another';
      await store.outbox.add({
        ...PLACE_OF,
        organization,
        url: 'https://b.example/…',
        body: '{}',
        kind: 'test',
      });
      const [own, others] = [PLACE_OF, { ...PLACE_OF, organization }];
      const due = async (...full: Parameters<Store['outbox']['due']>[2] & object) =>
        (await store.outbox.due(9, [], full)).map((one) => one.organization);
      expect(await due(own, others)).toEqual([]);
      expect(await due({ organization })).toEqual([FIRST_ORGANIZATION]);
      expect(await due({ ...own, webhook: '02' }, own)).toEqual([organization]);
    });
  });

  describe('readers of letters', () => {
    it('are the members who may decide and did not say no', async () => {
      const { store } = await setUp(start);
      const { members } = store.people;
      expect(await members.readers(FIRST_ORGANIZATION, 'decide_approvals')).toEqual([
        { person: 'ann', email: 'ann@acme.example', role: 'admin' },
      ]);
      expect(await members.wantsLetters(FIRST_ORGANIZATION, 'ann')).toBe(true);
      expect(await members.setWantsLetters({ organization: FIRST_ORGANIZATION, person: 'ann' }, false)).toBe(
        true,
      );
      expect(await members.wantsLetters(FIRST_ORGANIZATION, 'ann')).toBe(false);
      expect(await members.readers(FIRST_ORGANIZATION, 'decide_approvals')).toEqual([]);
      expect(await members.setWantsLetters({ organization: 'another', person: 'ann' }, false)).toBe(false);
      expect(await members.wantsLetters('another', 'ann')).toBeUndefined();
    });
  });
}
