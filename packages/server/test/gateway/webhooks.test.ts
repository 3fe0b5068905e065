import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Approver, GATEWAY, mintToken } from '../../src/index.ts';
import { WEBHOOK_GIVE_UP_MS, WEBHOOK_RETRY_MAX_MS, WEBHOOK_RETRY_MS } from '../../src/limits/index.ts';
import { declaredId } from '../../src/webhooks/index.ts';
import { movedClock } from '../cases/support/index.ts';
import { bootGateway, type TestGateway } from '../support/gateway.ts';
import { bootOffice, problemOf } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { modernCall, post } from '../support/rpc.ts';
import { type Stub, startStub } from '../support/stub.ts';

const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes ...').toString('base64')}`;
const ADA: Approver = { id: 'ada', email: 'ada@example.com', role: 'admin', via: 'cli' };
const HIDDEN = 'a value that is for approvers alone';

type Told = { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string };

/** A receiver that keeps what it is told, and answers as it is set. */
const told: Told[] = [];
let status = 204;
let receiver: Server;
let stub: Stub;
let gateway: TestGateway;
// The library that checks signatures goes by the real time.
const clock = movedClock(Date.now());

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer); // a cast: a request without an encoding gives these
    const path = request.url ?? '';
    told.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
    response.writeHead(status).end('anything');
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = receiver.address() as AddressInfo;
  stub = await startStub({ era: 'modern', tools: [{ name: 'pay' }] });
  gateway = await bootGateway({
    mcpServers: { stub: { url: stub.url } },
    policies: { p: { version: '1', default: 'deny', tools: { pay: { action: 'require_approval' } } } },
    webhooks: [
      { url: `http://127.0.0.1:${port}/hook`, secret: '${env:HOOK_SECRET}' },
      { url: `http://127.0.0.1:${port}/expired`, secret: SECRET, events: ['expired'] },
      { url: `http://127.0.0.1:${port}/private`, secret: SECRET, events: ['decided'], allow_private: false },
    ],
    options: { clock, environment: { HOOK_SECRET: SECRET, TEST_GRANT: mintToken().token } },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});
afterEach(() => {
  told.length = 0;
  status = 204;
});

// A listening TCP server has an address with a port.
const hook = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
const store = () => gateway.gateway.store;
/** What becomes of telling the first webhook of an approval that was asked for. */
const deliveryOf = async (id: string) =>
  (await store().outbox.list(100)).find(
    ({ approvalId, kind, webhook }) =>
      approvalId === id && kind === 'asked' && webhook === declaredId(hook()),
  );

/** A grant of the test's own, as the one of the fixture has a token from another environment. */
async function mintedFor({ gateway: { store: own } }: TestGateway): Promise<string> {
  const { hash, token } = mintToken();
  const grant = { id: hash, name: hash, organization: 'default', server: 'stub', policy: 'p' };
  await own.grants.create({ ...grant, labels: {}, mode: 'enforce', origin: 'minted' }, hash);
  return token;
}

/** The id of the new approval; several may be of one millisecond. */
async function ask(): Promise<string> {
  const ids = async () => (await store().approvals.list({ limit: 100 })).map(({ id }) => id);
  const before = new Set(await ids());
  await post(
    gateway.endpoint('stub'),
    await mintedFor(gateway),
    modernCall('pay', { note: HIDDEN, amount: told.length }),
  );
  return (await ids()).find((id) => !before.has(id)) ?? '';
}

describe('a webhook', () => {
  it('is told what was asked, without a value, signed, with the address where to decide', async () => {
    const id = await ask();
    await until(() => told.length === 1);
    const [{ body, headers } = { body: '', headers: {} } as Told] = told;
    // It checks signature and time, and throws when one is wrong.
    expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toMatchObject({
      type: 'approval.asked',
      data: {
        id,
        url: `${gateway.gateway.url}/approvals/${id}`,
        state: 'waiting',
        tool: 'pay',
        argumentKeys: ['amount', 'note'],
      },
    });
    expect(body).not.toContain(HIDDEN);
    const other = new Webhook(Buffer.from('another secret of thirty-two b..').toString('base64'));
    expect(() => other.verify(body, headers as Record<string, string>)).toThrow();
    await until(async () => (await deliveryOf(id))?.state === 'delivered');
  });

  it('is told of the decision and of what expired, each where it wants to hear it', async () => {
    const decided = await ask();
    await ask();
    await store().approvals.decide(decided, { by: ADA, verdict: 'deny' });
    await until(() => told.length === 3);
    clock.pass(600_000);
    // That of the first test expires too.
    await until(() => told.length === 7);
    // What is told is JSON of the gateway.
    const types = told.map(({ body }) => (JSON.parse(body) as { type: string }).type).sort();
    expect(types).toEqual([
      'approval.asked',
      'approval.asked',
      'approval.decided',
      ...Array.from({ length: 4 }, () => 'approval.expired'),
    ]);
  });

  it('is not told at an address that it may not have', async () => {
    await store().approvals.decide(await ask(), { by: ADA, verdict: 'approve' });
    const list = () => store().outbox.list(100);
    const refused = async () =>
      (await list()).find(({ webhook }) => webhook === declaredId(hook().replace('/hook', '/private')));
    await until(async () => ((await refused())?.attempts ?? 0) > 0);
    expect((await refused())?.last).toContain('private or special address');
    expect(told.map(({ path }) => path)).not.toContain('/private');
  });

  it('that fails is told again with the same id, ever later, also after a restart, until it is taken', async () => {
    status = 503;
    const id = await ask();
    const tried = (tries: number) => until(async () => (await deliveryOf(id))?.attempts === tries);
    for (let tries = 1; tries <= 4; tries += 1) {
      await tried(tries);
      expect(await deliveryOf(id)).toMatchObject({ state: 'due', last: 'HTTP 503' });
      if (tries === 2) await gateway.restart();
      clock.pass(Math.min(WEBHOOK_RETRY_MS * 2 ** (tries - 1), WEBHOOK_RETRY_MAX_MS) - 1);
      expect(await store().outbox.due(10, [])).not.toContainEqual(
        expect.objectContaining({ approvalId: id, webhook: declaredId(hook()) }),
      );
      if (tries === 4) status = 200;
      clock.pass(1);
    }
    await until(async () => (await deliveryOf(id))?.state === 'delivered');
    const messageId = (await deliveryOf(id))?.id;
    const own = told.filter(({ headers }) => headers['webhook-id'] === messageId);
    expect(own).toHaveLength(5);
    expect(new Set(own.map(({ body }) => body)).size).toBe(1);
  });

  it('is given up after a day', async () => {
    status = 500;
    const id = await ask();
    await until(async () => (await deliveryOf(id))?.attempts === 1);
    clock.pass(WEBHOOK_GIVE_UP_MS);
    await until(async () => (await deliveryOf(id))?.state === 'given_up');
    expect(await deliveryOf(id)).toMatchObject({ last: 'HTTP 500', attempts: 2 });
  });
});

it.each([
  ['to others', '0.0.0.0'],
  ['through a proxy of its machine', '127.0.0.1'],
])('a webhook that people made reaches no private address when the gateway is open %s', async (_, host) => {
  await using office = await bootOffice({ host, behindProxy: true });
  const own = office.gateway.store;
  const { port } = new URL(hook());
  for (const at of [
    hook(),
    `http://localhost:${port}/`,
    'http://[fd00::1]/',
    'https://10.1.2.3/',
    'http://2130706433/',
  ])
    expect(problemOf(await office.admin.client.webhooks.create({ body: { name: at, url: at } })), at).toBe(
      'invalid_input',
    );
  // Made before the gateway was open, or with a name of which the resolver says so now.
  const place = { organization: 'default', webhook: '01' };
  const made = { organization: 'default', id: '01', name: 'n', kind: 'json', events: ['asked'] } as const;
  await own.webhooks.create({ ...made, state: 'active', url: `${hook()}/open`, secret: SECRET }, GATEWAY);
  await own.outbox.add({ kind: 'test', ...place, url: 'shown', body: '{}' });
  const last = async () => (await own.outbox.ofWebhook(place, { limit: 1 }))[0]?.last;
  await until(async () => ((await last()) ?? '') !== '');
  expect(await last()).toContain('private or special address');
  expect(await last()).toContain('only a webhook of the configuration file may lead there');
  expect(told.map(({ path }) => path)).not.toContain('/hook/open');
});
