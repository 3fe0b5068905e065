import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { CONNECTIONS_OF_GRANT, CONNECTIONS_PER_SERVER } from '../../src/upstreams/bounds.ts';
import type { ServerSettings } from '../../src/upstreams/index.ts';
import { callAsking, stage } from './agents.ts';
import { call, httpServer, json, type Message, result, sseServer, stub, until } from './fixtures.ts';

const { keep, room } = stage();

const CAPABILITIES = { tools: {} };
const INITIALIZED = { protocolVersion: '2025-11-25', capabilities: CAPABILITIES, serverInfo: {} };
const DISCOVERED = { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: CAPABILITIES };
const ANSWERS: Readonly<Record<string, object>> = {
  initialize: INITIALIZED,
  'server/discover': DISCOVERED,
  'tools/call': { resultType: 'complete', content: [] },
};

/** A server of any kind that leaves requests for the tool `hold` without a head. */
async function holding() {
  const held: ServerResponse[] = [];
  let stream: ServerResponse | undefined;
  const answerTo = ({ id, method = '' }: Message) => result(id, { ...ANSWERS[method] });
  const server = keep(
    await stub((message, response, request) => {
      if (request.method === 'GET') {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('event: endpoint\ndata: /messages\n\n');
        stream = response;
      } else if (message.params?.['name'] === 'hold') held.push(response);
      else if (message.id === undefined) response.writeHead(202).end();
      else if (request.url !== '/messages') json(response, answerTo(message));
      else {
        response.writeHead(202).end();
        stream?.write(`event: message\ndata: ${JSON.stringify(answerTo(message))}\n\n`);
      }
    }),
  );
  return { server, held };
}

type Kind = 'modern' | 'legacy' | 'sse';

function settingsFor(kind: Kind, server: Awaited<ReturnType<typeof stub>>): ServerSettings {
  return kind === 'sse' ? sseServer(server.url, { era: 'legacy' }) : httpServer(server.url, { era: kind });
}

describe('the connections to a server', () => {
  it.each<Kind>(['modern', 'legacy', 'sse'])(
    'of era %s are not all taken by the slow calls of one grant',
    async (kind) => {
      const { server, held } = await holding();
      const { upstreams } = room();
      const settings = settingsFor(kind, server);
      const gone = new AbortController();
      const slow = Array.from({ length: CONNECTIONS_PER_SERVER + 1 }, () =>
        callAsking(upstreams.for(settings, 'many'), 'hold', { signal: gone.signal }),
      );
      await until(() => held.length >= CONNECTIONS_OF_GRANT);
      expect(await call(upstreams.for(settings, 'other'), 'work')).toMatchObject({ kind: 'result' });
      expect(held).toHaveLength(CONNECTIONS_OF_GRANT);
      gone.abort();
      const codes = (await Promise.all(slow)).map((answer) => answer.kind === 'failure' && answer.code);
      expect(new Set(codes)).toEqual(new Set(['cancelled']));
    },
  );
});
