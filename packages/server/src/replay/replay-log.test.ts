import { parsePolicy } from '@boomgate/engine';
import { expect, it } from 'vitest';
import { engineFunctions } from '../functions/index.ts';
import { decisionRow } from '../store/conformance/fixtures.ts';
import type { DecisionRow } from '../store/index.ts';
import { replayLog } from './replay-log.ts';

const TOOLS = 100;
/** What a pattern takes to compile here; each call is of another tool, whose pattern is its own. */
const PATTERN_MS = 5;
const MOST_MS = 50;

it('answers in time for the newest calls, however much its policy tells them apart', async () => {
  const rule = (tool: number) => ({ conditions: [{ path: 'args.a', op: 'regex', value: `x${tool}+` }] });
  const tools = Object.fromEntries(
    Array.from({ length: TOOLS }, (_, tool) => [`t${tool}`, { deny_if: [rule(tool)] }]),
  );
  const read = parsePolicy(JSON.stringify({ version: '1', default: 'deny', tools }), engineFunctions);
  if (!read.ok) throw new Error('expected a policy');
  const regex: typeof engineFunctions.regex = (...of) => {
    for (const endMs = performance.now() + PATTERN_MS; performance.now() < endMs; );
    return engineFunctions.regex(...of);
  };
  const rows = Array.from(
    { length: TOOLS },
    (_, at): DecisionRow =>
      decisionRow({
        id: `d${at}`,
        target: `t${at}`,
        atMs: at,
        argKeys: [],
        method: 'tools/call',
        outcome: 'allow',
      }),
  );
  const by = { policy: read.policy, functions: { ...engineFunctions, regex }, tools: [], labels: new Map() };
  const report = await replayLog({ rows, isComplete: true }, by, MOST_MS);
  expect(report).toMatchObject({ isComplete: false, toMs: TOOLS - 1, counts: { same: report.calls } });
  expect(report.calls).toBeGreaterThan(0);
  expect(report.calls).toBeLessThan(TOOLS / 2);
  expect(await replayLog({ rows, isComplete: true }, by)).toMatchObject({ isComplete: true, calls: TOOLS });
});
