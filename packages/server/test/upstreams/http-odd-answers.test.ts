import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { call, httpServer, json, type Message, opened, result, stub } from './fixtures.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

/** What a legacy server gives for one call, the session around it being as it should. */
async function answerOf(answer: (message: Message, response: ServerResponse) => void) {
  const server = await stub((message, response) => {
    if (message.method === 'tools/call') return answer(message, response);
    if (message.method !== 'initialize') return void response.writeHead(202).end();
    const hello = { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: {} };
    json(response, result(message.id, hello));
  });
  const room = opened();
  open.push(server, room);
  return call(room.upstreams.for(httpServer(server.url, { era: 'legacy' }), 'g'), 'any');
}

const ANSWER = { content: [{ type: 'text', text: 'done' }] };
const event = (message: object): string => `event: message\ndata: ${JSON.stringify(message)}\n\n`;

/** All of these reach a client that connects directly. */
describe('an answer that is odd and in order', () => {
  it.each([
    ['a time of day', 'event: ping\ndata: 2026-07-28T00:00:00Z\n\n'],
    ['an object', 'event: heartbeat\ndata: {}\n\n'],
    ['an answer', `event: other\ndata: ${JSON.stringify(result(2, { content: [] }))}\n\n`],
  ])('comes on a stream after an event of another name with %s', async (_what, sign) => {
    const given = await answerOf(({ id }, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(sign + event(result(id, ANSWER)));
    });
    expect(given).toMatchObject({ kind: 'result', result: ANSWER });
  });

  it.each(['Application/JSON', 'APPLICATION/JSON; charset=UTF-8'])('has the type %s', async (type) => {
    const given = await answerOf(({ id }, response) => {
      response.writeHead(200, { 'content-type': type }).end(JSON.stringify(result(id, ANSWER)));
    });
    expect(given).toMatchObject({ kind: 'result', result: ANSWER });
  });

  it('is a stream of the type Text/Event-Stream', async () => {
    const given = await answerOf(({ id }, response) => {
      response.writeHead(200, { 'content-type': 'Text/Event-Stream' }).end(event(result(id, ANSWER)));
    });
    expect(given).toMatchObject({ kind: 'result', result: ANSWER });
  });

  it.each(['application/json', 'text/event-stream'])('begins with a byte order mark, as %s', async (type) => {
    const given = await answerOf(({ id }, response) => {
      const message = result(id, ANSWER);
      const text = type === 'application/json' ? JSON.stringify(message) : event(message);
      response.writeHead(200, { 'content-type': type }).end(`\ufeff${text}`);
    });
    expect(given).toMatchObject({ kind: 'result', result: ANSWER });
  });
});

it('an answer with two types is read by the first of them', async () => {
  const given = await answerOf(({ id }, response) => {
    response.writeHead(200, [
      ['content-type', 'application/json'],
      ['content-type', 'text/html'],
    ]);
    response.end(JSON.stringify(result(id, ANSWER)));
  });
  expect(given).toMatchObject({ kind: 'result', result: ANSWER });
});
