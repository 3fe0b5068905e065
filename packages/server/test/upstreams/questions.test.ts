import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { AgentReply, Asking, Question } from '../../src/upstreams/index.ts';
import { asked, asking, callAsking, type OldKind, stage, textOf } from './agents.ts';
import { call, httpServer, listening, scriptServer } from './fixtures.ts';

const { keep, room, oldServer, newServer } = stage();

const everything = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} };
const accept = (name: string): AgentReply => ({
  kind: 'result',
  result: { action: 'accept', content: { name } },
});

const sampled: AgentReply = {
  kind: 'result',
  result: { role: 'assistant', model: 'm', content: { type: 'text', text: 'sampled' } },
};

describe.each<OldKind>(['http', 'sse', 'stdio'])('a legacy server over %s', (kind) => {
  it('asks the agent while its request is open, everything that it declared', async () => {
    const settings = await oldServer(kind, { isolation: 'grant' });
    const upstream = room().upstreams.for(settings, 'g', asking('open', everything));
    const questions: Question[] = [];
    const ask = async (question: Question): Promise<AgentReply> => {
      questions.push(question);
      if (question.method === 'roots/list')
        return { kind: 'result', result: { roots: [{ uri: 'file:///a' }] } };
      if (question.method === 'elicitation/create') return accept('Ada');
      return { kind: 'error', error: { code: -1, message: 'User rejected sampling request' } };
    };
    expect(textOf(await callAsking(upstream, 'ask', { args: { message: 'who?' }, ask }))).toEqual({
      action: 'accept',
      content: { name: 'Ada' },
    });
    expect(textOf(await callAsking(upstream, 'roots', { ask }))).toEqual({ roots: [{ uri: 'file:///a' }] });
    expect(await callAsking(upstream, 'sample', { ask })).toMatchObject({
      kind: 'result',
      result: { isError: true, content: [{ text: expect.stringContaining('User rejected') }] },
    });
    expect(questions.map(({ method }) => method)).toEqual([
      'elicitation/create',
      'roots/list',
      'sampling/createMessage',
    ]);
    expect(questions[0]?.params).toMatchObject({ message: 'who?', mode: 'form' });
  });

  it('asks the agent also where its question names no call, if only one can have caused it', async () => {
    const settings = await oldServer(kind, { isolation: 'grant' });
    const upstream = room().upstreams.for(settings, 'g', asking('open', everything));
    const roots = { roots: [{ uri: 'file:///a' }] };
    const ask = async ({ method }: Question): Promise<AgentReply> => {
      if (method === 'roots/list') return { kind: 'result', result: roots };
      if (method === 'elicitation/create') return accept('Ada');
      return { kind: 'error', error: { code: -1, message: 'User rejected sampling request' } };
    };
    const answers = [
      { action: 'accept', content: { name: 'Ada' } },
      roots,
      expect.stringContaining('User rejected'),
    ];
    expect(textOf(await callAsking(upstream, 'ask-aside', { ask }))).toEqual(answers);
    const stop = new AbortController();
    const other = callAsking(upstream, 'wait', { ask, signal: stop.signal });
    const nobody = [{ action: 'cancel' }, { roots: [] }, expect.stringContaining('Method not found')];
    expect(textOf(await callAsking(upstream, 'ask-aside', { ask }))).toEqual(nobody);
    stop.abort();
    await other;
    // It may still run, and ask.
    expect(textOf(await callAsking(upstream, 'ask-aside', { ask }))).toEqual(nobody);
  });

  it('asks the agent where its question names no call, if only that agent can have caused it', async () => {
    const settings = await oldServer(kind, { isolation: 'grant' });
    const upstream = room().upstreams.for(settings, 'g', asking('open', everything));
    const ask = async ({ method }: Question): Promise<AgentReply> => {
      if (method === 'roots/list') return { kind: 'result', result: { roots: [] } };
      return method === 'elicitation/create' ? accept('Ada') : sampled;
    };
    const isAsked = async (agentSession: string) =>
      JSON.stringify(textOf(await callAsking(upstream, 'ask-aside', { ask, agentSession }))).includes('Ada');
    const stop = new AbortController();
    const other = callAsking(upstream, 'wait', { ask, agentSession: 'a', signal: stop.signal });
    expect([await isAsked('a'), await isAsked('b')]).toEqual([true, false]);
    stop.abort();
    await other;
    // It may still run, and ask.
    expect([await isAsked('a'), await isAsked('b')]).toEqual([true, false]);
  });

  it('asks nobody for roots where grants share its session', async () => {
    const upstream = room().upstreams.for(await oldServer(kind), 'g', asking('open', everything));
    const ask = async (question: Question): Promise<AgentReply> => {
      throw new Error(`expected no question, found ${question.method}`);
    };
    expect(textOf(await callAsking(upstream, 'roots', { ask }))).toEqual({ roots: [] });
    expect(textOf(await call(upstream, 'capabilities'))).not.toHaveProperty('roots');
  });

  it('is told only what the caller declared', async () => {
    const settings = await oldServer(kind, { parking: true });
    const { upstreams } = room();
    const declared = async (capabilities?: Asking) =>
      textOf(await call(upstreams.for(settings, 'g', capabilities), 'capabilities'));
    expect(await declared()).toEqual({});
    expect(await declared(asking('open', { elicitation: {}, tasks: {} }))).toEqual({
      elicitation: { form: {} },
    });
    expect(await declared(asking('retry', { sampling: { tools: {} } }))).toEqual({ sampling: { tools: {} } });
    const careful = await oldServer(kind, { id: 'careful', slug: 'careful' });
    expect(textOf(await call(upstreams.for(careful, 'g', asking('retry')), 'capabilities'))).toEqual({});
  });

  it('is answered by the gateway when nobody can be asked', async () => {
    const upstream = room().upstreams.for(await oldServer(kind), 'g', asking('open'));
    const answer = await callAsking(upstream, 'ask', { args: { message: 'who?' } });
    expect(textOf(answer)).toEqual({ action: 'cancel' });
  });

  it('is parked while an agent that must call again is asked, over two rounds', async () => {
    const upstream = room().upstreams.for(await oldServer(kind, { parking: true }), 'g', asking('retry'));
    const first = asked(await callAsking(upstream, 'ask-twice'));
    expect(first.inputRequests).toMatchObject({
      p0: { method: 'elicitation/create', params: { message: 'first' } },
      p1: { method: 'elicitation/create', params: { message: 'second' } },
    });
    expect(first.requestState.length).toBeGreaterThan(40);
    const responses = { p0: { action: 'decline' }, p1: { action: 'cancel' }, p9: { action: 'accept' } };
    const second = asked(await callAsking(upstream, 'ask-twice', { responses, state: first.requestState }));
    expect(second.inputRequests).toMatchObject({ p2: { params: { message: 'third' } } });
    expect(second.requestState).not.toBe(first.requestState);
    const last = await callAsking(upstream, 'ask-twice', {
      responses: { p2: { action: 'accept', content: { name: 'x' } } },
      state: second.requestState,
    });
    expect(textOf(last)).toEqual([
      { action: 'decline' },
      { action: 'cancel' },
      { action: 'accept', content: { name: 'x' } },
    ]);
  });

  it('is asked again for what a round left out, and opens no state twice or for somebody else', async () => {
    const { upstreams } = room();
    const settings = await oldServer(kind, { parking: true });
    const upstream = upstreams.for(settings, 'g', asking('retry'));
    const first = asked(await callAsking(upstream, 'ask', { args: { message: 'who?' } }));
    const gone = {
      kind: 'failure',
      code: 'broken',
      acted: 'maybe',
      message: expect.stringContaining('call again'),
    };
    const other = upstreams.for(settings, 'other', asking('retry'));
    const responses = { p0: { action: 'decline' } };
    const { requestState: state } = first;
    expect(await callAsking(other, 'ask', { responses, state })).toMatchObject(gone);
    expect(await callAsking(upstream, 'ask', { responses, state: `${state}x` })).toMatchObject(gone);
    const second = asked(await callAsking(upstream, 'ask', { responses: {}, state }));
    expect(second.inputRequests).toEqual(first.inputRequests);
    expect(await callAsking(upstream, 'ask', { responses, state })).toMatchObject(gone);
    const last = await callAsking(upstream, 'ask', { responses, state: second.requestState });
    expect(textOf(last)).toEqual({ action: 'decline' });
    expect(await callAsking(upstream, 'ask', { responses, state: second.requestState })).toMatchObject(gone);
  });

  it('asks for a visit by an error, which is a question for those who call again', async () => {
    const { upstreams } = room();
    const settings = await oldServer(kind);
    const urls = { elicitation: { url: {} } };
    const retrying = await callAsking(upstreams.for(settings, 'g', asking('retry', urls)), 'visit');
    expect(retrying).toMatchObject({
      kind: 'input_required',
      inputRequests: {
        u0: {
          method: 'elicitation/create',
          params: { mode: 'url', url: 'https://example.com/', message: 'sign in' },
        },
      },
    });
    expect(JSON.stringify(retrying)).not.toContain('e1');
    const error = {
      kind: 'error',
      error: { code: -32042, data: { elicitations: [{ elicitationId: 'e1' }] } },
    };
    expect(await callAsking(upstreams.for(settings, 'g', asking('open', urls)), 'visit')).toMatchObject(
      error,
    );
    expect(await callAsking(upstreams.for(settings, 'g', asking('retry')), 'visit')).toMatchObject(error);
  });
});

describe('a legacy server that is parked', () => {
  it('keeps two exchanges apart', async () => {
    const upstream = room().upstreams.for(await oldServer('http', { parking: true }), 'g', asking('retry'));
    const parked = await Promise.all(
      ['a', 'b'].map(async (message) => asked(await callAsking(upstream, 'ask', { args: { message } }))),
    );
    expect(parked.map(({ inputRequests }) => inputRequests['p0'])).toMatchObject([
      { params: { message: 'a' } },
      { params: { message: 'b' } },
    ]);
    const answers = await Promise.all(
      parked.map(({ requestState: state }, at) =>
        callAsking(upstream, 'ask', {
          responses: { p0: { action: 'accept', content: { name: `${at}` } } },
          state,
        }),
      ),
    );
    expect(answers.map(textOf)).toMatchObject([{ content: { name: '0' } }, { content: { name: '1' } }]);
  });
});

describe('a modern server', () => {
  it.each(['http', 'stdio'] as const)(
    'over %s asks by its result, and gets answers and state back',
    async (kind) => {
      const { upstreams } = room();
      const settings = await newServer(kind);
      for (const by of ['open', 'retry'] as const) {
        const upstream = upstreams.for(settings, 'g', asking(by));
        const question = asked(await callAsking(upstream, 'ask'));
        expect(question.requestState).toBe(' opaque "é" ');
        expect(question.inputRequests).toMatchObject({
          who: { method: 'elicitation/create', params: { message: 'who?' } },
        });
        const responses = { who: { action: 'accept', content: { name: 'Ada' } } };
        expect(
          textOf(await callAsking(upstream, 'ask', { responses, state: question.requestState })),
        ).toMatchObject({ given: { name: 'Ada' } });
      }
      // The server itself refuses to ask somebody who declared nothing.
      expect(await callAsking(upstreams.for(settings, 'g'), 'ask')).toMatchObject({
        kind: 'error',
        error: { code: -32021 },
      });
    },
  );

  it.each(['http', 'stdio'] as const)(
    'over %s is told with each request what its caller declared',
    async (kind) => {
      const { upstreams } = room();
      const settings = await newServer(kind);
      const declared = async (capabilities?: Asking) =>
        textOf(await call(upstreams.for(settings, 'g', capabilities), 'capabilities'));
      const ui = { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/html;profile=mcp-app'] } };
      const sets = [
        asking('open', everything),
        asking('retry', { extensions: { ...ui, 'com.example/x': {} } }),
        undefined,
      ];
      expect(await Promise.all(sets.map(declared))).toEqual([everything, { extensions: ui }, {}]);
    },
  );
});

describe('a server that asks before anybody called', () => {
  /** Asks for the roots as soon as it may; a call is answered with what it was told of them. */
  const program = `
    let roots, called;
    const answer = () => roots && called && say({ id: called, result: { content: [{ type: 'text', text: roots }] } });
    onMessage = (m) => {
      if (m.method === 'notifications/initialized') say({ id: 'roots', method: 'roots/list' });
      if (m.method === 'ping') say({ id: m.id, result: {} });
      if (m.id === 'roots') roots = JSON.stringify(m.result);
      if (m.method === 'tools/call') called = m.id;
      answer();
    };`;

  it('is not told what the agent says whose call made it start', async () => {
    const upstream = room().upstreams.for(scriptServer(program), 'g', asking('open', everything));
    const ask = async (): Promise<AgentReply> => ({
      kind: 'result',
      result: { roots: [{ uri: 'file:///' }] },
    });
    expect(textOf(await callAsking(upstream, 'any', { ask }))).toEqual({ roots: [] });
  });
});

describe('a legacy server over HTTP and the stream of its session', () => {
  const answers = {
    initialize: {
      protocolVersion: '2025-11-25',
      capabilities: { tools: {} },
      serverInfo: { name: 'x', version: '1' },
    },
    'tools/call': { content: [{ type: 'text', text: '"done"' }] },
  };
  type Posted = { readonly id?: number; readonly method?: keyof typeof answers; readonly result?: unknown };
  const serve = async (onStream: (response: ServerResponse) => void, posted: Posted[] = []) => {
    const server = await listening(async (request, response) => {
      if (request.method === 'GET') {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        return onStream(response);
      }
      // What the gateway posts is JSON.
      const message = JSON.parse((await request.toArray()).join('') || '{}') as Posted;
      posted.push(message);
      if (message.id === undefined || message.method === undefined) return response.writeHead(202).end();
      const result = answers[message.method] ?? {};
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's' });
      return response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
    });
    keep(server);
    const target = {
      kind: 'http',
      url: server.url,
      headers: {},
      allowPrivate: true,
      transport: 'http',
    } as const;
    return httpServer(server.url, { era: 'legacy', isolation: 'grant', target });
  };
  const ask = async (): Promise<AgentReply> => ({ kind: 'result', result: { roots: [{ uri: 'file:///' }] } });

  it('is not told what the agent says whose call opened it', async () => {
    const posted: Posted[] = [];
    const early = { jsonrpc: '2.0', id: 70, method: 'roots/list' };
    const settings = await serve((stream) => stream.write(`data: ${JSON.stringify(early)}\n\n`), posted);
    const upstream = room().upstreams.for(settings, 'g', asking('open', everything));
    expect(textOf(await callAsking(upstream, 'any', { ask }))).toBe('done');
    expect(posted.find(({ id }) => id === 70)?.result).toEqual({ roots: [] });
  });

  it('is not asked for its stream with every call when it ends that at once', async () => {
    let opened = 0;
    const settings = await serve((stream) => {
      opened += 1;
      stream.end();
    });
    const upstream = room().upstreams.for(settings, 'g', asking('open', everything));
    for (const name of ['a', 'b', 'c'])
      expect(textOf(await callAsking(upstream, name, { ask }))).toBe('done');
    expect(opened).toBe(1);
  });
});
