import { expect, it } from 'vitest';
import type { Store } from '../../src/store/index.ts';
import { until } from '../support/programs.ts';
import { bootCases, editConfig, expectAllowed, movedClock } from './support/index.ts';

const DAY_MS = 86_400_000;
const PAIRING = { agent: 'modern', server: 'modern' } as const;

it('M-13 erasure and retention: rows go when their time has come, while calls go on, and the chain stays checkable', async () => {
  const clock = movedClock(Date.UTC(2026, 0, 1));
  await using cases = await bootCases({ gateway: { clock, retentionFirstMs: 20 } });
  const { decisions } = cases.gateway.gateway.store;
  await editConfig(cases, (config) =>
    Object.assign(config, { retention: { decisions: '30d', grants: '30d' } }),
  );
  await mintOver(cases.gateway.gateway.store);
  for (let count = 0; count < 5; count += 1) expectAllowed(await cases.agent(PAIRING).call('search'));
  clock.pass(29 * DAY_MS);
  for (let count = 0; count < 5; count += 1) expectAllowed(await cases.agent(PAIRING).call('search'));
  const { head } = await decisions.verify();
  await cases.gateway.restart();
  expect(cases.gateway.gateway.config().retention).toEqual({
    decisions: 30 * DAY_MS,
    audit: 'forever',
    grants: 30 * DAY_MS,
  });
  clock.pass(DAY_MS + 1);
  await cases.gateway.restart();
  const { store } = cases.gateway.gateway;
  await until(async () => (await store.audit.query({ limit: 1, action: 'decisions.expired' })).length === 1);
  await until(async () => (await store.audit.query({ limit: 1, action: 'grant.deleted' })).length === 1);
  expect((await store.grants.list()).find(({ id }) => id === 'over')).toBeUndefined();
  // The port is another one after each start.
  const agent = cases.newAgent(PAIRING, {});
  for (let count = 0; count < 5; count += 1) expectAllowed(await agent.call('search'));
  await until(async () => (await decisionsOf(store)).length === 10);
  const report = await store.decisions.verify(head);
  expect(report.findings).toEqual([]);
  expect(report.checkpoint).toMatchObject({ rows: 5, by: 'gateway' });
});

async function mintOver({ grants }: Store): Promise<void> {
  const over = { id: 'over', organization: 'default', name: 'over', server: 's1-modern', labels: {} };
  await grants.create({ ...over, mode: 'enforce', origin: 'minted' }, 'ab'.repeat(32));
  await grants.setState('over', 'revoked');
}

const decisionsOf = (store: { decisions: { query(filter: object): Promise<readonly unknown[]> } }) =>
  store.decisions.query({ limit: 100, method: 'tools/call' });

it('M-16 who audits the auditors: settings, grants and policies of the file, and what was deleted, have rows', async () => {
  await using cases = await bootCases();
  const { audit } = cases.gateway.gateway.store;
  const before = (await audit.query({ limit: 1_000 })).length;
  await cases.gateway.restart();
  expect(
    await cases.gateway.gateway.store.audit.query({ limit: 1_000 }),
    'a restart changes nothing',
  ).toHaveLength(before);
  await editConfig(cases, (config) => {
    Object.assign(config, { retention: { decisions: '7d', audit: '400d' } });
    config.mcpServers['s1-modern'] = {
      ...config.mcpServers['s1-modern'],
      headers: { 'X-Key': 'the-secret' },
    };
    config.policies['p0'] = { version: '1', default: 'deny' };
    delete config.grants['GB-modern'];
  });
  const acts = (await cases.gateway.gateway.store.audit.query({ limit: 1_000 })).slice(before);
  expect(acts.map(({ action, target }) => `${action} ${target.name}`).sort()).toEqual([
    'grant.removed GB-modern',
    'policy.updated p0',
    `settings.applied ${cases.gateway.configFile}`,
  ]);
  for (const { actor } of acts) expect(actor).toMatchObject({ kind: 'file', id: cases.gateway.configFile });
  const settings = acts.find(({ action }) => action === 'settings.applied');
  expect(settings).toMatchObject({
    before: { retention: { decisions: 90 * DAY_MS, audit: 'forever' } },
    after: { retention: { decisions: 7 * DAY_MS, audit: 400 * DAY_MS } },
  });
  const serverPrints = (side: 'before' | 'after') =>
    (settings?.[side] as { servers: object } | undefined)?.servers;
  expect(serverPrints('after')).toEqual({
    ...serverPrints('before'),
    's1-modern': expect.stringMatching(/^fp_[0-9a-f]{16}$/),
  });
  expect(serverPrints('after')).not.toEqual(serverPrints('before'));
  expect(JSON.stringify(acts)).not.toContain('the-secret');
  expect((await cases.gateway.gateway.store.audit.verify()).findings).toEqual([]);
});
