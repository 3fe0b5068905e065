import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/limits/index.ts';
import { AGENTS, type AgentClient, connectAgent, textOf } from '../support/clients.ts';
import { bootGateway, type TestGateway } from '../support/gateway.ts';
import { type Stub, startStub } from '../support/stub.ts';

/** Verbatim, as it was published for this tool. */
const REFERENCE_POLICY = JSON.parse(
  '{"version":"1","default":"deny","tools":{"comfy_cancel_generation":{"limits":[{"counter":"comfy_cancel_generation_rate","window":"minute","max":10,"scope":"grant"}]}}}',
);
const TOOL = 'comfy_cancel_generation';

describe.each(['modern', 'legacy'] as const)('the reference policy before a %s server', (era) => {
  describe.each(AGENTS)('for an agent with %s', (kind) => {
    const clock = movableClock();
    let stub: Stub;
    let gateway: TestGateway;
    let client: AgentClient;

    beforeAll(async () => {
      stub = await startStub({ era, tools: [{ name: TOOL }, { name: 'comfy_generate' }] });
      gateway = await bootGateway({
        mcpServers: { comfyui: { url: stub.url } },
        policies: { reference: REFERENCE_POLICY },
        options: { clock },
      });
      client = await connectAgent(kind, gateway.endpoint('comfyui'), gateway.token);
    });
    afterAll(async () => {
      await client.close();
      await gateway[Symbol.asyncDispose]();
      await stub[Symbol.asyncDispose]();
    });
    const cancel = () => client.callTool({ name: TOOL, arguments: { prompt_id: 'p1' } });

    it('lets ten calls of a minute through', async () => {
      for (let call = 1; call <= 10; call += 1) expect(textOf(await cancel())).toBe('done');
      expect(stub.calls()).toHaveLength(10);
    });

    it('refuses the eleventh, says when to try again, and sends nothing', async () => {
      const refused = await cancel();
      expect(refused.isError).toBe(true);
      expect(textOf(refused)).toMatch(/^\[POLICY DENIED\] .*\d+ s/);
      expect(refused._meta?.['boomgate/decision']).toMatchObject({
        outcome: 'limit',
        rule: `/tools/${TOOL}/limits/${TOOL}_rate`,
        policyVersion: 1,
        limit: 10,
        remaining: 0,
        retryAfterMs: expect.any(Number),
      });
      expect(stub.calls()).toHaveLength(10);
    });

    it('refuses every other tool as (default deny)', async () => {
      const refused = await client.callTool({ name: 'comfy_generate', arguments: {} });
      expect(refused.isError).toBe(true);
      expect(textOf(refused)).toContain('[POLICY DENIED]');
      expect(refused._meta?.['boomgate/decision']).toMatchObject({ outcome: 'deny', rule: '(default deny)' });
      expect(stub.calls()).toHaveLength(10);
    });

    it('keeps the tool in the list', async () => {
      expect((await client.listTools()).tools.map((tool) => tool.name)).toContain(TOOL);
    });

    it('lets the tool be called again when the minute has passed', async () => {
      clock.advance(60_001);
      expect(textOf(await cancel())).toBe('done');
      expect(stub.calls()).toHaveLength(11);
    });

    it('has every call in the log, without values', async () => {
      const entries = await gateway.gateway.store.decisions.query({ limit: 100, method: 'tools/call' });
      const outcomes = entries.map(({ row }) => row.outcome);
      expect(outcomes).toEqual([...Array(10).fill('allow'), 'limit', 'deny', 'allow']);
      expect(entries[0]?.row).toMatchObject({
        target: TOOL,
        argKeys: ['prompt_id'],
        forwarded: true,
        policy: 'reference',
        policyVersion: 1,
      });
      expect(entries[0]?.outcomeRow).toMatchObject({ status: 'result' });
      expect(JSON.stringify(entries)).not.toContain('p1"');
    });
  });
});

function movableClock(): Clock & { readonly advance: (ms: number) => void } {
  let nowMs = Date.parse('2026-11-22T12:00:00Z');
  return {
    wallMs: () => nowMs,
    monotonicMs: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}
