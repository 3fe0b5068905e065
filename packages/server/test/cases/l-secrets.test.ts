import { describe, expect, it } from 'vitest';
import { until } from '../support/programs.ts';
import { SECRETS } from '../support/secrets.ts';
import {
  type Agent,
  ASKABLE,
  behave,
  ERAS,
  expectAllowed,
  expectDeny,
  expectSame,
  openCall,
  PAIRINGS,
  QUESTION,
  useCases,
} from './support/index.ts';

const TOKEN = SECRETS['GitHub token'];
const KEY = SECRETS['private key'];
const MARK = '[REDACTED GitHub token]';

/** S1 of each era refuses and takes out, S2 only notes. */
const suite = useCases({
  policy: {
    version: '1',
    default: 'allow',
    tools: { ask: { action: 'require_approval' }, no: { action: 'deny' } },
    resources: { allow: ['**'] },
    prompts: { allow: ['*'] },
  },
  tools: ['send', 'ask', 'no'].map((name) => ({ name })),
  stub: { capabilities: { tools: {}, resources: {}, prompts: {} } },
  server: (name) =>
    name.startsWith('s1')
      ? { argument_secrets: 'deny', result_secrets: 'redact' }
      : { argument_secrets: 'log', result_secrets: 'log' },
  grants: (era) => ({
    GV: { mode: 'observe' },
    GS: { servers: { [`s1-${era}`]: 'p0', [`s2-${era}`]: 'p0' } },
  }),
});
const newest = async () => suite().ledgers.newest();

describe.each(PAIRINGS)('secrets in what is sent and comes back, $agent agent, $server server', (pairing) => {
  const agent = (grant?: string): Agent => suite().agent(pairing, grant);
  const s2 = () => suite().stubs[`s2-${pairing.server}`];

  it('a call with one is refused before it is sent, by name of its kind and place alone', async () => {
    const call = () => agent().call('send', { note: ['x', { deep: `my ${TOKEN}` }], [KEY]: 1 });
    await expectDeny(suite(), call, { rule: /^\(secrets\)$/ });
    const { row } = (await newest()) ?? {};
    expect(row).toMatchObject({
      message: `server "s1-${pairing.server}" is not to be sent secrets, and this has what looks like one: GitHub token in note, private key in [REDACTED private key]`,
      secrets: 'GitHub token in note, private key in [REDACTED private key]',
    });
  });

  it('of a grant that only observes too; nobody is asked to approve it, and what a policy refuses it refuses', async () => {
    for (const grant of ['GV', 'GA'])
      await expectDeny(suite(), () => agent(grant).call('send', { note: TOKEN }), { rule: '(secrets)' });
    await expectDeny(suite(), () => agent().call('ask', { note: TOKEN }), { rule: '(secrets)' });
    await expectDeny(suite(), () => agent().call('no', { note: TOKEN }), { rule: '/tools/no/action' });
    expect((await newest())?.row.secrets).toBe('GitHub token in note');
  });

  it('others pass as they are', async () => {
    const args = { note: 'no secret, as AKIA and ghp_ alone are none', n: 1.5 };
    await expectSame(suite(), () => agent().call('send', args), args);
    expect((await newest())?.row).not.toHaveProperty('secrets');
  });

  it('is noted and passed on where the server says so', async () => {
    await expectSame(suite(), () => agent('GB').call('send', { note: TOKEN }), { note: TOKEN });
    expect((await newest())?.row.secrets).toBe('GitHub token in note');
  });

  it('is not asked of the server in a prompt or an address either', async () => {
    for (const [method, params] of [
      ['prompts/get', { name: 'p', arguments: { a: TOKEN } }],
      ['resources/read', { uri: `https://elsewhere.example/?t=${TOKEN}` }],
    ] as const) {
      const before = suite().s1(pairing).received.length;
      const { body } = await agent().request(method, params);
      expect(body.error?.message).toMatch(/^\[POLICY DENIED\] server .* is not to be sent secrets/);
      expect(suite().s1(pairing).received).toHaveLength(before);
      const row = { outcome: 'deny', rule: '(secrets)', forwarded: false };
      expect((await newest())?.row).toMatchObject(row);
    }
  });

  it('is taken out of a result, with the rest of it as it was, and out of an error', async () => {
    const content = [
      { type: 'text', text: `a ${TOKEN} b` },
      { type: 'text', text: 'c' },
    ];
    const result = { content, structuredContent: { deep: [{ [TOKEN]: KEY }], n: 1.5, big: null } };
    suite().s1(pairing).nextCall(behave.result(result));
    const answer = await agent().call('send');
    expectAllowed(answer);
    expect(answer.body.result?.content).toEqual([{ type: 'text', text: `a ${MARK} b` }, content[1]]);
    const structured = { deep: [{ [MARK]: '[REDACTED private key]' }], n: 1.5, big: null };
    expect(answer.body.result?.['structuredContent']).toEqual(structured);
    await expect.poll(async () => (await newest())?.outcomeRow?.secrets).toBe('GitHub token, private key');
    suite()
      .s1(pairing)
      .nextCall(behave.error(1, `cannot reach ${SECRETS['password in an address']}db`));
    const failed = await agent().call('send');
    expect(failed.body.error).toMatchObject({
      code: 1,
      message: 'cannot reach [REDACTED password in an address]db',
    });
  });

  it('is taken out of what comes ahead of a result, in its order', async () => {
    const steps = [
      { progress: 1, message: `at ${TOKEN}` },
      { progress: 2, message: 'done' },
    ];
    suite().s1(pairing).nextCall(behave.progress(steps));
    const { before } = await agent().call('send', {}, { meta: { progressToken: 'mine' } });
    expect(before.map(({ params }) => [params?.['progressToken'], params?.['message']])).toEqual([
      ['mine', `at ${MARK}`],
      ['mine', 'done'],
    ]);
    await expect.poll(async () => (await newest())?.outcomeRow?.secrets).toBe('GitHub token');
  });

  it('is noted and passed on in a result where the server says so', async () => {
    s2().nextCall(behave.result({ content: [{ type: 'text', text: TOKEN }] }));
    expect((await agent('GB').call('send')).body.result?.content?.[0]?.text).toBe(TOKEN);
    await expect.poll(async () => (await newest())?.outcomeRow?.secrets).toBe('GitHub token');
  });

  it('is taken out of what a resource holds', async () => {
    const contents = [{ uri: 'file:///env', text: `T=${TOKEN}\n` }];
    suite()
      .s1(pairing)
      .always('resources/read', behave.result({ contents, ttlMs: 0, cacheScope: 'private' }));
    const { body } = await agent().request('resources/read', { uri: 'file:///env' });
    suite().s1(pairing).reset();
    expect(body.result?.['contents']).toEqual([{ uri: 'file:///env', text: `T=${MARK}\n` }]);
  });
});

it.each(ERAS)('each server of a stack has its own settings, %s agent', async (era) => {
  const agent = suite().stackAgent(era, 'GS');
  const args = { note: TOKEN };
  await expectDeny(suite(), () => agent.call('s1-modern__send', args), { rule: '(secrets)' });
  expect((await newest())?.row).toMatchObject({ server: 's1-modern', secrets: 'GitHub token in note' });
  await expectSame(suite(), () => agent.call('s2-modern__send', args), args);
  suite().stubs['s1-modern'].nextCall(behave.result({ content: [{ type: 'text', text: TOKEN }] }));
  expect((await agent.call('s1-modern__send')).body.result?.content?.[0]?.text).toBe(MARK);
});

describe('what a server asks for', () => {
  const secret = { result: { action: 'accept', content: { note: TOKEN } } };

  it('is not given it by an agent that calls again with its answers', async () => {
    const agent = suite().agent({ agent: 'modern', server: 'modern' });
    const inputResponses = { who: secret.result };
    const params = { name: 'send', arguments: {}, inputResponses };
    await expectDeny(suite(), () => agent.request('tools/call', params), { rule: '(secrets)' });
    expect((await newest())?.row.secrets).toBe('GitHub token in inputResponses');
  });

  it('is not given it by an older agent that the gateway asks for it', async () => {
    const agent = suite().newAgent({ agent: 'legacy', server: 'modern' }, { capabilities: ASKABLE });
    const server = suite().stubs['s1-modern'];
    server.nextCall(behave.result(QUESTION));
    await using call = await openCall(agent, 'tools/call', { name: 'send', arguments: {} });
    const calls = server.calls().length;
    await call.reply(await call.asked(), secret);
    const { body } = await call.answer();
    expect(body.result?.content?.[0]?.text).toMatch(/^\[POLICY DENIED\] .* GitHub token in inputResponses$/);
    expect(server.calls()).toHaveLength(calls);
  });

  it.each([
    ['s1-legacy', 'GA', false],
    ['s2-legacy', 'GB', true],
  ] as const)(
    'is not given it by a session either where it is not to have any: %s',
    async (name, grant, isGiven) => {
      const server = suite().stubs[name];
      const replied = () => server.received.find(({ message }) => message.id === `q ${name}`)?.message;
      server.nextCall(async ({ message }, response) => {
        const tell = (one: object) =>
          response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', ...one })}\n\n`);
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const params = { message: 'which?', requestedSchema: { type: 'object', properties: {} } };
        tell({ id: `q ${name}`, method: 'elicitation/create', params });
        await until(() => replied() !== undefined);
        tell({ id: message.id, result: { content: [] } });
        response.end();
      });
      const agent = suite().newAgent({ agent: 'legacy', server: 'legacy' }, { grant, capabilities: ASKABLE });
      await using call = await openCall(agent, 'tools/call', { name: 'send', arguments: {} });
      await call.reply(await call.asked(), secret);
      await call.answer();
      expect(JSON.stringify(replied()).includes(TOKEN)).toBe(isGiven);
      if (!isGiven)
        expect(replied()).toMatchObject({ error: { message: expect.stringContaining('not to be sent') } });
      await expect
        .poll(async () => (await newest())?.outcomeRow?.secrets)
        .toBe('GitHub token in inputResponses');
    },
  );
});
