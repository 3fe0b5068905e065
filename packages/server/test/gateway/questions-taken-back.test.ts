import { afterAll, beforeAll, expect, it } from 'vitest';
import { MAX_QUESTIONS_PER_SESSION } from '../../src/limits/index.ts';
import { bootGateway, type TestGateway } from '../support/gateway.ts';
import { openSession } from '../support/session.ts';
import { type Stub, startStub } from '../support/stub.ts';

let stub: Stub;
let gateway: TestGateway;
beforeAll(async () => {
  stub = await startStub({
    era: 'legacy',
    tools: [{ name: 'asks' }],
    onCall: ({ message: { id } }, response) => {
      const params = { message: 'Which?', requestedSchema: { type: 'object', properties: {} } };
      const said = [
        { id: 'q', method: 'elicitation/create', params },
        { id, result: { content: [{ type: 'text', text: 'did not wait' }] } },
      ];
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(said.map((one) => `data: ${JSON.stringify({ jsonrpc: '2.0', ...one })}\n\n`).join(''));
      return true;
    },
  });
  gateway = await bootGateway({ mcpServers: { s: { url: stub.url } } });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
});

it('an agent is told when nobody waits for its reply, however often its server does not wait', async () => {
  const { endpoint, token } = gateway;
  const session = await openSession({ endpoint: endpoint('s'), token, capabilities: { elicitation: {} } });
  for (let at = 0; at < MAX_QUESTIONS_PER_SESSION + 2; at += 1) {
    const { text } = await session.call('asks');
    const messages = [...text.matchAll(/^data: (.+)$/gm)].map(([, data = '']) => JSON.parse(data));
    const asked = messages[0]?.id;
    expect(messages).toMatchObject([
      { id: expect.stringMatching(/^boomgate-/), method: 'elicitation/create' },
      { method: 'notifications/cancelled', params: { requestId: asked } },
      { id: 1, result: { content: [{ text: 'did not wait' }] } },
    ]);
  }
});
