import { describe, expect, it } from 'vitest';
import type { MessageLevel, Upstream } from '../../src/upstreams/index.ts';
import { callAsking, type OldKind, stage } from './agents.ts';
import { httpServer, json, result, stub } from './fixtures.ts';

const { keep, room, oldServer, newServer } = stage();

/** The levels of the log messages that a call of `log` heard. */
async function levelsHeard(upstream: Upstream, logLevel?: MessageLevel): Promise<unknown[]> {
  const heard: unknown[] = [];
  await callAsking(upstream, 'log', {
    ...(logLevel === undefined ? {} : { logLevel }),
    onNotification: ({ method, params }) => {
      if (method === 'notifications/message') heard.push(params['level']);
    },
  });
  return heard;
}

const kinds: readonly [string, (more?: object) => ReturnType<typeof oldServer>][] = [
  ...(['http', 'sse', 'stdio'] satisfies OldKind[]).map(
    (kind) => [`legacy ${kind}`, () => oldServer(kind)] as const,
  ),
  ...(['http', 'stdio'] as const).map((kind) => [`modern ${kind}`, () => newServer(kind)] as const),
].map(([name, open]) => [name, open]);

describe.each(kinds)('log messages of a %s server', (_, open) => {
  it('come to the call that wants them, from its level on', async () => {
    const upstream = room().upstreams.for(await open(), 'g');
    expect(await levelsHeard(upstream, 'warning')).toEqual(['warning', 'error']);
    expect(await levelsHeard(upstream)).toEqual([]);
    expect(await levelsHeard(upstream, 'debug')).toEqual(['debug', 'info', 'warning', 'error']);
    expect(await levelsHeard(upstream, 'error')).toEqual(['error']);
  });
});

describe('the level of a legacy session', () => {
  async function session(capabilities: object) {
    const server = keep(
      await stub(({ id, method }, response) => {
        if (id === undefined) return void response.writeHead(202).end();
        const hello = { protocolVersion: '2025-06-18', capabilities, serverInfo: {} };
        json(response, result(id, method === 'initialize' ? hello : {}));
      }),
    );
    const upstream = room().upstreams.for(httpServer(server.url, { era: 'legacy' }), 'g');
    const levels = () =>
      server.received.flatMap(({ body }) =>
        body.method === 'logging/setLevel' ? [body.params?.['level']] : [],
      );
    return { upstream, levels, server };
  }

  it('is the least severe that any request wanted, and is set before that request is sent', async () => {
    const { upstream, levels, server } = await session({ logging: {} });
    for (const level of ['error', 'critical', 'info', 'notice', 'info'] as const)
      await levelsHeard(upstream, level);
    expect(levels()).toEqual(['error', 'info']);
    const methods = server.received.map(({ body }) => body.method);
    expect(methods.indexOf('logging/setLevel')).toBeLessThan(methods.indexOf('tools/call'));
  });

  it('is not set when nobody wants messages or the server has none', async () => {
    const { upstream, levels } = await session({ logging: {} });
    await levelsHeard(upstream);
    expect(levels()).toEqual([]);
    const silent = await session({});
    await levelsHeard(silent.upstream, 'debug');
    expect(silent.levels()).toEqual([]);
  });
});
