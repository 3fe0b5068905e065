import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@boomgate/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NEW_DEFINITIONS, RECORD_RETRY_MS } from '../limits/index.ts';
import { TestClock } from '../store/conformance/index.ts';
import { openSqliteStore, type Store } from '../store/index.ts';
import type { Listing, ServerSettings } from '../upstreams/index.ts';
import { Snapshots } from './index.ts';

const OWNER = { organization: 'default', server: 'files' };
const server = (drift: ServerSettings['drift'] = 'hold_execute'): ServerSettings => ({
  id: 'id of files',
  organization: 'default',
  slug: 'files',
  target: { kind: 'stdio', command: 'x', args: [], env: {} },
  era: 'auto',
  isolation: 'shared',
  bigNumbers: 'refuse',
  timeouts: { connectMs: 1, firstByteMs: 1, idleMs: 1 },
  parking: false,
  drift,
});

const tool = (name: string, description = 'd', more: JsonObject = {}): JsonObject => ({
  name,
  description,
  inputSchema: { type: 'object' },
  ...more,
});

function listing(...items: readonly JsonObject[]): Listing {
  return {
    items,
    byKey: new Map(items.map((item) => [String(item['name']), item])),
    dropped: [],
  };
}

let directory: string;
let clock: TestClock;
let store: Store;
let logged: { readonly level: string; readonly fields: object }[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'boomgate-snapshots-'));
  clock = new TestClock();
  store = await openSqliteStore({ directory, clock });
  logged = [];
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

function snapshots(version = '1', from: Pick<Store, 'tools'> = store): Snapshots {
  const log = (level: string) => (fields: object) => void logged.push({ level, fields });
  return new Snapshots({
    store: from,
    clock,
    version,
    log: { info: log('info'), warn: log('warn') },
  });
}

/** Names of what is held in a listing. */
async function heldIn(of: Snapshots, listed: Listing, settings = server()): Promise<string[]> {
  const { items, tools } = await of.inspect(settings, listed);
  const held = [...tools].filter(([, one]) => one.held !== undefined).map(([name]) => name);
  expect(items.map((item) => item['name'])).toEqual([...tools.keys()].filter((name) => !held.includes(name)));
  return held;
}

const FIRST = [tool('run_job'), tool('read_note'), tool('delete_note')];

describe('the tools of a server', () => {
  it('are accepted when it is first listed, with class and severity', async () => {
    const all = snapshots();
    const listed = listing(...FIRST);
    expect(all.of(listed)).toBeUndefined();
    expect(await heldIn(all, listed)).toEqual([]);
    const facts = [...(all.of(listed)?.tools.values() ?? [])].map((one) => one.facts);
    expect(facts.map((one) => [one.name, one.class, one.severity])).toEqual([
      ['run_job', 'Execute', 'High'],
      ['read_note', 'Read', 'Low'],
      ['delete_note', 'Destructive', 'Critical'],
    ]);
    expect((await store.tools.list(OWNER)).map((one) => one.decidedBy)).toEqual(Array(3).fill('first_sight'));
    expect(logged).toEqual([]);
  });

  it('are first seen when there is one: a list of none before is not what was trusted', async () => {
    const all = snapshots();
    expect(await heldIn(all, listing())).toEqual([]);
    expect(await heldIn(all, listing(tool('read_note')))).toEqual([]);
    expect(await heldIn(all, listing(...FIRST))).toEqual(['run_job', 'delete_note']);
    expect(await heldIn(all, listing())).toEqual([]);
    expect(await heldIn(all, listing(...FIRST))).toEqual(['run_job', 'delete_note']);
  });

  it('cost no write when nothing changed but the order, also after a restart', async () => {
    await heldIn(snapshots(), listing(...FIRST));
    await using other = await openSqliteStore({ directory, clock, as: 'writer' });
    const again = snapshots();
    const turned = FIRST.map((one) => Object.fromEntries(Object.entries(one).reverse()) as JsonObject);
    expect(await heldIn(again, listing(...turned.reverse()))).toEqual([]);
    expect(await heldIn(again, listing(...FIRST))).toEqual([]);
    expect(other.tools.hasNews()).toBe(false);
  });

  it('are held when they change or are new and can do harm, and stay so in the next process', async () => {
    const all = snapshots();
    await heldIn(all, listing(...FIRST));
    const changed = [
      tool('run_job', 'other'),
      tool('read_note', 'other'),
      tool('kill_job'),
      tool('list_jobs'),
    ];
    expect(await heldIn(all, listing(...changed))).toEqual(['run_job', 'kill_job']);
    expect(await heldIn(snapshots(), listing(...changed))).toEqual(['run_job', 'kill_job']);
    expect(logged).toEqual([
      { level: 'warn', fields: { server: 'files', tools: ['run_job', 'kill_job'], count: 2 } },
      { level: 'info', fields: { server: 'files', tools: ['read_note', 'list_jobs'], count: 2 } },
    ]);
    const stored = await store.tools.list(OWNER);
    const offered = stored.filter((one) => one.isOffered).map((one) => `${one.tool} ${one.state}`);
    expect(offered).toEqual(['kill_job held', 'list_jobs accepted', 'read_note accepted', 'run_job held']);
  });

  it('go on when they come back as they were accepted, and are held when they come back changed', async () => {
    const all = snapshots();
    await heldIn(all, listing(...FIRST));
    await heldIn(all, listing(tool('read_note')));
    expect(await heldIn(all, listing(...FIRST))).toEqual([]);
    await heldIn(all, listing(tool('read_note')));
    expect(await heldIn(all, listing(tool('delete_note', 'other')))).toEqual(['delete_note']);
    expect(await heldIn(all, listing(...FIRST))).toEqual([]);
  });

  it('are held by the worse of both classes', async () => {
    const all = snapshots();
    await heldIn(all, listing(...FIRST));
    const milder = { ...tool('run_job'), annotations: { readOnlyHint: true } };
    const worse = { ...tool('read_note'), annotations: { destructiveHint: true } };
    expect(await heldIn(all, listing(milder, worse))).toEqual(['run_job', 'read_note']);
  });

  it.each<[ServerSettings['drift'], string[]]>([
    ['hold', ['run_job', 'read_note']],
    ['hold_execute', ['run_job']],
    ['accept', []],
  ])(
    'wait as the setting %s says, and no longer once another setting lets them pass',
    async (drift, held) => {
      await heldIn(snapshots(), listing(...FIRST), server(drift));
      const changed = listing(tool('run_job', 'other'), tool('read_note', 'other'));
      expect(await heldIn(snapshots(), changed, server(drift))).toEqual(held);
      expect(await heldIn(snapshots(), changed, server('accept'))).toEqual([]);
      expect(await heldIn(snapshots(), changed, server('hold'))).toEqual([]);
    },
  );

  it('are open as soon as another process accepted them, and agents are told to look again', async () => {
    const all = snapshots();
    await heldIn(all, listing(...FIRST));
    const { id } = server();
    const before = all.revisionOf(id);
    const changed = listing(tool('run_job', 'other'));
    await heldIn(all, changed);
    const held = all.revisionOf(id);
    expect(held).toBeGreaterThan(before);
    await all.refresh();
    expect(all.revisionOf(id)).toBe(held);
    await using other = await openSqliteStore({ directory, clock, as: 'writer' });
    const [newest] = await other.tools.list({ ...OWNER, tool: 'run_job' });
    expect(await other.tools.accept(OWNER, newest === undefined ? [] : [newest])).toBe(true);
    await all.refresh();
    expect(all.revisionOf(id)).toBeGreaterThan(held);
    expect(all.of(changed)).toBeUndefined();
    expect(await heldIn(all, changed)).toEqual([]);
  });

  it('are first seen once, when two connections list them at the same time', async () => {
    const all = snapshots();
    const both = [listing(...FIRST), listing(...FIRST, tool('kill_job'))];
    const inspected = await Promise.all(both.map((one) => all.inspect(server(), one)));
    expect(inspected.map(({ items }) => items.length)).toEqual([3, 3]);
    expect(all.of(both[1] as Listing)?.tools.get('kill_job')?.held).toBeDefined(); // a cast: there are two
  });

  it('keep the class that they were first seen with, until another version classifies them', async () => {
    await heldIn(snapshots(), listing(...FIRST));
    const stored = await store.tools.list(OWNER);
    const asRead = stored.map((one) => ({
      ...one,
      classification: { ...one.classification, class: 'Read' },
    }));
    await store.tools.record(OWNER, { seen: asRead, gone: [] });
    const classOf = async (of: Snapshots): Promise<string | undefined> =>
      (await of.inspect(server(), listing(...FIRST))).tools.get('run_job')?.facts.class;
    expect(await classOf(snapshots('1'))).toBe('Read');
    expect(await classOf(snapshots('2'))).toBe('Execute');
    expect(await classOf(snapshots('2'))).toBe('Execute');
    const [first] = await store.tools.list({ ...OWNER, tool: 'run_job' });
    expect(first).toMatchObject({ state: 'accepted', classification: { class: 'Execute', by: '2' } });
  });

  it('let others have their turn while a long listing is looked at', async () => {
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    const names = Array.from({ length: 2_000 }, (_, at) => tool(`note_read_${at}`));
    await snapshots().inspect(server(), listing(...names));
    isOver = true;
    expect(turns).toBeGreaterThan(100);
  });
});

describe('a server that shows other tools all the time', () => {
  const listed = (round: number, count: number) =>
    listing(...Array.from({ length: count }, (_, at) => tool(`run_${round}_${at}`)));

  it('has so many recorded in a stretch of time, is told of once, and its tools wait meanwhile', async () => {
    const all = snapshots();
    const third = NEW_DEFINITIONS.most / 3;
    await all.inspect(server(), listing(...FIRST));
    expect(all.holdsBackMs(server().id)).toBe(0);
    for (let round = 0; round < 3; round += 1) await all.inspect(server(), listed(round, third));
    const known = async () => (await store.tools.known(OWNER)).length;
    const before = await known();
    logged = [];
    const more = listed(3, 2);
    expect(await heldIn(all, more)).toEqual(['run_3_0', 'run_3_1']);
    expect(await heldIn(all, listed(4, 1))).toEqual(['run_4_0']);
    expect(all.holdsBackMs(server().id)).toBe(NEW_DEFINITIONS.withinMs);
    expect(await known()).toBe(before);
    expect(logged).toEqual([
      { level: 'warn', fields: { server: 'files', error: expect.stringContaining('6000 new definitions') } },
    ]);
    clock.pass(NEW_DEFINITIONS.withinMs);
    expect(all.holdsBackMs(server().id)).toBe(0);
    expect(await heldIn(all, more)).toEqual(['run_3_0', 'run_3_1']);
    expect(await known()).toBe(before + 2);
  });
});

describe('when the store fails', () => {
  const changed = (): Listing =>
    listing(tool('run_job', 'other'), tool('read_note', 'other'), tool('delete_note'));

  it('what is known to be accepted goes on, and what could do harm is held, until it can be recorded', async () => {
    await heldIn(snapshots(), listing(...FIRST));
    const reader = await openSqliteStore({ directory, clock, as: 'reader' });
    const from = { tools: reader.tools };
    const all = snapshots('1', from);
    const listed = changed();
    expect(await heldIn(all, listed)).toEqual(['run_job']);
    expect(logged.at(-1)).toMatchObject({ level: 'warn', fields: { server: 'files' } });
    const count = logged.length;
    clock.pass(RECORD_RETRY_MS - 1);
    expect(await heldIn(all, listed)).toEqual(['run_job']);
    expect(logged).toHaveLength(count);
    clock.pass(1);
    from.tools = store.tools;
    expect(await heldIn(all, listed)).toEqual(['run_job']);
    expect((await store.tools.list({ ...OWNER, tool: 'run_job' })).map((one) => one.state)).toEqual([
      'held',
      'accepted',
    ]);
    await reader[Symbol.asyncDispose]();
  });

  it('nothing that could do harm is trusted at first sight', async () => {
    await using reader = await openSqliteStore({ directory, clock, as: 'reader' });
    expect(await heldIn(snapshots('1', reader), listing(...FIRST))).toEqual(['run_job', 'delete_note']);
    await store[Symbol.asyncDispose]();
    expect(await heldIn(snapshots('1', store), listing(...FIRST))).toEqual(['run_job', 'delete_note']);
  });
});
