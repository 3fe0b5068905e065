import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { CONNECTIONS_OF_STREAMS } from '../../src/upstreams/bounds.ts';
import type { AgentReply, Question } from '../../src/upstreams/index.ts';
import { type CallOptions, callAsking, asking as declaring, stage } from './agents.ts';
import { httpServer, json, type Message, result, stub, until } from './fixtures.ts';
import { manualClock } from './manual-clock.ts';

const { keep, room } = stage();

const hello = {
  protocolVersion: '2025-11-25',
  capabilities: { logging: {}, tools: { listChanged: true } },
  serverInfo: {},
};

// As servers in Go write them, some of which answer calls with plain JSON, and in this order.
const SAMPLING =
  '{"jsonrpc":"2.0","id":1,"params":{"messages":[{"role":"user","content":{"type":"text","text":"hi"}}],"maxTokens":100},"method":"sampling/createMessage"}';
const TAKEN_BACK = '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}';
const LOG =
  '{"jsonrpc":"2.0","method":"notifications/message","params":{"data":{"x":1},"level":"warning","logger":"l"}}';
const progressOf = (token: unknown) =>
  `{"jsonrpc":"2.0","method":"notifications/progress","params":{"message":"m1","progress":0.5,"progressToken":${JSON.stringify(token)},"total":2}}`;

const everything = { elicitation: { form: {} }, sampling: {} };
const sampled: AgentReply = {
  kind: 'result',
  result: { role: 'assistant', model: 'm', content: { type: 'text', text: 'sampled' } },
};

/** A legacy server that says everything on the stream of its session, and answers a call when the test says so. */
async function speakingBeside({ isWatched = true } = {}) {
  const side = Promise.withResolvers<ServerResponse>();
  const calls: { readonly id: number | undefined; readonly answer: () => void }[] = [];
  const replies: Message[] = [];
  const server = keep(
    await stub((message, response, { method }) => {
      const { id } = message;
      if (method === 'GET') {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        return side.resolve(response);
      }
      if (message.method === 'initialize')
        return json(response, result(id, hello), 200, { 'mcp-session-id': 's1' });
      if (message.method === 'tools/call')
        return void calls.push({ id, answer: () => json(response, result(id, { content: [] })) });
      if (message.method === 'logging/setLevel') return json(response, result(id, {}));
      if (message.method === undefined) replies.push(message);
      response.writeHead(202).end();
    }),
  );
  const clock = manualClock();
  const settings = httpServer(server.url, { era: 'legacy' });
  const { upstreams } = room(clock);
  const asking = isWatched ? declaring('open', everything) : undefined;
  const upstream = upstreams.for(settings, 'g', asking);
  if (isWatched) keep(await upstream.watch({ lists: ['tools'], resources: [] }, () => {}));
  const say = (text: string) =>
    side.promise.then((stream) => void stream.write(`event: message\ndata: ${text}\n\n`));
  if (isWatched) await side.promise;
  return { clock, upstream, calls, replies, say };
}

type Server = Awaited<ReturnType<typeof speakingBeside>>;

async function begin({ calls, upstream }: Server, options: CallOptions = {}) {
  const before = calls.length;
  const answer = callAsking(upstream, 'a', options);
  await until(() => calls.length > before);
  const { answer: finish, id } = calls[before] ?? {};
  return { answer, id, finish: () => finish?.() };
}

it('costs no session where a server has no such stream, and says 404', async () => {
  const posted: string[] = [];
  const server = keep(
    await stub(({ id, method: asked = '' }, response, { method }) => {
      if (method !== 'POST') return void response.writeHead(404).end('Cannot GET /mcp');
      posted.push(asked);
      if (asked === 'initialize') return json(response, result(id, hello), 200, { 'mcp-session-id': 's1' });
      if (id === undefined) return void response.writeHead(202).end();
      json(response, result(id, { content: [] }));
    }),
  );
  const settings = httpServer(server.url, { era: 'legacy' });
  const upstream = room(manualClock()).upstreams.for(settings, 'g', declaring('open', everything));
  keep(await upstream.watch({ lists: ['tools'], resources: [] }, () => {}));
  for (const name of ['a', 'b', 'c'])
    expect(await callAsking(upstream, name)).toMatchObject({ kind: 'result' });
  expect(posted.filter((method) => method === 'initialize')).toHaveLength(1);
});

describe('what a legacy server says on the stream of its session', () => {
  it('is a question to the agent whose call is the only one', async () => {
    const server = await speakingBeside();
    const questions: Question[] = [];
    const ask = async (question: Question) => {
      questions.push(question);
      return sampled;
    };
    const { answer, finish } = await begin(server, { ask });
    server.say(SAMPLING);
    await until(() => server.replies.length === 1);
    finish();
    expect(await answer).toMatchObject({ kind: 'result' });
    expect(questions).toMatchObject([{ method: 'sampling/createMessage', params: { maxTokens: 100 } }]);
    expect(server.replies).toEqual([{ jsonrpc: '2.0', id: 1, result: sampled.result }]);
  });

  it('takes a question back', async () => {
    const server = await speakingBeside();
    let isOver = false;
    const ask = (_question: Question, over: AbortSignal) => {
      server.say(TAKEN_BACK);
      return new Promise<AgentReply>((resolve) => {
        over.addEventListener('abort', () => {
          isOver = true;
          resolve(sampled);
        });
      });
    };
    const { answer, finish } = await begin(server, { ask });
    server.say(SAMPLING);
    await until(() => isOver);
    finish();
    await answer;
    expect(server.replies).toEqual([]);
  });

  it('is progress of the call whose token it has, and a log message of the only agent that has calls', async () => {
    const server = await speakingBeside();
    const heard: unknown[][] = [[], []];
    const hear = (at: number): CallOptions => ({
      agentSession: 'session of one agent',
      onNotification: ({ method, params }) => heard[at]?.push([method, params['progress'] ?? params['data']]),
    });
    const first = await begin(server, { ...hear(0), logLevel: 'info' });
    const second = await begin(server, hear(1));
    server.say(progressOf(second.id));
    server.say(progressOf(first.id));
    server.say(progressOf(99));
    server.say(LOG);
    await until(() => heard.flat().length === 3);
    first.finish();
    second.finish();
    await Promise.all([first.answer, second.answer]);
    expect(heard).toEqual([
      [
        ['notifications/progress', 0.5],
        ['notifications/message', { x: 1 }],
      ],
      [['notifications/progress', 0.5]],
    ]);
  });

  it.each([
    ['progress', { wantsProgress: true }, (id: unknown) => progressOf(id)],
    ['log messages', { logLevel: 'info' }, () => LOG],
  ] as const)(
    'is heard by a call that wants %s where nobody watches and nobody can be asked',
    async (_, wants, text) => {
      const server = await speakingBeside({ isWatched: false });
      const heard: string[] = [];
      const { answer, finish, id } = await begin(server, {
        ...wants,
        onNotification: ({ method }) => heard.push(method),
      });
      // As servers in Kotlin say it, whose answers come as plain JSON.
      await server.say(text(id));
      await until(() => heard.length === 1);
      finish();
      expect(await answer).toMatchObject({ kind: 'result' });
    },
  );

  it('is put to nobody while two calls could have caused it, or none, or one that was given up', async () => {
    const server = await speakingBeside();
    const refusal = { jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'Method not found' } };
    const ask = async (): Promise<AgentReply> => {
      throw new Error('expected no question');
    };
    server.say(SAMPLING);
    await until(() => server.replies.length === 1);
    const first = await begin(server, { ask });
    const second = await begin(server, { ask });
    server.say(SAMPLING);
    await until(() => server.replies.length === 2);
    first.finish();
    second.finish();
    await Promise.all([first.answer, second.answer]);
    const giveUp = new AbortController();
    const third = await begin(server, { ask, signal: giveUp.signal });
    giveUp.abort();
    await third.answer;
    const fourth = await begin(server, { ask });
    server.say(SAMPLING);
    await until(() => server.replies.length === 3);
    fourth.finish();
    await fourth.answer;
    expect(server.replies).toEqual([refusal, refusal, refusal]);
  });
});

describe('the streams of more sessions than one server has connections for', () => {
  it('take no place from calls and handshakes', async () => {
    let sessions = 0;
    const server = keep(
      await stub(({ id, method }, response, request) => {
        if (request.method === 'GET')
          return response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        if (method === 'initialize') {
          sessions += 1;
          return json(response, result(id, hello), 200, { 'mcp-session-id': `s${sessions}` });
        }
        if (method === 'tools/call') return json(response, result(id, { content: [] }));
        response.writeHead(202).end();
      }),
    );
    const settings = httpServer(server.url, { era: 'legacy', isolation: 'grant' });
    const { upstreams } = room();
    const callOf = (grant: number) =>
      callAsking(upstreams.for(settings, `g${grant}`, declaring('open', everything)), 'a', {});
    const AT_ONCE = 64;
    const kinds = new Set<string>();
    for (let first = 0; first <= CONNECTIONS_OF_STREAMS; first += AT_ONCE) {
      const calls = Array.from({ length: AT_ONCE }, (_, more) => callOf(first + more));
      for (const { kind } of await Promise.all(calls)) kinds.add(kind);
    }
    expect([...kinds]).toEqual(['result']);
    expect(sessions).toBe(CONNECTIONS_OF_STREAMS + AT_ONCE);
  }, 60_000);
});
