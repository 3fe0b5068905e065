import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GATEWAY } from '../../src/index.ts';
import { approvalAsk } from '../../src/store/conformance/approvals.ts';
import { decisionRow } from '../../src/store/conformance/fixtures.ts';
import { type ChangingServer, startChangingServer } from '../support/changing-server.ts';
import { connectAgent } from '../support/clients.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';
import { bootOffice, expectOk, type Office, problemOf } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { openReceiver, type Receiver } from '../support/receiver.ts';
import { modernCall, post } from '../support/rpc.ts';
import { SECRETS } from '../support/secrets.ts';
import { newGrant } from './samples.ts';

const SECRET = 'a secret of the configuration file';
const HOSTILE = '<!channel> **x** \u202eassr_di';

let mailbox: Mailbox;
let receiver: Receiver;
let server: ChangingServer;
let office: Office;

beforeAll(async () => {
  mailbox = await openMailbox();
  receiver = await openReceiver();
  server = await startChangingServer.modern([{ name: 'read_note', description: 'Reads a note' }]);
  office = await bootOffice(
    {},
    {
      environment: { BOOMGATE_MAIL_URL: mailbox.url, BOOMGATE_MAIL_FROM: 'gate@acme.example' },
      mcpServers: { s: { url: server.url, argument_secrets: 'deny' } },
      webhooks: [{ url: 'http://127.0.0.1:9/declared', secret: SECRET, events: ['expired'] }],
    },
  );
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
  await mailbox[Symbol.asyncDispose]();
});

type Kind = 'json' | 'slack' | 'teams';
const name = () => crypto.randomUUID();
const make = async (kind: Kind = 'json', who = office.admin) =>
  expectOk(
    await who.client.webhooks.create({ body: { name: name(), url: receiver.url, kind, events: ['asked'] } }),
  );

/** A call of a tool with a name that wants to be more than a name. */
async function ask(organization = 'default', owner?: string): Promise<string> {
  const { id: grantId, name: grantName } = await newGrant(office);
  const names = { binding: grantId, call: grantId, grantId, grantName, organization, tool: HOSTILE };
  const wanted = approvalAsk({ ...names, ...(owner === undefined ? {} : { owner }) });
  const asked = await office.gateway.store.journal.ask(wanted, '{"amount":5}', () =>
    decisionRow({ id: crypto.randomUUID(), grantId, grantName, outcome: 'approve', forwarded: false }),
  );
  return asked.kind === 'full' ? '' : asked.approval.id;
}

const toldAfter = async (before: number, count: number) => {
  await until(() => receiver.told.length >= before + count);
  return receiver.told.slice(before);
};

/** To whom letters with a text in them went, once there is one to `somebody` and nothing waits to be sent. */
async function readersOf(text: string, somebody: string): Promise<readonly string[]> {
  const about = () => mailbox.letters.filter(({ raw }) => raw.replaceAll('=\r\n', '').includes(text));
  await until(() => about().some(({ to }) => to.includes(somebody)));
  await until(async () =>
    (await office.gateway.store.outbox.list(200)).every(
      ({ state, webhook }) => webhook !== 'mail' || state !== 'due',
    ),
  );
  return about().flatMap(({ to }) => to);
}

describe('webhooks through the API', () => {
  it('tests, signed with the secret that was shown once, until it is rotated', async () => {
    const { webhooks } = office.admin.client;
    const { secret, ...made } = await make();
    const params = { webhook: made.id };
    expect(JSON.stringify(made)).not.toContain('only-who-writes-knows');
    expect(JSON.stringify(expectOk(await webhooks.list()))).not.toContain(secret);
    const before = receiver.told.length;
    const { delivery } = expectOk(await webhooks.test({ params }));
    const [first] = await toldAfter(before, 1);
    const verify = (with_: string, told = first) =>
      // A cast: the headers of a signature are single texts.
      new Webhook(with_).verify(told?.body ?? '', told?.headers as Record<string, string>);
    expect(verify(secret)).toMatchObject({ type: 'webhook.test' });
    const rotated = expectOk(await webhooks.rotateSecret({ params }));
    await webhooks.test({ params });
    const [, second] = await toldAfter(before, 2);
    expect(() => verify(secret, second)).toThrow();
    expect(verify(rotated.secret, second)).toMatchObject({ type: 'webhook.test' });
    const { items } = expectOk(await webhooks.deliveries({ params }));
    expect(items.map(({ event, id }) => `${event} ${id === delivery}`)).toEqual(['test false', 'test true']);
    expectOk(await webhooks.remove({ params }));
  });

  it('tell Slack and Teams the same, with nothing of a name obeyed, no value and no way to decide', async () => {
    const made = [await make('slack'), await make('teams')];
    const before = receiver.told.length;
    const id = await ask();
    const told = await toldAfter(before, 2);
    // Bodies are JSON of the gateway.
    const [slack, teams] = ['blocks', 'attachments'].map((key) =>
      told.find(({ body }) => key in JSON.parse(body)),
    );
    for (const { body } of told) {
      expect(body).toContain(`${office.gateway.url}/approvals/${id}`);
      expect(body).toContain('\\\\u202eassr_di');
      expect(body).not.toMatch(/\u202e|:5\}|"amount":|approve"|deny"/);
    }
    expect(JSON.parse(slack?.body ?? '').text).toContain('&lt;!channel&gt;');
    const texts: { type: string; text: { type: string; text: string } }[] = JSON.parse(
      slack?.body ?? '',
    ).blocks;
    expect(texts.filter(({ text }) => text.type === 'mrkdwn').map(({ text }) => text.text)).toEqual([
      `<${office.gateway.url}/approvals/${id}|Sign in to see it and decide>`,
    ]);
    const [{ content }] = JSON.parse(teams?.body ?? '').attachments;
    expect(content.body.every(({ type }: { type: string }) => type === 'RichTextBlock')).toBe(true);
    expect(content.actions).toEqual([
      expect.objectContaining({ type: 'Action.OpenUrl', url: `${office.gateway.url}/approvals/${id}` }),
    ]);
    for (const { id: webhook } of made)
      expectOk(await office.admin.client.webhooks.remove({ params: { webhook } }));
  });

  it('are of one organisation: no other one hears of its approvals', async () => {
    const elsewhere = await office.elsewhere();
    const stranger = await office.somebody('admin', elsewhere);
    const foreign = await make('json', stranger);
    const own = await make();
    const before = receiver.told.length;
    const mine = await ask();
    const theirs = await ask(elsewhere);
    const told = await toldAfter(before, 2);
    const seen = async (who: typeof stranger, webhook: string) =>
      expectOk(await who.client.webhooks.deliveries({ params: { webhook } })).items.map(
        ({ approval }) => approval,
      );
    expect(told).toHaveLength(2);
    expect(await seen(office.admin, own.id)).toEqual([mine]);
    expect(await seen(stranger, foreign.id)).toEqual([theirs]);
    expect(problemOf(await office.admin.client.webhooks.test({ params: { webhook: foreign.id } }))).toBe(
      'not_found',
    );
    expectOk(await office.admin.client.webhooks.remove({ params: { webhook: own.id } }));
  });

  it('show what failed, and send it again when asked to', async () => {
    const { webhooks } = office.admin.client;
    const { id: webhook } = await make();
    const { delivery } = expectOk(await webhooks.test({ params: { webhook } }));
    const params = { webhook, delivery };
    const shown = async () => expectOk(await webhooks.deliveries({ params: { webhook } })).items[0];
    await until(async () => (await shown())?.state === 'delivered');
    receiver.status = 503;
    expectOk(await webhooks.redeliver({ params }));
    await until(async () => (await shown())?.last === 'HTTP 503');
    expect(await shown()).toMatchObject({ id: delivery, state: 'due', attempts: 2 });
    expect(problemOf(await webhooks.redeliver({ params }))).toBe('still_due');
    receiver.status = 204;
    expectOk(await webhooks.remove({ params: { webhook } }));
  });

  it('are paused when their receiver answers that it is gone, and nothing is sent again', async () => {
    const { webhooks } = office.admin.client;
    const { id: webhook } = await make();
    const params = { webhook };
    receiver.status = 410;
    expectOk(await webhooks.test({ params }));
    const state = async () =>
      expectOk(await webhooks.list({ query: { limit: 100 } })).items.find(({ id }) => id === webhook)?.state;
    await until(async () => (await state()) === 'paused');
    receiver.status = 204;
    const { items } = expectOk(await webhooks.deliveries({ params }));
    const last = 'HTTP 410: the receiver wants nothing more';
    expect(items).toMatchObject([{ event: 'test', state: 'given_up', attempts: 1, last }]);
    const [row] = await office.gateway.store.audit.query({ action: 'webhook.changed', limit: 1 });
    expect(row).toMatchObject({ actor: GATEWAY, target: { id: webhook }, after: { state: 'paused' } });
    expectOk(await webhooks.update({ params, body: { state: 'active' } }));
    expectOk(await webhooks.remove({ params }));
  });

  it('of the file are shown and changed there alone; names, addresses and their number are checked', async () => {
    const { webhooks } = office.admin.client;
    const listed = async () => expectOk(await webhooks.list({ query: { limit: 100 } })).items;
    const declared = (await listed()).find(({ origin }) => origin === 'file');
    expect(declared).toMatchObject({ address: 'http://127.0.0.1:9/…', kind: 'json', state: 'active' });
    const params = { webhook: declared?.id ?? '' };
    for (const answer of [
      await webhooks.update({ params, body: { state: 'paused' } }),
      await webhooks.rotateSecret({ params }),
      await webhooks.remove({ params }),
    ])
      expect(problemOf(answer)).toBe('declared_by_file');
    const body = { name: name(), url: receiver.url };
    expectOk(await webhooks.create({ body }));
    expect(problemOf(await webhooks.create({ body }))).toBe('name_taken');
    const login = 'https://user:pass@hooks.example.com';
    expect(problemOf(await webhooks.create({ body: { name: name(), url: login } }))).toBe('invalid_input');
    for (let stored = (await listed()).length - 1; stored < 20; stored += 1) await make();
    expect(problemOf(await webhooks.create({ body: { name: name(), url: receiver.url } }))).toBe('too_many');
    for (const { id, origin } of await listed())
      if (origin === 'stored') expectOk(await webhooks.remove({ params: { webhook: id } }));
  });
});

describe('letters', () => {
  it('reach who may approve and wants to know, and say no value', async () => {
    const [approver, other, viewer, owner] = [
      await office.somebody('approver'),
      await office.somebody('approver'),
      await office.somebody('viewer'),
      await office.somebody('admin'),
    ];
    expect(expectOk(await other.client.notifications.read())).toEqual({
      letters: true,
      isMailConfigured: true,
    });
    expectOk(await other.client.notifications.change({ body: { letters: false } }));
    const id = await ask('default', owner.email);
    const readers = await readersOf(id, approver.email);
    expect(readers).toContain(office.admin.email);
    for (const { email } of [other, viewer, owner]) expect(readers).not.toContain(email);
    for (const { raw } of mailbox.letters) expect(raw).not.toMatch(/\u202e|"amount":/);
  });
});

describe('a token in other hands', () => {
  it('is told to webhooks and by letter to admins, once for as often as it is tried', async () => {
    const viewer = await office.somebody('viewer');
    const events = ['misused' as const];
    const body = { name: name(), url: receiver.url, events };
    const { id: webhook } = expectOk(await office.admin.client.webhooks.create({ body }));
    const before = receiver.told.length;
    const bound = { name: name(), networks: ['203.0.113.0/24'] };
    const { id, token } = expectOk(
      await office.admin.client.grants.mint({ body: { ...bound, server: 's', keepToken: false } }),
    );
    const { key } = expectOk(
      await office.admin.client.apiKeys.create({ body: { ...bound, role: 'viewer', expiresInDays: 1 } }),
    );
    const present = () => post(office.test.endpoint('s'), token, modernCall('read_note'));
    expect([(await present()).status, (await present()).status]).toEqual([403, 403]);
    await office.visitor({ apiKey: key }).client.session.read();
    const told = (await toldAfter(before, 2)).map((one) => JSON.parse(one.body));
    expect(told).toMatchObject([
      {
        type: 'credential.misused',
        data: {
          ...{ url: `${office.gateway.url}/grants/${id}`, credential: 'grant', id, name: bound.name },
          ...{ reason: 'network', address: '127.0.0.1' },
        },
      },
      {
        data: {
          url: `${office.gateway.url}/audit`,
          credential: 'api_key',
          name: expect.stringContaining(bound.name),
        },
      },
    ]);
    const readers = await readersOf(`/grants/${id}`, office.admin.email);
    expect(readers).not.toContain(viewer.email);
    expectOk(await office.admin.client.webhooks.remove({ params: { webhook } }));
  });
});

describe('secrets in calls', () => {
  it('are told to webhooks, in chats and by letter to admins, once for as often as they come, and none of them itself', async () => {
    const viewer = await office.somebody('viewer');
    const hooks = await Promise.all(
      (['json', 'slack'] as const).map(async (kind) => {
        const body = { name: name(), url: receiver.url, kind, events: ['secrets_seen' as const] };
        return expectOk(await office.admin.client.webhooks.create({ body })).id;
      }),
    );
    const before = receiver.told.length;
    const minted = { name: name(), server: 's', policy: 'all', keepToken: false };
    const { id, token } = expectOk(await office.admin.client.grants.mint({ body: minted }));
    const secret = SECRETS['npm token'];
    const call = () => post(office.test.endpoint('s'), token, modernCall('read_note', { note: secret }));
    for (const { body } of [await call(), await call()]) expect(body.result?.isError).toBe(true);
    const told = (await toldAfter(before, 2)).map((one) => JSON.parse(one.body));
    const url = `${office.gateway.url}/log?grant=${id}&server=s&secrets=seen`;
    expect(told.find((one) => 'type' in one)).toMatchObject({
      type: 'secrets.seen',
      data: {
        ...{ url, grant: minted.name, grantId: id, server: 's' },
        ...{ in: 'request', secrets: 'npm token in note', became: 'refused' },
      },
    });
    const readers = await readersOf('npm token in note', office.admin.email);
    expect(readers).not.toContain(viewer.email);
    for (const one of [...receiver.told.map(({ body }) => body), ...mailbox.letters.map(({ raw }) => raw)])
      expect(one).not.toContain(secret);
    const { items } = expectOk(await office.admin.client.audit.list({ query: { target: id } }));
    expect(items.filter(({ action }) => action === 'secrets.seen')).toHaveLength(1);
    for (const webhook of hooks) expectOk(await office.admin.client.webhooks.remove({ params: { webhook } }));
  });
});

describe('tools that are held, and policies that wait for a second person', () => {
  it('are told to webhooks that want it, and by letter to who may decide about them', async () => {
    const [manager, approver, author] = [
      await office.somebody('policy_manager'),
      await office.somebody('approver'),
      await office.somebody('admin'),
    ];
    const events = ['held' as const, 'proposed' as const, 'proposal_decided' as const];
    const body = { name: name(), url: receiver.url, events };
    const { id: webhook } = expectOk(await office.admin.client.webhooks.create({ body }));
    const before = receiver.told.length;
    const list = async () => {
      const agent = await connectAgent('client 2.x, pinned', office.test.endpoint('s'), office.test.token);
      const { tools } = await agent.listTools();
      await agent.close().catch(() => undefined);
      return tools.length;
    };
    await list();
    const poison = { name: 'run_job', description: `Runs a job ${HOSTILE}` };
    server.change([{ name: 'read_note', description: 'Reads a note' }, poison]);
    await until(async () => (await list()) === 1 && receiver.told.length > before);
    const [held] = await toldAfter(before, 1);
    const url = `${office.gateway.url}/servers/s`;
    expect(JSON.parse(held?.body ?? '')).toMatchObject({
      type: 'tools.held',
      data: { url, server: 's', count: 1, tools: [{ name: 'run_job', class: 'Execute', isNew: true }] },
    });
    const readers = await readersOf(url, manager.email);
    expect(readers).toEqual(expect.arrayContaining([office.admin.email, manager.email, author.email]));
    expect(readers).not.toContain(approver.email);

    const { settings } = office.admin.client;
    const read = await settings.read();
    const wanted = {
      body: { requireSecondPerson: 'always' as const },
      ifMatch: (read.ok && read.etag) || '',
    };
    expectOk(await settings.change(wanted));
    const document = JSON.stringify({ version: '1', default: 'deny' });
    const made = await author.client.policies.create({ body: { name: 'safe', document, note: HOSTILE } });
    const proposal = expectOk(made).proposal?.id ?? '';
    const [, proposed] = await toldAfter(before, 2);
    expect(JSON.parse(proposed?.body ?? '')).toMatchObject({
      type: 'policy.proposed',
      data: {
        url: `${office.gateway.url}/proposals/${proposal}`,
        policy: 'safe',
        by: author.email,
        baseVersion: 0,
      },
    });
    const second = await readersOf(proposal, manager.email);
    expect(second).toContain(office.admin.email);
    for (const { email } of [author, approver]) expect(second).not.toContain(email);
    expect(mailbox.letters.at(-1)?.raw).not.toContain('\u202e');
    const rejecting = { params: { proposal }, body: { note: 'too wide' } };
    expectOk(await manager.client.proposals.reject(rejecting));
    const [, , decided] = await toldAfter(before, 3);
    const verdict = { state: 'rejected', decidedBy: manager.email, answer: 'too wide' };
    expect(JSON.parse(decided?.body ?? '')).toMatchObject({
      type: 'proposal.decided',
      data: {
        url: `${office.gateway.url}/proposals/${proposal}`,
        policy: 'safe',
        by: author.email,
        ...verdict,
      },
    });
    expect(decided?.body).not.toContain('"default"');
    expect(await readersOf('too wide', author.email)).toEqual([author.email]);
    expect(mailbox.letters.at(-1)?.raw).not.toContain('and decide');
    const shown = expectOk(await office.admin.client.webhooks.deliveries({ params: { webhook } })).items;
    expect(shown.map(({ approval, event }) => [event, approval])).toEqual([
      ['proposal_decided', undefined],
      ['proposed', undefined],
      ['held', undefined],
    ]);
  });
});
