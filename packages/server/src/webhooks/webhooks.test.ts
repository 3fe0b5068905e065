import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  systemClock,
  WEBHOOKS_OF_ORGANIZATION_AT_ONCE,
  WEBHOOKS_OF_RECEIVER_AT_ONCE,
} from '../limits/index.ts';
import { openSqliteStore, type Store } from '../store/index.ts';
import { newSecret, openWebhooks, type Posted, type Webhook, type Webhooks } from './index.ts';

const NAMES = ['hangs', 'well', 'dead1', 'dead2', 'dead3', 'dead4'];
const webhooksOf = (organization: string): readonly Webhook[] =>
  NAMES.map((id) => ({
    id,
    organization,
    kind: 'json',
    url: `https://${id}.${organization}.example/`,
    secret: newSecret(),
    events: ['asked'],
    allowPrivate: false,
  }));

let directory: string;
let store: Store;
let told: string[];
let telling: Webhooks;
/** Lets those that do not answer answer. */
let release: () => void;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'boomgate-webhooks-'));
  store = await openSqliteStore({ directory, clock: systemClock() });
  told = [];
  const released = Promise.withResolvers<Posted>();
  release = () => released.resolve({ status: 204 });
  const inForce = [...webhooksOf('one'), ...webhooksOf('two')];
  telling = openWebhooks({
    outbox: store.outbox,
    clock: systemClock(),
    refresh: async () => undefined,
    webhooks: () => inForce,
    letters: { readersOf: async () => [], send: async () => 'sent' },
    url: () => 'https://gate.example',
    post: async ({ url }) => {
      told.push(new URL(url).hostname.replace('.example', ''));
      return url.includes('well') ? { status: 204 } : released.promise;
    },
    pause: async () => undefined,
    onFault: () => undefined,
  });
});
afterEach(async () => {
  release();
  await telling.stop();
  await store[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

async function add(webhook: string, organization: string, count = 1): Promise<void> {
  for (let at = 0; at < count; at += 1)
    await store.outbox.add({ organization, webhook, url: webhook, body: '{}', kind: 'test' });
}
const toldTo = (place: string): number => told.filter((one) => one === place).length;

describe('a receiver that does not answer', () => {
  it('holds up its own deliveries alone, however many there are', async () => {
    await add('hangs', 'one', 20);
    await telling.look();
    expect(toldTo('hangs.one')).toBe(WEBHOOKS_OF_RECEIVER_AT_ONCE);
    await add('well', 'one');
    await telling.look();
    expect(toldTo('well.one')).toBe(1);
    expect(toldTo('hangs.one')).toBe(WEBHOOKS_OF_RECEIVER_AT_ONCE);
  });

  it('holds up its organisation alone where it has many', async () => {
    for (const name of NAMES) if (name !== 'well') await add(name, 'one', 10);
    await add('well', 'two');
    await telling.look();
    expect(told.filter((one) => one.endsWith('.one'))).toHaveLength(WEBHOOKS_OF_ORGANIZATION_AT_ONCE);
    expect(toldTo('well.two')).toBe(1);
  });
});
