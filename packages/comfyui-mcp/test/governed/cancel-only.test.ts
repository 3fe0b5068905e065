import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentClient, AgentKind } from '../../../server/test/support/clients.ts';
import { submit } from '../support/comfy-client.ts';
import { ORIGINAL_TOOLS } from '../support/original-tools.ts';
import { blurs, picture } from '../support/workflows.ts';
import { answerOf, type Governed, refusalOf, SERVERS, startGoverned } from './world.ts';

const CANCEL = 'comfy_cancel_generation';
const AGENTS = ['client 2.x, auto', 'sdk 1.x'] as const satisfies readonly AgentKind[];
const OTHERS = ORIGINAL_TOOLS.map(({ name }) => name).filter((name) => name !== CANCEL);

describe.each(SERVERS)('the published policy before %s', (server) => {
  describe.each(AGENTS)('for an agent with %s', (kind) => {
    let governed: Governed;
    let client: AgentClient;
    /** The job that runs, and ten that wait. */
    let running: string;
    const waiting: string[] = [];

    beforeAll(async () => {
      governed = await startGoverned({ server, policy: 'cancel-only' });
      client = await governed.agent('test', kind);
      const { double } = governed;
      double.hold();
      running = await submit(double.url, blurs());
      await double.held();
      for (let job = 0; job < 10; job += 1) waiting.push(await submit(double.url, picture()));
      double.calls.clear();
    });
    afterAll(() => governed[Symbol.asyncDispose]());

    const cancel = (prompt_id: string | undefined) =>
      client.callTool({ name: CANCEL, arguments: { prompt_id, delete_from_queue: true } });

    it('lets ten cancellations of a minute reach ComfyUI', async () => {
      for (const [index, id] of waiting.entries()) {
        const before = governed.double.calls.count();
        const result = await cancel(id);
        expect(refusalOf(result)).toBeUndefined();
        expect(answerOf(result)).toMatchObject({ cancelled: true, prompt_id: id });
        expect(governed.double.calls.count(), `cancellation ${index + 1}`).toBeGreaterThan(before);
      }
    });

    it('does not let the eleventh', async () => {
      const { calls } = governed.double;
      const before = calls.byRoute();
      expect(refusalOf(await cancel(running))).toEqual({
        outcome: 'limit',
        rule: `/tools/${CANCEL}/limits/${CANCEL}_rate`,
      });
      expect(calls.byRoute()).toEqual(before);
    });

    it.each(OTHERS)('does not let %s reach ComfyUI', async (name) => {
      const before = governed.double.calls.byRoute();
      const refused = await client.callTool({ name, arguments: { prompt_id: running, confirm: true } });
      expect(refusalOf(refused)).toEqual({ outcome: 'deny', rule: '(default deny)' });
      expect(governed.double.calls.byRoute()).toEqual(before);
    });

    it('lets the job be cancelled when the minute has passed', async () => {
      const { clock, double } = governed;
      clock.advance(60_001);
      double.calls.clear();
      const cancelling = cancel(running);
      // The double's node ends when it is told to, and only then is an interrupt noticed.
      await double.called(server === 'ours' ? 'POST /api/jobs/{job_id}/cancel' : 'POST /interrupt');
      double.release();
      expect(answerOf(await cancelling)).toMatchObject({ cancelled: true, prompt_id: running });
      expect((await double.ended(running)).status.messages.at(-1)?.[0]).toBe('execution_interrupted');
    });

    it('leaves a record of every call, without the ids of jobs', async () => {
      const { decisions } = governed.gateway.gateway.store;
      const entries = await decisions.query({ limit: 100, method: 'tools/call' });
      expect(entries.map(({ row }) => row.outcome)).toEqual([
        ...Array(10).fill('allow'),
        'limit',
        ...OTHERS.map(() => 'deny'),
        'allow',
      ]);
      expect(JSON.stringify(entries)).not.toContain(running);
    });
  });
});
