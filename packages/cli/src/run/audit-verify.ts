import type { AuditVerifyPlan } from '../plan.ts';
import type { ExitCode, World } from '../world.ts';
import { openToRead } from './store.ts';

/** Walks the log's chain; 1 when something is wrong with it. */
export async function runAuditVerify(
  { data, head }: AuditVerifyPlan,
  { output, show, writeLine }: World,
): Promise<ExitCode> {
  await using store = await openToRead(data);
  const report = await store.decisions.verify(head);
  const sound = report.findings.length === 0;
  if (show.json) output.json({ ...report, sound });
  else {
    for (const { kind, text } of report.findings) await writeLine(`${kind.padEnd(9)} ${text}`);
    output.note(
      `${report.rows} rows, ${sound ? 'all as they were written' : `${report.findings.length} findings`}`,
    );
    await writeLine(`${report.head.link}:${report.head.hash}`);
  }
  return sound ? 0 : 1;
}
