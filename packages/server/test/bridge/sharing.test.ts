import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootGateway, type TestGateway } from '../support/gateway.ts';
import { ENVELOPE, MODERN } from '../support/rpc.ts';
import { answer, type Stub, startStub } from '../support/stub.ts';

/** Calls in all; `BOOMGATE_RUNS=5` makes it 100,000. */
const CALLS = 20_000 * Number(process.env['BOOMGATE_RUNS'] ?? 1);
const AGENTS = 64;
const SERVERS = ['http-modern', 'http-legacy', 'stdio-modern', 'stdio-legacy'] as const;
const TOKENS = ['a', 'b'].map((name) => `sharing-${name}-0123456789-0123456789-0123456789`);

let stubs: Stub[];
let gateway: TestGateway;
let pool: Pool;

beforeAll(async () => {
  stubs = await Promise.all((['modern', 'legacy'] as const).map(startEcho));
  const stdio = (era: string) => ({
    command: process.execPath,
    args: [fileURLToPath(new URL('echo-server.ts', import.meta.url)), era],
  });
  gateway = await bootGateway({
    mcpServers: {
      'http-modern': { url: stubs[0]?.url },
      'http-legacy': { url: stubs[1]?.url },
      'stdio-modern': stdio('modern'),
      'stdio-legacy': stdio('legacy'),
    },
    grants: Object.fromEntries(
      SERVERS.flatMap((server) =>
        TOKENS.map((token, at) => [
          `${server}-${at}`,
          { server, policy: 'all', token: `${token}-${server}` },
        ]),
      ),
    ),
  });
  pool = new Pool(gateway.gateway.url, { connections: AGENTS });
}, 60_000);

afterAll(async () => {
  await pool.close();
  await gateway[Symbol.asyncDispose]();
  await Promise.all(stubs.map((stub) => stub[Symbol.asyncDispose]()));
});

/** Answers in random order, each with its own arguments. */
function startEcho(era: 'modern' | 'legacy'): Promise<Stub> {
  const complete = era === 'modern' ? { resultType: 'complete' } : {};
  return startStub({
    era,
    tools: [{ name: 'echo' }],
    onCall: ({ message }, response) => {
      const text = JSON.stringify(message.params?.['arguments']);
      const reply = {
        jsonrpc: '2.0',
        id: message.id,
        result: { ...complete, content: [{ type: 'text', text }] },
      };
      setTimeout(() => answer(response, reply), Math.random() * 4);
      return true;
    },
  });
}

type Agent = { readonly path: string; readonly headers: Record<string, string>; readonly isModern: boolean };

async function connect(server: string, at: number): Promise<Agent> {
  const path = `/mcp/${server}/`;
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    authorization: `Bearer ${TOKENS[at % TOKENS.length]}-${server}`,
  };
  if (at % 4 < 2)
    return {
      path,
      headers: { ...headers, 'mcp-protocol-version': MODERN, 'mcp-method': 'tools/call', 'mcp-name': 'echo' },
      isModern: true,
    };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'a', version: '1' } };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
  const opened = await pool.request({ method: 'POST', path, headers, body });
  await opened.body.dump();
  return {
    path,
    headers: { ...headers, 'mcp-session-id': String(opened.headers['mcp-session-id']) },
    isModern: false,
  };
}

/** One call; every agent uses the same ids and tokens, so that only the gateway can keep them apart. */
async function call({ headers, isModern, path }: Agent, round: number, marker: string): Promise<string> {
  const _meta = { ...(isModern ? ENVELOPE : {}), progressToken: round };
  const params = { name: 'echo', arguments: { marker }, _meta };
  const body = JSON.stringify({ jsonrpc: '2.0', id: round, method: 'tools/call', params });
  const { body: text } = await pool.request({ method: 'POST', path, headers, body });
  return text.text();
}

describe.each(SERVERS)('P §7.8 agents that share one connection to %s', (server) => {
  it(`get their own answers and progress, ${CALLS / SERVERS.length} calls`, async () => {
    const agents = await Promise.all(Array.from({ length: AGENTS }, (_, at) => connect(server, at)));
    const rounds = Math.ceil(CALLS / SERVERS.length / AGENTS);
    const foreign: string[] = [];
    await Promise.all(
      agents.map(async (agent, at) => {
        for (let round = 0; round < rounds; round += 1) {
          const marker = `of ${at} in ${round}.`;
          const text = await call(agent, round, marker);
          const markers = text.match(/of \d+ in \d+\./g) ?? [];
          const own = markers.length > 0 && markers.every((found) => found === marker);
          if (!own || !text.includes(`"id":${round}`)) foreign.push(text);
        }
      }),
    );
    expect(foreign).toEqual([]);
  }, 300_000);
});
