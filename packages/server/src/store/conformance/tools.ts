import { expect, it } from 'vitest';
import { HELD_TOLD_EVERY_MS, HELD_TOOLS_TOLD, TOOL_BOUNDS } from '../../limits/index.ts';
import type { HeldTools, Store, ToolSnapshot } from '../contract.ts';
import type { Start } from './fixtures.ts';

const OWNER = { organization: 'default', server: 'files' };

export function snapshot(
  tool: string,
  fingerprint: string,
  change: Partial<ToolSnapshot> = {},
): ToolSnapshot {
  return {
    ...OWNER,
    tool,
    fingerprint,
    definition: { name: tool, description: fingerprint },
    classification: {
      class: 'Execute',
      severity: 'High',
      evidence: [{ field: 'name', quote: 'run', class: 'Execute' }],
      signals: ['code'],
      by: '1',
    },
    state: 'accepted',
    isOffered: true,
    firstSeenAtMs: 1,
    seenAtMs: 1,
    decidedAtMs: 1,
    decidedBy: 'first_sight',
    ...change,
  };
}

function held(tool: string, fingerprint: string, seenAtMs: number): ToolSnapshot {
  const { decidedAtMs, decidedBy, ...rest } = snapshot(tool, fingerprint, { state: 'held', seenAtMs });
  return rest;
}

async function namesIn(store: Store, tool?: string): Promise<string[]> {
  const found = await store.tools.list({ ...OWNER, ...(tool === undefined ? {} : { tool }) });
  return found.map((one) => `${one.tool} ${one.fingerprint} ${one.state} ${one.isOffered}`);
}

export function describeTools(start: Start): void {
  it('keeps every definition of a tool, the newest first, also after a restart', async () => {
    const { store, reopen } = await start();
    const first = snapshot('b', 'x');
    const next = held('b', 'y', 2);
    await store.tools.record(OWNER, { seen: [first, snapshot('a', 'x')], gone: [] });
    await store.tools.record(OWNER, { seen: [next], gone: [{ tool: 'b', fingerprint: 'x' }] });
    const again = await reopen();
    expect(await again.tools.list({ organization: 'default' })).toEqual([
      snapshot('a', 'x'),
      next,
      { ...first, isOffered: false },
    ]);
    expect(await again.tools.list({ ...OWNER, tool: 'a' })).toHaveLength(1);
    const { definition, organization, server, ...known } = next;
    expect((await again.tools.known(OWNER))[1]).toEqual(known);
    expect(await again.tools.known({ ...OWNER, server: 'mail' })).toEqual([]);
    expect(await again.tools.list({ ...OWNER, server: 'mail' })).toEqual([]);
    expect(await again.tools.list({ organization: 'other' })).toEqual([]);
  });

  it('accepts what is held and the newest, all of it or nothing, once', async () => {
    const { clock, store, reopen } = await start();
    const seen = [snapshot('a', 'x'), held('a', 'y', 2), held('a', 'z', 3), held('b', 'x', 2)];
    await store.tools.record(OWNER, { seen, gone: [] });
    const [x, y, z] = ['x', 'y', 'z'].map((fingerprint) => ({ tool: 'a', fingerprint }));
    const b = { tool: 'b', fingerprint: 'x' };
    for (const wrong of [x, y, { tool: 'a', fingerprint: 'other' }])
      expect(await store.tools.accept(OWNER, wrong === undefined ? [] : [b, wrong])).toBe(false);
    expect(await namesIn(store, 'b')).toEqual(['b x held true']);
    expect(await store.tools.accept({ ...OWNER, server: 'mail' }, [b])).toBe(false);
    expect(await store.tools.accept(OWNER, z === undefined ? [] : [b, z])).toBe(true);
    expect(await store.tools.accept(OWNER, [b])).toBe(false);
    const [newest] = await (await reopen()).tools.list({ ...OWNER, tool: 'a' });
    expect(newest).toMatchObject({
      fingerprint: 'z',
      state: 'accepted',
      decidedAtMs: clock.wallMs(),
      decidedBy: 'person',
    });
  });

  it('does not hold again what was accepted meanwhile, and accepts what a setting lets pass', async () => {
    const { store } = await start();
    await store.tools.record(OWNER, { seen: [held('a', 'x', 1), held('b', 'x', 1)], gone: [] });
    await store.tools.accept(OWNER, [{ tool: 'a', fingerprint: 'x' }]);
    const passed = snapshot('b', 'x', { seenAtMs: 2, decidedBy: 'setting', decidedAtMs: 7 });
    await store.tools.record(OWNER, { seen: [held('a', 'x', 2), passed], gone: [] });
    const [a, b] = await store.tools.list(OWNER);
    expect(a).toMatchObject({ state: 'accepted', decidedBy: 'person', seenAtMs: 2 });
    expect(b).toMatchObject({ state: 'accepted', decidedBy: 'setting', decidedAtMs: 7 });
  });

  it('has others told of new definitions that wait, once an hour while something does', async () => {
    const { store } = await start();
    const told = async () => {
      const events: HeldTools[] = [];
      await store.outbox.address((event) => {
        if (event.kind === 'held') events.push(event.about);
        return [];
      });
      return events.map(({ count, server, tools }) => [
        server,
        count,
        ...tools.map((one) => Object.values(one)),
      ]);
    };
    const seenAt = (atMs: number, ...names: readonly string[]) =>
      names.map((name) => ({ ...held(name, 'y', atMs), firstSeenAtMs: atMs }));
    const record = (seen: readonly ToolSnapshot[]) => store.tools.record(OWNER, { seen, gone: [] });
    await record([snapshot('b', 'x')]);
    expect(await told()).toEqual([]);
    const first = seenAt(HELD_TOLD_EVERY_MS, 'b', 'a');
    await record(first);
    expect(await told()).toEqual([['files', 2, ['a', 'Execute', true], ['b', 'Execute', false]]]);
    // Another process has seen the same, or a new version of this program classifies it anew.
    await record(first);
    await record(seenAt(2 * HELD_TOLD_EVERY_MS - 1, 'c'));
    expect(await told()).toEqual([]);
    await record(seenAt(2 * HELD_TOLD_EVERY_MS, ...Array.from({ length: 150 }, (_, at) => `d${at}`)));
    const [late] = await told();
    expect([late?.[1], late?.length]).toEqual([150, 2 + HELD_TOOLS_TOLD]);
    expect(
      await store.tools.accept(
        OWNER,
        (await store.tools.known(OWNER)).filter(({ state }) => state === 'held'),
      ),
    ).toBe(true);
    await record(seenAt(2 * HELD_TOLD_EVERY_MS + 1, 'e'));
    expect(await told()).toEqual([['files', 1, ['e', 'Execute', true]]]);
  });

  it('forgets old definitions of a tool, but neither what is offered nor what was accepted last', async () => {
    const { store } = await start();
    await store.tools.record(OWNER, {
      seen: [snapshot('a', 'first'), snapshot('a', 'second', { seenAtMs: 2 })],
      gone: [],
    });
    const all = Array.from({ length: TOOL_BOUNDS.definitions }, (_, at) => held('a', `h${at}`, at + 3));
    for (const one of all) {
      await store.tools.record(OWNER, { seen: [one], gone: [] });
      const others = ['first', 'second', ...all.map(({ fingerprint }) => fingerprint)];
      const gone = others.filter((other) => other !== one.fingerprint && other !== 'h0');
      await store.tools.record(OWNER, {
        seen: [],
        gone: gone.map((fingerprint) => ({ tool: 'a', fingerprint })),
      });
    }
    await store.tools.record(OWNER, { seen: [held('a', 'last', 99)], gone: [] });
    const left = await namesIn(store);
    expect(left).toHaveLength(TOOL_BOUNDS.definitions + 2);
    expect(left.slice(-2)).toEqual(['a h0 held true', 'a second accepted false']);
  });

  it('forgets what is not offered beyond a size, the oldest first', async () => {
    const { store } = await start();
    const parts = 16;
    const text = 'x'.repeat(TOOL_BOUNDS.goneCharacters / parts);
    const big = Array.from({ length: parts }, (_, at) =>
      snapshot(`b${String(at).padStart(2, '0')}`, 'x', { seenAtMs: at + 2, definition: { text } }),
    );
    await store.tools.record(OWNER, { seen: [snapshot('c', 'x'), ...big], gone: [] });
    expect(await namesIn(store)).toHaveLength(parts + 1);
    const gone = big.map(({ fingerprint, tool }) => ({ tool, fingerprint }));
    await store.tools.record(OWNER, { seen: [], gone });
    const left = await namesIn(store);
    expect(left).toHaveLength(parts);
    expect([left[0], left.at(-1)]).toEqual(['b01 x accepted false', 'c x accepted true']);
  });

  it('lets others have their turn while much is written or read', async () => {
    const { store } = await start();
    let turns = 0;
    let isOver = false;
    const next = (): void => {
      turns += 1;
      if (!isOver) setImmediate(next);
    };
    next();
    const turnsOf = async (work: () => Promise<unknown>): Promise<number> => {
      const before = turns;
      await work();
      return turns - before;
    };
    const listing = (prefix: string) =>
      Array.from({ length: 1_000 }, (_, at) => snapshot(`${prefix}${at}`, 'x'));
    const [one, other] = [listing('a'), listing('b')];
    const gone = one.map(({ fingerprint, tool }) => ({ tool, fingerprint }));
    await store.tools.record(OWNER, { seen: one, gone: [], isFirst: true });
    expect(await turnsOf(() => store.tools.record(OWNER, { seen: other, gone }))).toBeGreaterThan(20);
    expect(await turnsOf(() => store.tools.known(OWNER))).toBeGreaterThan(3);
    isOver = true;
    const known = await store.tools.known(OWNER);
    expect(known.filter(({ isOffered }) => isOffered).map(({ tool }) => tool[0])).toEqual(
      other.map(() => 'b'),
    );
  });

  it('forgets what is not offered beyond a number', async () => {
    const { store } = await start();
    const seen = Array.from({ length: TOOL_BOUNDS.gone + 1 }, (_, at) =>
      snapshot(`t${at}`, 'x', { seenAtMs: at + 1 }),
    );
    await store.tools.record(OWNER, { seen, gone: [], isFirst: true });
    const gone = seen.map(({ fingerprint, tool }) => ({ tool, fingerprint }));
    await store.tools.record(OWNER, { seen: [], gone: gone.slice(1) });
    expect(await namesIn(store)).toHaveLength(TOOL_BOUNDS.gone + 1);
    await store.tools.record(OWNER, { seen: [], gone: gone.slice(0, 1) });
    expect(await namesIn(store, 't0')).toEqual([]);
    expect(await namesIn(store)).toHaveLength(TOOL_BOUNDS.gone);
  });
}
