import { describe, expect, it } from 'vitest';
import type { AgentReply, Question } from '../../src/upstreams/index.ts';
import { asking, callAsking, stage } from './agents.ts';
import { httpServer, json, type Message, result, scriptServer, stub, until } from './fixtures.ts';

const { keep, room } = stage();

const QUESTION = { id: 'q', method: 'elicitation/create', params: { message: 'Which?' } };
const TAKEN_BACK = { method: 'notifications/cancelled', params: { requestId: 'q' } };
/** What takes time at the server. */
const WORK = [{ method: 'notifications/work' }, { method: 'notifications/work' }];
const answered = (text: string) => ({ content: [{ type: 'text', text }] });

/** An agent that is asked and never answers. */
function silent() {
  const asked: { readonly question: Question; readonly over: AbortSignal }[] = [];
  const ask = (question: Question, over: AbortSignal): Promise<AgentReply> => {
    asked.push({ question, over });
    return new Promise((resolve) => {
      const gone: AgentReply = { kind: 'error', error: { code: -32603, message: 'gone' } };
      over.addEventListener('abort', () => resolve(gone), { once: true });
    });
  };
  return { asked, ask };
}

/** A legacy server over Streamable HTTP that says these things to a call, in this order, a little apart. */
async function overHttp(...said: readonly object[]) {
  const server = keep(
    await stub((message: Message, response) => {
      if (message.method === 'initialize') {
        const hello = { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: {} };
        return json(response, result(message.id, hello));
      }
      if (message.method !== 'tools/call') return void response.writeHead(202).end();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      said.forEach((one, at) => {
        const id = 'result' in one ? { id: message.id } : {};
        const text = `data: ${JSON.stringify({ jsonrpc: '2.0', ...id, ...one })}\n\n`;
        setTimeout(() => response.write(text), at * 60);
      });
    }),
  );
  return {
    settings: httpServer(server.url, { era: 'legacy', parking: true }),
    replies: () => server.received.filter(({ body }) => body.method === undefined && body.id !== undefined),
  };
}

/** The same over standard output; a reply to the question would be in the text of the answer. */
function overStdio(...said: readonly object[]) {
  return scriptServer(
    `
    let heard = '';
    onMessage = (m) => {
      if (m.method === 'ping') say({ id: m.id, result: {} });
      if (m.id === 'q') heard = JSON.stringify(m);
      if (m.method !== 'tools/call') return;
      ${JSON.stringify(said)}.forEach((one, at) => setTimeout(() => {
        if (one.result) one.result.content[0].text += heard;
        say(one.result ? { ...one, id: m.id } : one);
      }, at * 60));
    };`,
    { parking: true },
  );
}

describe('a question that its server takes back', () => {
  it.each(['http', 'stdio'])('over %s is over for the agent, and not replied to', async (transport) => {
    const said = [QUESTION, TAKEN_BACK, { result: answered('done') }];
    const http = await overHttp(...said);
    const { asked, ask } = silent();
    const settings = transport === 'http' ? http.settings : overStdio(...said);
    const call = callAsking(room().upstreams.for(settings, 'g', asking('open')), 'any', { ask });
    await until(() => asked[0]?.over.aborted === true);
    expect(await call).toMatchObject({ kind: 'result', result: answered('done') });
    expect(http.replies()).toEqual([]);
  });

  it('is not put to an agent that calls again, which gets the answer', async () => {
    const soon = [QUESTION, TAKEN_BACK, { result: answered('done') }];
    const upstream = room().upstreams.for(
      scriptServer(
        `onMessage = (m) => {
          if (m.method === 'ping') say({ id: m.id, result: {} });
          if (m.method === 'tools/call') for (const one of ${JSON.stringify(soon)}) say({ ...one, id: one.id ?? (one.result && m.id) });
        };`,
        { parking: true },
      ),
      'g',
      asking('retry'),
    );
    expect(await callAsking(upstream, 'any')).toMatchObject({ kind: 'result', result: answered('done') });
  });

  it('leaves the call of an agent that calls again to go on', async () => {
    const { settings } = await overHttp(QUESTION, TAKEN_BACK, ...WORK, { result: answered('late') });
    const upstream = room().upstreams.for(settings, 'g', asking('retry'));
    const first = await callAsking(upstream, 'any');
    expect(first).toMatchObject({ kind: 'input_required' });
    const state = first.kind === 'input_required' ? (first.requestState ?? '') : '';
    const responses = { p0: { action: 'accept', content: {} } };
    expect(await callAsking(upstream, 'any', { state, responses })).toMatchObject({
      kind: 'result',
      result: answered('late'),
    });
  });
});

it.each(['http', 'stdio'])('a question over %s is over with the answer to its call', async (transport) => {
  const said = [QUESTION, { result: answered('did not need it') }];
  const settings = transport === 'http' ? (await overHttp(...said)).settings : overStdio(...said);
  const { asked, ask } = silent();
  const upstream = room().upstreams.for(settings, 'g', asking('open'));
  expect(await callAsking(upstream, 'any', { ask })).toMatchObject({ kind: 'result' });
  expect(asked.map(({ over }) => over.aborted)).toEqual([true]);
});
