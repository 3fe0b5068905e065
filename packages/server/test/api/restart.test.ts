import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ALLOW_ALL } from '../support/gateway.ts';
import { bootOffice, expectOk, type Office, problemOf } from '../support/people.ts';
import { modernCall, post } from '../support/rpc.ts';

const STALLING = fileURLToPath(new URL('../support/stalling-server.ts', import.meta.url));

/** A declared program that hangs when it is told to, in front of an agent that may call everything. */
async function boot({ idleMs = 60_000, workers = 1 } = {}) {
  const office = await bootOffice(workers === 1 ? {} : { workers }, {
    mcpServers: { s: { command: process.execPath, args: [STALLING], timeouts: { idle_ms: idleMs } } },
    policies: { all: ALLOW_ALL },
  });
  const { token } = office.test;
  const call = async (name: string) => {
    const { result } = (await post(office.test.endpoint('s'), token, modernCall(name))).body;
    return result?.isError === true ? 'failed' : (result?.content?.[0]?.text ?? 'nothing');
  };
  return { office, call };
}

const restart = ({ admin }: Office, server: string) => admin.client.servers.restart({ params: { server } });
const stateOf = async ({ admin }: Office) =>
  expectOk(await admin.client.servers.show({ params: { server: 's' } }));

describe('POST /servers/{server}/restart', () => {
  it('ends a program that hangs, of which the page of the server tells, and the next call has another', async () => {
    const { call, office } = await boot({ idleMs: 1_000 });
    await using _ = office;
    const first = await call('pid');
    expect(first).toMatch(/^\d+$/);
    expect(await call('stall')).toBe('failed');
    expect(await call('pid')).toBe('failed');
    expect(await stateOf(office)).toMatchObject({
      state: 'failing',
      reason: 'tools/call: no answer in 1000 ms',
    });
    expectOk(await restart(office, 's'));
    expect(() => process.kill(Number(first), 0)).toThrow('ESRCH');
    const second = await call('pid');
    expect(second).toMatch(/^\d+$/);
    expect(second).not.toBe(first);
    expect((await stateOf(office)).state).toBe('ready');
    const rows = await office.gateway.store.audit.query({ action: 'server.restarted', limit: 9 });
    expect(rows).toMatchObject([{ actor: { kind: 'person' }, target: { kind: 'server', name: 's' } }]);
  });

  it('gives a call under way two seconds, and leaves it in the log as unknown', async () => {
    const { call, office } = await boot();
    await using _ = office;
    await call('pid');
    const { client } = office.admin;
    const underWay = async () => expectOk(await client.decisions.list({ query: { target: 'stall' } })).items;
    const answer = call('stall');
    await expect.poll(underWay).toHaveLength(1);
    expectOk(await restart(office, 's'));
    expect(await answer).toBe('failed');
    expect(await call('pid')).toMatch(/^\d+$/);
    await expect.poll(async () => (await underWay())[0]?.fate).toMatchObject({ status: 'unknown' });
  });

  it('reaches every worker', async () => {
    const { call, office } = await boot({ workers: 2 });
    await using _ = office;
    const many = () => Promise.all(Array.from({ length: 8 }, () => call('pid')));
    const before = new Set(await many());
    expectOk(await restart(office, 's'));
    expect((await many()).filter((pid) => before.has(pid) || !/^\d+$/.test(pid))).toEqual([]);
  });

  it('is for servers that there are', async () => {
    const { office } = await boot();
    await using _ = office;
    expect(problemOf(await restart(office, 'nowhere'))).toBe('not_found');
    const rows = await office.gateway.store.audit.query({ action: 'server.restarted', limit: 9 });
    expect(rows).toEqual([]);
  });
});
