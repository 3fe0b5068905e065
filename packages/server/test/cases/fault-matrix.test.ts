/**
 * Every store in every trouble while agents call and a person changes something: nothing is forwarded that was not recorded and
 * counted, every answer comes in time, what needs nothing of the part in trouble goes on, and all is well again soon after the store is,
 * without a restart.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectOk, PASSWORD } from '../support/people.ts';
import { ENVELOPE, MODERN, modernCall, post, type RawAnswer } from '../support/rpc.ts';
import { type Stub, startStub } from '../support/stub.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';
import { type ChildGateway, killChildGateways, startChildGateway } from './support/crash.ts';
import { POSTGRES, REDIS, SQLITE, type TroubledStore } from './support/troubles.ts';

/** Milliseconds for which an answer may be late, whatever is wrong. */
const ANSWER_MS = 500;
/** Milliseconds for which a machine that does much else may not get to an answer. */
const STANDSTILL_MS = 500;
/** Milliseconds after which all is well again. */
const RECOVERY_MS = 5_000;
/** Of each action while the trouble lasts. */
const TRIES = 3;
/** Of `scarce`, ever. */
const SCARCE = 5;

const POLICY = {
  version: '1',
  default: 'deny',
  tools: {
    plain: {},
    scarce: { limits: [{ counter: 'scarce', window: 'day', max: SCARCE, scope: 'grant' }] },
    limited: { limits: [{ counter: 'limited', window: 'day', max: 100_000, scope: 'grant' }] },
    asked: { action: 'require_approval' },
  },
};

/** Each trouble comes over a grant of its own. */
const grantOf = (trouble: string): string => `during-${trouble.replace(' ', '-')}`;
const tokenOf = (trouble: string): string => `token-of-the-grant-for-calls-${grantOf(trouble)}`;

describe.each([SQLITE, POSTGRES, REDIS])('a gateway whose store, $name, is in trouble', (place) => {
  let folder: string;
  let stub: Stub;
  let store: TroubledStore;
  let gateway: ChildGateway;
  let admin: Visitor;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boomgate-fault-'));
    const tools = Object.keys(POLICY.tools).map((tool) => ({ name: tool }));
    stub = await startStub({ era: 'modern', tools });
    const config = join(folder, 'config.json');
    const mcpServers = { stub: { url: stub.url, era: 'modern' } };
    const grants = Object.fromEntries(
      place.troubles.map((name) => [grantOf(name), { server: 'stub', policy: 'p', token: tokenOf(name) }]),
    );
    const approvals = { hold_ms: 0 };
    await writeFile(config, JSON.stringify({ mcpServers, policies: { p: POLICY }, grants, approvals }));
    store = await place.open();
    const data = join(folder, 'data');
    const { database, redis } = store;
    gateway = await startChildGateway({ config, data, database, redis });
    admin = await firstAdmin(gateway);
  });
  afterAll(async () => {
    await gateway.close();
    killChildGateways();
    await store[Symbol.asyncDispose]();
    await stub[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  let made = 0;
  const next = () => {
    made += 1;
    return made;
  };
  /** Whether each did what it does on a store that is well. */
  const actionsWith = (token: string) => {
    const ask = (request: Parameters<typeof post>[2]) => post(`${gateway.url}/mcp/stub`, token, request);
    const call = async (tool: string) => isAllowed(await ask(modernCall(tool, { at: next() })));
    return {
      'a scarce call': () => call('scarce'),
      'a call with a limit': () => call('limited'),
      'a call without': () => call('plain'),
      'a call that asks': async () =>
        (await ask(modernCall('asked', { at: next() }))).text.includes('[APPROVAL PENDING]'),
      'a list of tools': async () => (await ask(LIST)).body.result !== undefined,
      'a grant that is minted': async () => {
        const body = { name: `g${next()}`, server: 'stub', policy: 'p' };
        return (await admin.client.grants.mint({ body })).ok;
      },
    };
  };

  it.each(place.troubles)(
    '%s: answers in time, forwards nothing without its record, and recovers',
    async (name) => {
      const { 'a scarce call': callScarce, ...actions } = actionsWith(tokenOf(name));
      const trouble = store.trouble(name, { pid: gateway.pid, data: join(folder, 'data') });
      const first = stub.calls().length;
      await areWell(actions);
      const well = await tried({ ...actions, 'a scarce call': callScarce }, 2);
      expect(well.refused, 'refused before').toEqual([]);
      const before = stub.calls().length;

      await trouble.begin();
      const during = await tried({ ...actions, 'a scarce call': callScarce }, TRIES).finally(trouble.end);
      const mendedMs = performance.now();
      // What answers take on this machine comes on top of the wait for the store, and it may stand still for a moment.
      const answerMs = ANSWER_MS + 2 * Math.max(...[...well.tookMs.values()].flat());
      const late = [...during.tookMs].filter(
        ([, ms]) => Math.min(...ms) > answerMs || Math.max(...ms) > answerMs + STANDSTILL_MS,
      );
      expect(late).toEqual([]);
      expect(during.refused.filter((action) => place.goesOn.includes(action))).toEqual([]);
      if (trouble.letsSomePass !== true) {
        const mayBeDone = ['a list of tools', ...place.goesOn];
        expect(during.done.filter((action) => !mayBeDone.includes(action))).toEqual([]);
        const passed = during.done.filter((action) => action === 'a call without');
        expect(stub.calls().length - before).toBe(passed.length);
      }

      await areWell(actions);
      expect(performance.now() - mendedMs).toBeLessThan(RECOVERY_MS);

      for (let nth = 0; nth < 2 * SCARCE; nth += 1) await callScarce();
      const calls = stub.calls().slice(first);
      expect(calls.filter(({ message }) => message.params?.['name'] === 'scarce').length).toBeLessThanOrEqual(
        SCARCE,
      );
      expect(await forwardedRows(admin, grantOf(name))).toBeGreaterThanOrEqual(calls.length);
    },
  );
});

type Actions = Readonly<Record<string, () => Promise<boolean>>>;

/** Each action does what it does on a store that is well, soon. */
async function areWell(actions: Actions): Promise<void> {
  for (const [action, act] of Object.entries(actions))
    await expect.poll(act, { timeout: RECOVERY_MS, interval: 50, message: action }).toBe(true);
}

/** Does each action so many times by turns: which did what they do on a store that is well, and how long each took. */
async function tried(actions: Actions, times: number) {
  const done: string[] = [];
  const refused: string[] = [];
  const tookMs = new Map<string, readonly number[]>();
  for (let nth = 0; nth < times; nth += 1)
    for (const [action, act] of Object.entries(actions)) {
      const startedMs = performance.now();
      ((await act()) ? done : refused).push(action);
      tookMs.set(action, [...(tookMs.get(action) ?? []), performance.now() - startedMs]);
    }
  return { done, refused, tookMs };
}

const LIST = {
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: ENVELOPE } }),
  headers: { 'mcp-protocol-version': MODERN, 'mcp-method': 'tools/list' },
};

function isAllowed({ body }: RawAnswer): boolean {
  return body.result !== undefined && body.result.isError !== true;
}

async function firstAdmin({ setupCode: code, url }: ChildGateway): Promise<Visitor> {
  const visitor = newVisitor({ url });
  const person = { name: 'Ann', email: 'ann@acme.example', password: PASSWORD };
  expectOk(await visitor.client.setup.complete({ body: { code, organization: 'Acme', ...person } }));
  return visitor;
}

/** Calls of a grant of which the log says that they were to be forwarded. */
async function forwardedRows({ client }: Visitor, grant: string): Promise<number> {
  const { items } = expectOk(await client.decisions.list({ query: { grant, limit: 200 } }));
  return items.filter(({ forwarded, method }) => forwarded && method === 'tools/call').length;
}
