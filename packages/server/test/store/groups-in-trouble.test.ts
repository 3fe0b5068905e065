/** Groups of the journal on Postgres whose statements fail, or whose answers never come: sent together, they must stand or fall together. */
import pg from 'pg';
import { beforeEach, describe, expect, it } from 'vitest';
import { approvalAsk } from '../../src/store/conformance/approvals.ts';
import {
  admit,
  admitMany,
  decisionRow,
  RESULT,
  units,
  windowDemand,
} from '../../src/store/conformance/index.ts';
import type { Store } from '../../src/store/index.ts';
import { commit, JOURNAL_LOCK } from '../../src/store/postgres/executor.ts';
import { askAll, COMMIT } from '../support/postgres.ts';
import { until } from '../support/programs.ts';
import type { Relay } from '../support/relay.ts';
import { useStores } from '../support/stores.ts';

const ONE = windowDemand({ max: units(1) });
const TWO = windowDemand({ max: units(2) });

describe.each([
  { place: 'Postgres', withRedis: false },
  { place: 'Postgres with Redis', withRedis: true },
])('on $place', ({ withRedis }) => {
  const stores = useStores({ withRedis, isPatient: false });
  let line: Relay;
  let store: Store;

  beforeEach(async () => {
    const opened = await stores.openLine();
    line = opened.line;
    store = await stores.open({ url: opened.url });
  });

  async function countOf(table: string): Promise<number> {
    const [rows] = await askAll(stores.url(), [`select count(*)::integer as count from ${table}`]);
    return Number(rows?.[0]?.['count']);
  }

  /** Inserts into a table fail until it is mended. */
  async function breakTable(table: string): Promise<{ readonly mend: () => Promise<void> }> {
    await askAll(stores.url(), [
      `create function fail() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$`,
      `create trigger broken before insert on ${table} for each row execute function fail()`,
    ]);
    return { mend: async () => void (await askAll(stores.url(), [`drop trigger broken on ${table}`])) };
  }

  it('says that nothing can be written for as long as no new row can, whatever else is', async () => {
    const broken = await breakTable('decisions');
    await store.ping();
    await expect(admit(store, ONE)).rejects.toThrow('broken');
    await expect(store.ping()).rejects.toThrow('broken');
    await store.journal.flush();
    await expect(store.ping()).rejects.toThrow('broken');
    await broken.mend();
    await store.ping();
    expect(await countOf('decisions')).toBe(0);
    expect((await admit(store, ONE)).result.ok).toBe(true);
  });

  describe('a group whose write fails, with its commit sent behind it', () => {
    it('is refused, and takes nothing', async () => {
      const broken = await breakTable('decisions');
      await expect(admit(store, ONE)).rejects.toThrow('broken');
      await broken.mend();
      expect(await admitMany(store, 3, ONE)).toHaveLength(1);
      expect((await store.decisions.verify()).findings).toEqual([]);
    });

    it('leaves nothing of what its entries wrote before', async () => {
      const broken = await breakTable('decisions');
      const ask = () => store.journal.ask(approvalAsk(), '{}', () => decisionRow({ forwarded: false }));
      await expect(ask()).rejects.toThrow('broken');
      expect(await countOf('approvals')).toBe(0);
      await broken.mend();
      expect((await ask()).kind).toBe('asked');
    });

    it('is refused also when it is only the news that fail', async () => {
      const broken = await breakTable('news');
      const ask = () => store.journal.ask(approvalAsk(), '{}', () => decisionRow({ forwarded: false }));
      await expect(ask()).rejects.toThrow('broken');
      expect([await countOf('approvals'), await countOf('decisions')]).toEqual([0, 0]);
      await broken.mend();
      expect((await ask()).kind).toBe('asked');
    });

    it('has its outcomes written again, once', async () => {
      const admission = await admit(store, ONE);
      const broken = await breakTable('outcomes');
      store.journal.settle(admission, 'given_back', RESULT);
      await expect(store.journal.flush()).rejects.toThrow('broken');
      await broken.mend();
      await store.journal.flush();
      expect(await countOf('outcomes')).toBe(1);
      expect(await admitMany(store, 3, ONE)).toHaveLength(1);
    });
  });

  describe('a group whose commit is cut off', () => {
    it('on its way there is not written, and may be written again', async () => {
      cutCommit('its message');
      await expect(admit(store, ONE)).rejects.toThrow('Postgres');
      await until(async () => (await admit(store, ONE).catch(() => undefined))?.result.ok === true);
      expect([await countOf('decisions'), await countOf('outcomes')]).toEqual([1, 0]);
      expect(await admitMany(store, 3, ONE)).toHaveLength(0);
    });

    it('on its way back is written, and what it took is given back', async () => {
      const before = await admit(store, TWO);
      cutCommit('its answer');
      store.journal.settle(before, 'kept', RESULT);
      await expect(admit(store, TWO)).rejects.toThrow('Postgres');
      await until(async () => (await admit(store, TWO).catch(() => undefined))?.result.ok === true);
      expect(await admitMany(store, 3, TWO)).toHaveLength(0);
      const rows = await store.decisions.query({ limit: 10 });
      const statuses = rows.map(({ outcomeRow }) => outcomeRow?.status);
      // Of the first, of the one in doubt, of the one that was let through, and of the three that were refused.
      expect(statuses).toEqual(['result', 'cancelled', ...Array(4)]);
      expect((await store.decisions.verify()).findings).toEqual([]);
    });

    /** Cuts the next commit: it does not come, or it comes and nobody hears of it. */
    function cutCommit(lost: 'its message' | 'its answer'): void {
      let isSeen = false;
      const recover = (): void => {
        line.passing = (bytes) => bytes;
        line.cut();
      };
      line.passing = (bytes, way) => {
        if (way === 'back') return isSeen ? Buffer.alloc(0) : bytes;
        const at = bytes.indexOf(COMMIT);
        if (at === -1 || isSeen) return bytes;
        isSeen = true;
        if (lost === 'its message') {
          setTimeout(recover);
          return bytes.subarray(0, at);
        }
        void until(async () => (await countOf('decisions')) === 2).then(recover);
        return bytes;
      };
    }
  });

  describe('a group that does not get its lock in time', () => {
    it('is refused as such, reads nothing, and the next is written', async () => {
      const holder = new pg.Client({ connectionString: stores.url() });
      await holder.connect();
      await holder.query(`select pg_advisory_lock(${JOURNAL_LOCK})`);
      const refused = await admit(store, ONE).catch(String);
      await holder.end();
      // Postgres says so, or on a machine that is busy nobody in time; never the question that was sent behind the lock.
      expect(refused).toMatch(/does not answer in time|Connection terminated/);
      expect(await admitMany(store, 3, ONE)).toHaveLength(1);
    });
  });

  it('the commit of a transaction that had failed is told from one that is done', async () => {
    const client = new pg.Client({ connectionString: stores.url() });
    await client.connect();
    await client.query('begin');
    await expect(client.query('select 1 / 0')).rejects.toThrow('division by zero');
    await expect(commit(client, [])).rejects.toThrow('expected a commit, found ROLLBACK');
    await client.end();
  });
});
