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
import { POSTGRES, REDIS, SQLITE, type Trouble, type TroubledStore } from './support/troubles.ts';

/** Milliseconds in which every answer must come, whatever is wrong. */
const ANSWER_MS = 500;
/** Milliseconds after which all is well again. */
const RECOVERY_MS = 5_000;
/** Of each action while the trouble lasts. */
const TRIES = 3;
/** Of `scarce`, ever. */
const SCARCE = 5;
const TOKEN = 'token-of-the-grant-for-a-store-in-trouble';

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

const ROWS = [SQLITE, POSTGRES, REDIS].flatMap((place) =>
  place.troubles.map((name) => [place, name] as const),
);

describe.each(ROWS.map(([place, name]) => ({ place, name, title: `${place.name}, ${name}` })))(
  'a store in trouble: $title',
  ({ name, place }) => {
    let folder: string;
    let stub: Stub;
    let store: TroubledStore;
    let gateway: ChildGateway;
    let admin: Visitor;
    let trouble: Trouble;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'boomgate-fault-'));
      const tools = Object.keys(POLICY.tools).map((tool) => ({ name: tool }));
      stub = await startStub({ era: 'modern', tools });
      const config = join(folder, 'config.json');
      const mcpServers = { stub: { url: stub.url, era: 'modern' } };
      const grants = { test: { server: 'stub', policy: 'p', token: TOKEN } };
      const approvals = { hold_ms: 0 };
      await writeFile(config, JSON.stringify({ mcpServers, policies: { p: POLICY }, grants, approvals }));
      store = await place.open();
      const data = join(folder, 'data');
      const { database, redis } = store;
      gateway = await startChildGateway({ config, data, database, redis });
      admin = await firstAdmin(gateway);
      trouble = store.trouble(name, { pid: gateway.pid, data });
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
    const call = async (tool: string) =>
      isAllowed(await post(`${gateway.url}/mcp/stub`, TOKEN, modernCall(tool, { at: next() })));
    /** Whether each did what it does on a store that is well. */
    const ACTIONS: Readonly<Record<string, () => Promise<boolean>>> = {
      'a call with a limit': () => call('limited'),
      'a call without': () => call('plain'),
      'a call that asks': async () => {
        const answer = await post(`${gateway.url}/mcp/stub`, TOKEN, modernCall('asked', { at: next() }));
        return answer.text.includes('[APPROVAL PENDING]');
      },
      'a list of tools': async () =>
        (await post(`${gateway.url}/mcp/stub`, TOKEN, LIST)).body.result !== undefined,
      'a grant that is minted': async () => {
        const body = { name: `g${next()}`, server: 'stub', policy: 'p' };
        return (await admin.client.grants.mint({ body })).ok;
      },
    };

    it('answers in time, forwards nothing without its record, and recovers', async () => {
      for (const [action, act] of Object.entries(ACTIONS))
        expect(await act(), `${action}, before`).toBe(true);
      expect([await call('scarce'), await call('scarce')]).toEqual([true, true]);
      const before = stub.calls().length;

      await trouble.begin();
      const late: string[] = [];
      const done: string[] = [];
      const refused: string[] = [];
      for (let nth = 0; nth < TRIES; nth += 1)
        for (const [action, act] of Object.entries({ ...ACTIONS, 'a scarce call': () => call('scarce') })) {
          const startedMs = performance.now();
          ((await act()) ? done : refused).push(action);
          const ms = performance.now() - startedMs;
          if (ms > ANSWER_MS) late.push(`${action}: ${Math.round(ms)} ms`);
        }
      expect(late).toEqual([]);
      expect(refused.filter((action) => place.goesOn.includes(action))).toEqual([]);
      if (trouble.letsSomePass !== true) {
        const mayBeDone = ['a list of tools', ...place.goesOn];
        expect(done.filter((action) => !mayBeDone.includes(action))).toEqual([]);
        const passed = done.filter((action) => action === 'a call without');
        expect(stub.calls().length - before).toBe(passed.length);
      }

      await trouble.end();
      const mendedMs = performance.now();
      for (const [action, act] of Object.entries(ACTIONS))
        await expect
          .poll(act, { timeout: RECOVERY_MS, interval: 50, message: `${action}, after` })
          .toBe(true);
      expect(performance.now() - mendedMs).toBeLessThan(RECOVERY_MS);

      for (let nth = 0; nth < 2 * SCARCE; nth += 1) await call('scarce');
      expect(
        stub.calls().filter(({ message }) => message.params?.['name'] === 'scarce').length,
      ).toBeLessThanOrEqual(SCARCE);
      const recorded = await forwardedRows(admin);
      expect(recorded).toBeGreaterThanOrEqual(stub.calls().length);
    });
  },
);

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

/** Calls of which the log says that they were to be forwarded. */
async function forwardedRows({ client }: Visitor): Promise<number> {
  const { items } = expectOk(await client.decisions.list({ query: { limit: 200 } }));
  return items.filter(({ forwarded, method }) => forwarded && method === 'tools/call').length;
}
