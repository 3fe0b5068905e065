/** What is told of approvals when the way to Postgres breaks in the middle of telling, or the gateway stops. */
import { beforeEach, expect, it } from 'vitest';
import { TestClock } from '../../src/store/conformance/index.ts';
import { FIRST_ORGANIZATION, type Store } from '../../src/store/index.ts';
import { openWebhooks, type Posting, type Webhooks } from '../../src/webhooks/index.ts';
import { until } from '../support/programs.ts';
import { useStores } from '../support/stores.ts';

/** Milliseconds for which a delivery is one replica's. */
const LEASE_MS = 60_000;
const LETTER = {
  organization: FIRST_ORGANIZATION,
  webhook: 'mail',
  url: 'mailto:ada@example.com',
  body: JSON.stringify({ subject: 'A call waits', text: 'Look at it.' }),
};

const stores = useStores({ isPatient: false });
let sent: string[];
/** What the mail server does with each letter that it has. */
let onLetter: () => Promise<void> | void;

beforeEach(() => {
  sent = [];
  onLetter = () => undefined;
});

function tellingOf(
  { outbox, webhooks }: Store,
  clock: TestClock,
  refresh = () => webhooks.refresh(),
): Webhooks {
  const send = async (to: string): Promise<Posting> => {
    sent.push(to);
    await onLetter();
    return 'sent';
  };
  return openWebhooks({
    outbox,
    clock,
    refresh,
    webhooks: () => [],
    letters: { readersOf: async () => [], send },
    url: () => 'https://gate.example',
    post: async () => ({ status: 204 }),
    pause: async () => undefined,
    onFault: () => undefined,
  });
}

async function stateOf({ outbox }: Store): Promise<string | undefined> {
  return (await outbox.list(1))[0]?.state;
}

it('a letter that the mail server has is not sent again because the store was away meanwhile', async () => {
  const { line, url } = await stores.openLine();
  const [clock, otherClock] = [new TestClock(), new TestClock()];
  const store = await stores.open({ clock, url });
  const other = await stores.open({ clock: otherClock });
  const telling = tellingOf(store, clock);
  await store.outbox.add({ ...LETTER, kind: 'test' });
  const whole = line.passing;
  onLetter = () => {
    line.passing = () => Buffer.alloc(0);
  };

  await telling.look();
  await until(() => sent.length === 1);
  await expect
    .poll(
      () =>
        telling.look().then(
          () => 'kept',
          () => 'away',
        ),
      { timeout: 5_000 },
    )
    .toBe('away');
  line.passing = whole;
  line.cut();
  await until(() =>
    telling.look().then(
      () => true,
      () => false,
    ),
  );

  expect(await stateOf(other)).toBe('delivered');
  clock.pass(LEASE_MS + 1);
  otherClock.pass(LEASE_MS + 1);
  const others = tellingOf(other, otherClock);
  await others.look();
  await others.stop();
  await telling.stop();
  expect(sent).toHaveLength(1);
});

it('what is looked at when the gateway stops is sent and kept before it has stopped, or left to others', async () => {
  const clock = new TestClock();
  const store = await stores.open({ clock });
  await store.outbox.add({ ...LETTER, kind: 'test' });
  const asked = Promise.withResolvers<void>();
  const telling = tellingOf(store, clock, () => asked.promise);

  const look = telling.look();
  const stopped = telling.stop();
  asked.resolve();
  await stopped;
  const [sentThen, stateThen] = [sent.length, await stateOf(store)];
  await look;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(sent).toHaveLength(sentThen);
  expect(stateThen).toBe(sentThen === 0 ? 'due' : 'delivered');
});
