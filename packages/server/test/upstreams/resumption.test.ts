import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RESUME_SHORTEST_WAIT_MS } from '../../src/upstreams/bounds.ts';
import { callAsking, stage } from './agents.ts';
import { call, httpServer, json, type Message, result, stub, until } from './fixtures.ts';
import { manualClock } from './manual-clock.ts';

const { keep, room } = stage();

const hello = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: {} };

type Handlers = {
  readonly onCall: (message: Message, response: ServerResponse) => void;
  readonly onGet: (lastEventId: string | undefined, response: ServerResponse) => void;
};

/** A legacy server that cuts its streams as the test says. */
async function cutting({ onCall, onGet }: Handlers, clock = manualClock()) {
  const server = keep(
    await stub((message, response, request) => {
      const header = request.headers['last-event-id'];
      if (request.method === 'GET') return onGet(typeof header === 'string' ? header : undefined, response);
      if (message.method === 'initialize')
        return json(response, result(message.id, hello), 200, { 'mcp-session-id': 's1' });
      if (message.method !== 'tools/call') return void response.writeHead(202).end();
      onCall(message, response);
    }),
  );
  const upstream = room(clock).upstreams.for(httpServer(server.url, { era: 'legacy' }), 'g');
  await upstream.describe();
  const calls = () => server.received.filter(({ body }) => body.method === 'tools/call').length;
  const gets = () =>
    server.received.filter(({ method }) => method === 'GET').map(({ headers }) => headers['last-event-id']);
  return { upstream, server, clock, calls, gets };
}

function stream(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(text);
}

const said = (id: string, message: object) =>
  `id: ${id}\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;

describe('a stream that breaks before its answer', () => {
  it('is read on after the wait that the server asks for, with progress and answer, and nothing is sent again', async () => {
    let callId: number | undefined;
    const broken = Promise.withResolvers<void>();
    const { upstream, server, clock, calls, gets } = await cutting({
      onCall: ({ id }, response) => {
        callId = id;
        stream(response, 'id: p1\nretry: 300\ndata:\n\n');
        response.write(
          said('e1', { method: 'notifications/progress', params: { progressToken: id, progress: 1 } }),
        );
        void broken.promise.then(() => response.destroy());
      },
      onGet: (last, response) => {
        if (last !== 'e1') return void response.writeHead(400).end();
        stream(
          response,
          said('e2', { method: 'notifications/progress', params: { progressToken: callId, progress: 2 } }),
        );
        response.end(said('e3', { id: callId, result: { ok: 1 } }));
      },
    });
    const heard: unknown[] = [];
    const { signal } = new AbortController();
    const answer = upstream.send({
      method: 'tools/call',
      params: { name: 'a' },
      signal,
      wantsProgress: true,
      onNotification: ({ params }) => heard.push(params['progress']),
    });
    // The stream of the session, which this server refuses, is asked for with the call.
    await until(() => heard.length === 1 && gets().length === 1 && clock.timers() === 0);
    broken.resolve();
    await until(() => clock.timers() > 0);
    clock.advance(299);
    expect(gets()).toEqual([undefined]);
    clock.advance(1);
    expect(await answer).toMatchObject({ kind: 'result', result: { ok: 1 } });
    expect(heard).toEqual([1, 2]);
    expect(calls()).toBe(1);
    expect(server.received.at(-1)?.headers).toMatchObject({
      'mcp-session-id': 's1',
      'mcp-protocol-version': '2025-11-25',
      accept: 'text/event-stream',
    });
  });

  it.each([
    ['100', 100],
    ['0', RESUME_SHORTEST_WAIT_MS],
  ])(
    'is read on over several streams, when the server ends them to be polled every %s ms',
    async (retry, waitMs) => {
      let polls = 0;
      let callId: number | undefined;
      const { upstream, clock, gets } = await cutting({
        onCall: ({ id }, response) => {
          callId = id;
          stream(response, `id: 0\nretry: ${retry}\ndata: \n\n`);
          response.end();
        },
        onGet: (_, response) => {
          polls += 1;
          stream(
            response,
            polls < 9 ? `id: ${polls}\ndata: \n\n` : said('x', { id: callId, result: { polls } }),
          );
          response.end();
        },
      });
      const answer = call(upstream, 'a');
      for (let poll = 0; poll < 9; poll += 1) {
        await until(() => clock.timers() > 0 && gets().length === poll);
        clock.advance(waitMs - 1);
        await pause(10);
        expect(gets().length).toBe(poll);
        clock.advance(1);
        await until(() => gets().length === poll + 1);
      }
      expect(await answer).toMatchObject({ result: { polls: 9 } });
      expect(gets()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
    },
  );

  it('without an id is broken', async () => {
    const { upstream, calls, gets } = await cutting({
      onCall: (_, response) => {
        stream(response, 'data:\n\n');
        response.end();
      },
      onGet: (_, response) => void response.writeHead(405).end(),
    });
    expect(await call(upstream, 'a')).toMatchObject({ kind: 'failure', code: 'broken', acted: 'maybe' });
    expect([calls(), gets()]).toEqual([1, []]);
  });

  it.each([400, 404, 405])('is broken when the server answers %i to reading on', async (status) => {
    const { upstream, clock, calls } = await cutting({
      onCall: (_, response) => {
        stream(response, 'id: 1\ndata:\n\n');
        response.end();
      },
      onGet: (_, response) => void response.writeHead(status).end(),
    });
    const answer = call(upstream, 'a');
    await until(() => clock.timers() > 0);
    clock.advance(1_000);
    expect(await answer).toMatchObject({ kind: 'failure', code: 'broken', acted: 'maybe' });
    expect(calls()).toBe(1);
  });

  it('is given up after five streams without an event', async () => {
    const { upstream, clock, gets } = await cutting({
      onCall: (_, response) => {
        stream(response, 'id: 1\ndata:\n\n');
        response.end();
      },
      onGet: (_, response) => {
        stream(response, ': nothing\n\n');
        response.end();
      },
    });
    const answer = call(upstream, 'a');
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await until(() => clock.timers() > 0 && gets().length === attempt);
      clock.advance(1_000);
      await until(() => gets().length === attempt + 1);
    }
    expect(await answer).toMatchObject({ code: 'broken', acted: 'maybe' });
    expect(gets()).toHaveLength(5);
    expect(clock.timers()).toBe(0);
  });

  it('is not read on for an agent that went away, and the server is told', async () => {
    const { upstream, server, clock, gets } = await cutting({
      onCall: (_, response) => {
        stream(response, 'id: 1\ndata:\n\n');
        response.end();
      },
      onGet: (_, response) => void response.writeHead(405).end(),
    });
    const agent = new AbortController();
    const answer = callAsking(upstream, 'a', { signal: agent.signal });
    await until(() => clock.timers() > 0);
    agent.abort();
    expect(await answer).toMatchObject({ code: 'cancelled', acted: 'maybe' });
    await until(() => server.received.some(({ body }) => body.method === 'notifications/cancelled'));
    clock.advance(60_000);
    expect(gets()).toEqual([]);
  });
});
