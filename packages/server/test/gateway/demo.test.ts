import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startDemo, type TourRow } from '../../src/index.ts';

describe('the demo', () => {
  it('shows allowed, refused, hidden and limited calls of a real agent on a real server', async () => {
    const data = await mkdtemp(join(tmpdir(), 'boomgate-demo-'));
    const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const started = await startDemo({
      host: '127.0.0.1',
      port: 0,
      data,
      environment: process.env,
      log: quiet,
    });
    if (!started.ok) throw new Error(started.problems.join('\n'));
    const rows: TourRow[] = [];
    const tools = await started.demo.tour((row) => rows.push(row));
    await started.demo.gateway.close();
    await rm(data, { recursive: true, force: true });

    expect(tools).toEqual(['list_files', 'read_file', 'run_report', 'write_file']);
    expect(rows.map(({ decision }) => decision)).toEqual([
      'allow',
      'allow',
      'deny',
      'allow',
      'deny',
      'hide',
      'allow',
      'allow',
      'limit',
    ]);
    expect(rows[1]?.agentSaw).toContain('Welcome');
    expect(rows[2]?.agentSaw).toBe(
      '[POLICY DENIED] Files named .env hold secrets and are never read by agents',
    );
    expect(rows[5]?.agentSaw).toContain('Unknown tool');
    expect(rows[8]?.rule).toBe('/tools/run_report/limits/run_report_rate');
  });
});
