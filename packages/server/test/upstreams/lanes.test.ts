import type { JsonObject } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import {
  CAPABILITY_SETS,
  CAPABILITY_SETS_OF_GRANT,
  PARKED_OF_GRANT,
  PARKED_PER_SERVER,
} from '../../src/upstreams/bounds.ts';
import { asked, asking, callAsking, stage, textOf } from './agents.ts';
import { call, httpServer, json, type Message, result, stub, until } from './fixtures.ts';
import { manualClock } from './manual-clock.ts';

const { keep, room, oldServer } = stage();

/** A legacy server that says which session a call came on, and asks in calls of `ask`. */
async function sessions() {
  const declared = new Map<string, unknown>();
  const waiting: { id: number | undefined; end: (value: JsonObject) => void }[] = [];
  const replies: Message[] = [];
  const server = keep(
    await stub((message, response, request) => {
      const { id, method, params } = message;
      const session = String(request.headers['mcp-session-id']);
      if (method === 'initialize') {
        const own = `s${declared.size + 1}`;
        declared.set(own, params?.['capabilities']);
        const hello = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: {} };
        return json(response, result(id, hello), 200, { 'mcp-session-id': own });
      }
      if (method === undefined || id === undefined) {
        replies.push(message);
        return void response.writeHead(202).end();
      }
      if (params?.['name'] !== 'ask') return json(response, result(id, { session }));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const question = {
        id: `q${id}`,
        method: 'elicitation/create',
        params: { message: `${id}`, elicitationId: 'e' },
      };
      response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', ...question })}\n\n`);
      waiting.push({
        id,
        end: (value) => void response.end(`data: ${JSON.stringify(result(id, value))}\n\n`),
      });
    }),
  );
  return { server, declared, waiting, replies };
}

describe('the sessions of a legacy server', () => {
  it('are one for each set of capabilities, shared by those who declare the same', async () => {
    const { server, declared } = await sessions();
    const { upstreams } = room();
    const settings = httpServer(server.url, { era: 'legacy' });
    const sessionOf = async (grant: string, capabilities?: JsonObject) => {
      const upstream = upstreams.for(settings, grant, capabilities && asking('open', capabilities));
      const answer = await call(upstream, 'session');
      return answer.kind === 'result' ? String(answer.result['session']) : '';
    };
    const sets: (JsonObject | undefined)[] = [
      undefined,
      { elicitation: {} },
      { elicitation: { url: {} } },
      { sampling: {} },
    ];
    const found = await Promise.all(
      Array.from({ length: 400 }, (_, at) => sessionOf(`g${at % 10}`, sets[at % sets.length])),
    );
    for (const [at, session] of found.entries()) expect(session).toBe(found[at % sets.length]);
    expect(new Set(found).size).toBe(sets.length);
    const expected = [{}, { elicitation: { form: {} } }, { elicitation: { url: {} } }, { sampling: {} }];
    expect(sets.map((_, at) => declared.get(found[at] ?? ''))).toEqual(expected);
  });

  const allSets = [undefined, { form: {} }, { url: {} }, { form: {}, url: {} }].flatMap((elicitation) =>
    [undefined, {}, { tools: {} }].map(
      (sampling): JsonObject => JSON.parse(JSON.stringify({ elicitation, sampling })),
    ),
  );

  it('are at most a few, beyond which nobody is asked', async () => {
    const { server, declared } = await sessions();
    const { upstreams } = room();
    const settings = httpServer(server.url, { era: 'legacy' });
    for (const [at, capabilities] of allSets.entries())
      await call(upstreams.for(settings, `g${at}`, asking('open', capabilities)), 'session');
    expect(declared.size).toBe(CAPABILITY_SETS);
  });

  it('are fewer for the sets of one grant, so that the agents of others can be asked', async () => {
    const { server, declared } = await sessions();
    const { upstreams } = room();
    const settings = httpServer(server.url, { era: 'legacy' });
    const [own = {}, ...others] = allSets.toReversed();
    for (const capabilities of others)
      await call(upstreams.for(settings, 'many', asking('open', capabilities)), 'session');
    expect(declared.size).toBe(1 + CAPABILITY_SETS_OF_GRANT);
    await call(upstreams.for(settings, 'other', asking('open', own)), 'session');
    expect([...declared.values()].at(-1)).toEqual(own);
  });

  it('are closed when their set was not used for long, but not the one for everybody', async () => {
    const clock = manualClock();
    const { server } = await sessions();
    const { upstreams } = room(clock);
    const settings = httpServer(server.url, { era: 'legacy' });
    await call(upstreams.for(settings, 'g'), 'session');
    await call(upstreams.for(settings, 'g', asking('open')), 'session');
    clock.advance(700_000);
    await until(() => server.received.some(({ method }) => method === 'DELETE'));
    const ended = server.received.filter(({ method }) => method === 'DELETE');
    expect(ended.map(({ headers }) => headers['mcp-session-id'])).toEqual(['s2']);
    expect(clock.timers()).toBe(0);
  });
});

describe('a parked exchange', () => {
  const parked = async (clock = manualClock()) => {
    const stubbed = await sessions();
    const own = room(clock);
    const upstream = own.upstreams.for(
      httpServer(stubbed.server.url, { era: 'legacy', parking: true }),
      'g',
      asking('retry'),
    );
    await upstream.describe();
    const park = async () => {
      const before = stubbed.waiting.length;
      const answer = callAsking(upstream, 'ask');
      await until(() => stubbed.waiting.length > before && clock.timers() > 1);
      clock.advance(20);
      return asked(await answer);
    };
    return { ...stubbed, clock, own, upstream, park };
  };
  const cancelledOf = (server: { received: { body: Message }[] }) =>
    server.received.flatMap(({ body }) =>
      body.method === 'notifications/cancelled' ? [body.params?.['requestId']] : [],
    );

  it('waits longer than any silence may be, without the id by which old agents find it', async () => {
    const { park, clock, upstream, waiting, replies } = await parked();
    const { inputRequests, requestState: state } = await park();
    expect(JSON.stringify(inputRequests)).not.toContain('elicitationId');
    clock.advance(599_000);
    const answer = callAsking(upstream, 'ask', { state, responses: { p0: { action: 'accept' } } });
    await until(() => replies.some(({ result: reply }) => reply?.['action'] === 'accept'));
    waiting[0]?.end({ done: true });
    expect(await answer).toMatchObject({ kind: 'result', result: { done: true } });
    // What is left is the look for lanes that nobody uses.
    expect(clock.timers()).toBe(1);
  });

  it('is given up after ten minutes, and the server is told', async () => {
    const { park, clock, upstream, server, waiting } = await parked();
    const { requestState: state } = await park();
    clock.advance(600_000);
    await until(() => cancelledOf(server).length === 1);
    expect(cancelledOf(server)).toEqual([waiting[0]?.id]);
    expect(await callAsking(upstream, 'ask', { state, responses: {} })).toMatchObject({
      kind: 'failure',
      code: 'broken',
      acted: 'maybe',
      message: expect.stringContaining('too late'),
    });
    expect(server.received.filter(({ body }) => body.method === 'tools/call')).toHaveLength(1);
  });

  it('is given up with its gateway', async () => {
    const { park, server, own, clock } = await parked();
    await park();
    await own[Symbol.asyncDispose]();
    expect(cancelledOf(server)).toHaveLength(1);
    expect(clock.timers()).toBe(0);
  });

  it('gives its answer also when the server did not wait for it', async () => {
    const { park, upstream, waiting } = await parked();
    const { requestState: state } = await park();
    waiting[0]?.end({ impatient: true });
    const answer = await callAsking(upstream, 'ask', { state, responses: { p0: { action: 'decline' } } });
    expect(answer).toMatchObject({ kind: 'result', result: { impatient: true } });
  });

  /** Calls of a grant that are asked something, so many at once; what comes of them once as many as may are parked. */
  const crowd = async (stubbed: Awaited<ReturnType<typeof parked>>, grant: string, count: number) => {
    const { clock, own, server, waiting } = stubbed;
    const settings = httpServer(server.url, { era: 'legacy', parking: true });
    const upstream = own.upstreams.for(settings, grant, asking('retry'));
    const before = waiting.length;
    const answers = Array.from({ length: count }, () => callAsking(upstream, 'ask'));
    await until(() => waiting.length === before + count);
    // All of them are answered within this time, which must not begin before the last question has come.
    const answered = Promise.all(answers);
    let isAnswered = false;
    void answered.then(() => {
      isAnswered = true;
    });
    await until(() => {
      clock.advance(20);
      return isAnswered;
    });
    return answered;
  };
  const NO_PLACE = { kind: 'failure', code: 'input_missing', acted: 'maybe' };

  it('has a place only among those of its grant; beyond them the call ends, and nobody answers in its name', async () => {
    const stubbed = await parked();
    const { server, replies } = stubbed;
    const answers = await crowd(stubbed, 'many', PARKED_OF_GRANT + 1);
    const refused = answers.filter(({ kind }) => kind !== 'input_required');
    expect(refused).toMatchObject([{ ...NO_PLACE, message: expect.stringContaining('call again') }]);
    await until(() => cancelledOf(server).length === 1);
    expect(replies.filter(({ result: reply }) => reply !== undefined)).toEqual([]);
    expect(await crowd(stubbed, 'other', 1)).toMatchObject([{ kind: 'input_required' }]);
  });

  it('has a place only among those of all grants together', async () => {
    const stubbed = await parked();
    for (let taken = 0; taken < PARKED_PER_SERVER; taken += PARKED_OF_GRANT)
      await crowd(stubbed, `g${taken}`, PARKED_OF_GRANT);
    expect(await crowd(stubbed, 'late', 1)).toMatchObject([NO_PLACE]);
  });

  it('is never begun again by a state that is not known, whatever the caller declares', async () => {
    const { server, own } = await parked();
    const settings = httpServer(server.url, { era: 'legacy', parking: true });
    for (const capabilities of [{}, { roots: {} }]) {
      const upstream = own.upstreams.for(settings, 'g', asking('retry', capabilities));
      expect(await callAsking(upstream, 'ask', { state: 'made up' })).toMatchObject({
        code: 'broken',
        acted: 'maybe',
      });
    }
    expect(server.received.filter(({ body }) => body.method === 'tools/call')).toEqual([]);
  });
});

describe('answers on one shared connection', () => {
  it.each(['http', 'stdio'] as const)(
    'over %s are each for their own call, a few thousand at once',
    async (kind) => {
      const { upstreams } = room();
      const settings = await oldServer(kind);
      const texts = Array.from({ length: 2_500 }, (_, at) => `marker ${at}`);
      const answers = await Promise.all(
        texts.map((text, at) =>
          call(upstreams.for(settings, `g${at % 11}`, asking('open')), 'echo', { text }),
        ),
      );
      expect(answers.map(textOf)).toEqual(texts);
    },
  );
});
