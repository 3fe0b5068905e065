import { expect, it, vi } from 'vitest';
import type { ServerSettings, UpstreamEvent, Upstreams, Watched } from '../../upstreams/index.ts';
import type { Opened } from '../opened.ts';
import type { Session } from '../session.ts';
import { SessionFeeds } from './session-feeds.ts';

const URI = 'test://a';
const asking = { capabilities: {}, by: 'open' } as const;

// Casts: nothing else of these is looked at here.
const server = { id: 's', slug: 's' } as ServerSettings;
const session = { key: 'k', grantId: 'g', capabilities: {} } as Session;
const opened = {
  grant: { id: 'g', mode: 'observe' },
  members: [{ server, policy: undefined }],
  isStack: false,
} as unknown as Opened;

/** A server that takes each subscription when the test says so, and announces to whoever watches. */
function setUp() {
  const taken = Promise.withResolvers<void>();
  const listeners = new Set<(event: UpstreamEvent) => void>();
  const upstream = {
    watch: async (wanted: Watched, listener: (event: UpstreamEvent) => void) => {
      await taken.promise;
      listeners.add(listener);
      const dispose = async (): Promise<void> => void listeners.delete(listener);
      return { honoured: wanted, isCrowded: false, [Symbol.asyncDispose]: dispose };
    },
    describe: async () => ({}),
  };
  const feeds = new SessionFeeds({ for: () => upstream } as unknown as Upstreams, () => 0);
  const sent: unknown[] = [];
  feeds.begin(session, opened, []);
  const outlet = { send: (message: object) => sent.push(message) > 0, end: () => undefined };
  feeds.open(session, { outlet, opened });
  const announce = (): void => {
    for (const listener of listeners) listener({ kind: 'resource_updated', uri: URI, params: { uri: URI } });
  };
  return { announce, feeds, listeners, sent, take: taken.resolve };
}

it('tells a session of what it subscribed to, until it unsubscribes', async () => {
  const { announce, feeds, listeners, sent, take } = setUp();
  take();
  expect(await feeds.subscribe(session, { server, uri: URI, asking })).toBe('taken');
  await vi.waitFor(() => expect(listeners.size).toBe(1));
  announce();
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(feeds.unsubscribe(session, { server, uri: URI })).toBe(true);
  expect(listeners.size).toBe(0);
});

it('does not watch what a session unsubscribed from before its server took it', async () => {
  const { feeds, listeners, take } = setUp();
  const subscribing = feeds.subscribe(session, { server, uri: URI, asking });
  expect(feeds.unsubscribe(session, { server, uri: URI })).toBe(true);
  take();
  await subscribing;
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(listeners.size).toBe(0);
});
