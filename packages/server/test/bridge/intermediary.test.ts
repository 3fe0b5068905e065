/**
 * What the specification asks of intermediaries (P §1.16), which the official suite leaves out. A rule is found by its number,
 * here or in the title of a test elsewhere; the eighth asks for these tests.
 */
import { describe, expect, it } from 'vitest';
import {
  type Agent,
  behave,
  bootCases,
  ERAS,
  expectDeny,
  expectReject,
  expectSame,
  openStream,
  P0,
  PAIRINGS,
  STREAMS,
  TOOLS,
  useCases,
} from '../cases/support/index.ts';

const DEPLOY = {
  name: 'deploy',
  inputSchema: { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } },
};
const suite = useCases({
  policy: { ...P0, tools: { ...P0.tools, deploy: {} } },
  tools: [...TOOLS, DEPLOY],
});

const encoded = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`;

describe.each(PAIRINGS.filter(({ agent }) => agent === 'legacy'))(
  'P §1.16.2 headers of a revision that does not require them, $server server',
  (pairing) => {
    const agent = (): Agent => suite().agent(pairing);

    it('let nothing pass that the body does not', () =>
      expectDeny(suite(), () =>
        agent().call('delete_repo', {}, { headers: { 'mcp-method': 'ping', 'mcp-name': 'search' } }),
      ));

    it('take nothing away that the body has, and do not travel', async () => {
      const headers = { 'mcp-method': 'tools/call', 'mcp-name': 'delete_repo', 'mcp-param-region': 'eu' };
      await expectSame(suite(), () => agent().call('deploy', { region: 'us' }, { headers }), {
        region: 'us',
      });
      const sent = suite().s1(pairing).calls().at(-1)?.headers;
      expect([sent?.['mcp-name'], sent?.['mcp-param-region']]).toEqual(['deploy', 'us']);
    });
  },
);

describe.each(PAIRINGS)('P §1.16.3 Mcp-Param headers, $agent agent, $server server', (pairing) => {
  const agent = (): Agent => suite().agent(pairing);

  it('that no schema names are ignored, and go no further than the gateway', async () => {
    const headers = { 'mcp-param-unknown': 'x', 'mcp-param-amount': '1' };
    await expectSame(suite(), () => agent().call('search', { q: 'x' }, { headers }), { q: 'x' });
    const sent = Object.keys(suite().s1(pairing).calls().at(-1)?.headers ?? {});
    expect(sent.filter((name) => name.startsWith('mcp-param-'))).toEqual([]);
  });

  it('that a schema names are made anew from the body', async () => {
    const headers = pairing.agent === 'modern' ? { 'mcp-param-region': encoded('us') } : {};
    await expectSame(suite(), () => agent().call('deploy', { region: 'us' }, { headers }));
    expect(suite().s1(pairing).calls().at(-1)?.headers['mcp-param-region']).toBe('us');
  });
});

describe.each(PAIRINGS.filter(({ agent }) => agent === 'modern'))(
  'P §1.16.4 a value in base64, $server server',
  (pairing) => {
    const agent = (): Agent => suite().agent(pairing);
    const call = (headers: Readonly<Record<string, string>>) => () =>
      agent().call('deploy', { region: 'us' }, { headers: { 'mcp-param-region': 'us', ...headers } });

    it.each([
      ['mcp-name', 'search'],
      ['mcp-param-region', 'eu'],
    ])('%s is decoded before it is compared', async (header, other) => {
      const own = header === 'mcp-name' ? 'deploy' : 'us';
      await expectSame(suite(), call({ [header]: encoded(own) }));
      await expectReject(suite(), call({ [header]: encoded(other) }), { code: -32020 });
    });
  },
);

describe.each(PAIRINGS)(
  'P §1.16.5, P §7.15 a list that its server calls public, $agent agent, $server server',
  (pairing) => {
    it('is kept unfiltered, and told to each grant as its own', async () => {
      await using cases = await bootCases({
        policies: { less: { ...P0, hide: ['secret_tool', 'search'] } },
        grants: () => ({ LESS: { policy: 'less' } }),
      });
      const listOf = async (grant: string) => {
        const { body, headers } = await cases.agent(pairing, grant).request('tools/list');
        expect(headers['cache-control']).toBe('no-store');
        expect(body.result?.['cacheScope']).toBe(pairing.agent === 'modern' ? 'private' : undefined);
        return JSON.stringify(body.result);
      };
      for (const [grant, seesSearch] of [
        ['GA', true],
        ['LESS', false],
        ['GA', true],
      ] as const) {
        const list = await listOf(grant);
        expect([list.includes('"search"'), list.includes('"secret_tool"')]).toEqual([seesSearch, false]);
      }
      const fetched = cases.s1(pairing).received.filter(({ message }) => message.method === 'tools/list');
      expect(fetched).toHaveLength(1);
      await cases.expectLedgersToAgree();
    });
  },
);

describe('P §1.16.6 streams', () => {
  const UNBUFFERED = {
    'content-type': 'text/event-stream',
    'x-accel-buffering': 'no',
    'cache-control': 'no-cache, no-store',
  };

  it.each(PAIRINGS)('of an answer are not held back, $agent agent, $server server', async (pairing) => {
    suite()
      .s1(pairing)
      .nextCall(behave.progress([{ progress: 1 }]));
    const answer = await suite()
      .agent(pairing)
      .call('search', {}, { meta: { progressToken: 1 } });
    expect(answer.before).toHaveLength(1);
    expect(answer.headers).toMatchObject(UNBUFFERED);
  });

  it.each(STREAMS.flatMap((kind) => ERAS.map((server) => [kind, server] as const)))(
    'of %s are not held back, %s server',
    async (kind, server) => {
      await using reader = await openStream(suite(), kind, { server });
      expect(Object.fromEntries(reader.headers)).toMatchObject(UNBUFFERED);
    },
  );
});
