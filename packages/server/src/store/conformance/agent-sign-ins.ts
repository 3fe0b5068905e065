import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AgentSignInRecord, Store } from '../contract.ts';
import type { Start } from './fixtures.ts';

const LIFE_MS = 60_000;
/** More than go with one that is put. */
const MANY = 150;

/** A refresh token of a sign-in, unless something else is said. */
export function signInRecord(nowMs: number, change: Partial<AgentSignInRecord> = {}): AgentSignInRecord {
  const of = { signIn: 'sign-in-1', grant: 'g1' };
  return { kind: 'refresh', key: 'swordfish', content: '{"a":1}', endsAtMs: nowMs + LIFE_MS, of, ...change };
}

export function describeAgentSignIns(start: Start): void {
  describe('sign-ins of agents', () => {
    describeFinding(start);
    describeUse(start);
    describeEnds(start);
  });
}

function describeFinding(start: Start): void {
  it('are found by their key, within their kind, also after a restart', async () => {
    const { clock, reopen, store } = await start();
    const endsAtMs = clock.wallMs() + LIFE_MS;
    await store.agentSignIns.put(signInRecord(clock.wallMs()));
    const expectFound = async ({ agentSignIns }: Store) => {
      const kept = { content: '{"a":1}', endsAtMs };
      expect(await agentSignIns.find('refresh', 'swordfish')).toEqual(kept);
      expect(await agentSignIns.find('code', 'swordfish')).toBeUndefined();
      expect(await agentSignIns.find('refresh', 'marlin')).toBeUndefined();
    };
    await expectFound(store);
    await expectFound(await reopen());
  });

  it('take the place of one with the same key, in whole, and of no other kind', async () => {
    const { clock, store } = await start();
    const { agentSignIns } = store;
    await agentSignIns.put(signInRecord(clock.wallMs(), { kind: 'code', content: '"code"' }));
    await agentSignIns.put(signInRecord(clock.wallMs()));
    expect(await agentSignIns.useUp('refresh', 'swordfish')).toBe(true);
    const { of: _, ...alone } = signInRecord(clock.wallMs(), {
      content: '"new"',
      endsAtMs: clock.wallMs() + 1,
    });
    await agentSignIns.put(alone);
    const kept = await agentSignIns.find('refresh', 'swordfish');
    expect(kept).toEqual({ content: '"new"', endsAtMs: clock.wallMs() + 1 });
    expect(await agentSignIns.ofGrant('g1', 'refresh')).toEqual([]);
    expect((await agentSignIns.find('code', 'swordfish'))?.content).toBe('"code"');
  });

  it('of a grant are listed by their kind', async () => {
    const { clock, store } = await start();
    const put = (key: string, change: Partial<AgentSignInRecord> = {}) =>
      store.agentSignIns.put(signInRecord(clock.wallMs(), { key, content: `"${key}"`, ...change }));
    await put('a');
    await put('b');
    await put('c', { kind: 'code' });
    await put('d', { of: { signIn: 'sign-in-2', grant: 'g2' } });
    const found = await store.agentSignIns.ofGrant('g1', 'refresh');
    expect(found.map(({ content }) => JSON.parse(content)).sort()).toEqual(['a', 'b']);
  });

  it('of a person are listed by their kind, and end with others of their sign-in', async () => {
    const { clock, store } = await start();
    const { agentSignIns } = store;
    const put = (key: string, change: Partial<AgentSignInRecord> = {}) =>
      agentSignIns.put(
        signInRecord(clock.wallMs(), { key, content: `"${key}"`, person: 'ann@example.com', ...change }),
      );
    await put('a');
    await put('b', { of: { signIn: 'sign-in-2', grant: 'g2' } });
    await put('c', { kind: 'code' });
    await put('d', { person: 'bob@example.com' });
    await agentSignIns.put(signInRecord(clock.wallMs(), { key: 'e' }));
    const ofAnn = async () => {
      const found = await agentSignIns.ofPerson('ann@example.com', 'refresh');
      return found.map(({ content }) => JSON.parse(content)).sort();
    };
    expect(await ofAnn()).toEqual(['a', 'b']);
    await agentSignIns.end('sign-in-2');
    expect(await ofAnn()).toEqual(['a']);
    clock.pass(LIFE_MS);
    expect(await ofAnn()).toEqual([]);
  });

  it('stand in what is kept with neither key nor content', async () => {
    const { clock, kept, store } = await start();
    const content = '{"secret":"haddock"}';
    await store.agentSignIns.put(signInRecord(clock.wallMs(), { content }));
    const text = await kept();
    expect(text).toContain(createHash('sha256').update('swordfish').digest('hex'));
    expect(text).toContain('sign-in-1');
    expect(text).not.toMatch(/swordfish|haddock/);
  });
}

function describeUse(start: Start): void {
  it('are used up by one of all who ask at once, in whichever process', async () => {
    const { beside, clock, store } = await start();
    const other = await beside();
    await store.agentSignIns.put(signInRecord(clock.wallMs()));
    const asked = Array.from({ length: 20 }, (_, at) =>
      (at % 2 === 0 ? store : other).agentSignIns.useUp('refresh', 'swordfish'),
    );
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1);
    const usedAtMs = clock.wallMs();
    clock.pass(1);
    for (const { agentSignIns } of [store, other]) {
      expect(await agentSignIns.useUp('refresh', 'swordfish')).toBe(false);
      expect(await agentSignIns.find('refresh', 'swordfish')).toMatchObject({ usedAtMs });
    }
  });

  it('are used up only where they are', async () => {
    const { clock, store } = await start();
    await store.agentSignIns.put(signInRecord(clock.wallMs()));
    expect(await store.agentSignIns.useUp('code', 'swordfish')).toBe(false);
    expect(await store.agentSignIns.useUp('refresh', 'marlin')).toBe(false);
    expect(await store.agentSignIns.find('refresh', 'swordfish')).not.toHaveProperty('usedAtMs');
  });
}

function describeEnds(start: Start): void {
  it('are nowhere once they are over, and cannot be used or made longer then', async () => {
    const { clock, store } = await start();
    const { agentSignIns } = store;
    await agentSignIns.put(signInRecord(clock.wallMs()));
    clock.pass(LIFE_MS - 1);
    expect(await agentSignIns.find('refresh', 'swordfish')).toBeDefined();
    clock.pass(1);
    await agentSignIns.extend('refresh', 'swordfish', clock.wallMs() + LIFE_MS);
    expect(await agentSignIns.find('refresh', 'swordfish')).toBeUndefined();
    expect(await agentSignIns.ofGrant('g1', 'refresh')).toEqual([]);
    expect(await agentSignIns.useUp('refresh', 'swordfish')).toBe(false);
  });

  it('end later where they are told to, and never earlier', async () => {
    const { clock, store } = await start();
    const { agentSignIns } = store;
    const endsAtMs = clock.wallMs() + LIFE_MS;
    const ends = async () => (await agentSignIns.find('refresh', 'swordfish'))?.endsAtMs;
    await agentSignIns.put(signInRecord(clock.wallMs()));
    await agentSignIns.extend('refresh', 'swordfish', endsAtMs - 1);
    expect(await ends()).toBe(endsAtMs);
    await agentSignIns.extend('refresh', 'swordfish', endsAtMs + 1);
    await agentSignIns.extend('code', 'swordfish', endsAtMs + 2);
    expect(await ends()).toBe(endsAtMs + 1);
  });

  it('that are over go when others are put, so many at a time', async () => {
    const { clock, kept, store } = await start();
    const put = (key: string) => store.agentSignIns.put(signInRecord(clock.wallMs(), { key }));
    const names = Array.from({ length: MANY }, (_, at) => `over-${at}`);
    await Promise.all(names.map(put));
    clock.pass(LIFE_MS);
    expect(await overIn(kept, names)).toBe(MANY);
    await put('one');
    expect(await overIn(kept, names)).toBe(MANY - 100);
    await put('two');
    expect(await overIn(kept, names)).toBe(0);
    expect(await overIn(kept, ['one', 'two'])).toBe(2);
  });

  it('are crowded out by those that end later, where they end before a moment', async () => {
    const { clock, store } = await start();
    const { agentSignIns } = store;
    const lives = { a: 1, b: 2, c: 3, proven: LIFE_MS };
    for (const [key, lifeMs] of Object.entries(lives))
      await agentSignIns.put(signInRecord(0, { key, endsAtMs: clock.wallMs() + lifeMs }));
    await agentSignIns.put(signInRecord(0, { kind: 'code', key: 'a', endsAtMs: clock.wallMs() + 1 }));
    const left = async () => {
      const keys = Object.keys(lives);
      const found = await Promise.all(keys.map((key) => agentSignIns.find('refresh', key)));
      return keys.filter((_, at) => found[at] !== undefined);
    };
    const endingBeforeMs = clock.wallMs() + LIFE_MS;
    await agentSignIns.trim('refresh', { most: 3, endingBeforeMs });
    expect(await left()).toEqual(['a', 'b', 'c', 'proven']);
    await agentSignIns.trim('refresh', { most: 1, endingBeforeMs });
    expect(await left()).toEqual(['c', 'proven']);
    expect(await agentSignIns.find('code', 'a')).toBeDefined();
  });

  it('are removed alone, or with all of their sign-in and nothing of another', async () => {
    const { clock, store } = await start();
    const { agentSignIns } = store;
    const other = { signIn: 'sign-in-2', grant: 'g1' };
    const put = (kind: string, change: Partial<AgentSignInRecord> = {}) =>
      agentSignIns.put(signInRecord(clock.wallMs(), { kind, ...change }));
    for (const kind of ['code', 'refresh', 'sign-in']) {
      await put(kind);
      await put(kind, { key: 'pike', of: other });
    }
    const { of: _, ...client } = signInRecord(clock.wallMs(), { kind: 'client' });
    await agentSignIns.put(client);
    await agentSignIns.remove('code', 'pike');
    expect(await there(store, 'code')).toEqual(['swordfish']);
    await agentSignIns.end('sign-in-1');
    const left = ['code', 'refresh', 'sign-in', 'client'].map((kind) => there(store, kind));
    expect(await Promise.all(left)).toEqual([[], ['pike'], ['pike'], ['swordfish']]);
  });
}

async function there({ agentSignIns }: Store, kind: string): Promise<readonly string[]> {
  const keys = ['swordfish', 'pike'];
  const found = await Promise.all(keys.map((key) => agentSignIns.find(kind, key)));
  return keys.filter((_, at) => found[at] !== undefined);
}

/** How many of these keys have a row, over or not. */
async function overIn(kept: () => Promise<string>, keys: readonly string[]): Promise<number> {
  const text = await kept();
  return keys.filter((key) => text.includes(createHash('sha256').update(key).digest('hex'))).length;
}
