import type { ChainReport } from '@boomgate/server';
import type { AuditVerifyPlan } from '../plan/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { openToRead } from './store.ts';

/** Walks the chains of both logs; 1 when something is wrong with one. The ends are data, to be kept elsewhere. */
export async function runAuditVerify(
  { head, ...place }: AuditVerifyPlan,
  { facts, keep, output, show, writeLine }: World,
): Promise<ExitCode> {
  const store = keep(await openToRead(place, facts));
  // The audit log first: what its rows have seen of the other is there when that is walked.
  const audit = await store.audit.verify(head?.audit);
  const decisions = await store.decisions.verify(head?.decisions);
  const sound = audit.findings.length + decisions.findings.length === 0;
  if (show.json) output.json({ ...decisions, audit, sound });
  else {
    for (const { kind, text } of [...decisions.findings, ...audit.findings])
      await writeLine(`${kind.padEnd(9)} ${visible(text)}`);
    output.note(summary('decision log', decisions));
    output.note(summary('audit log', audit));
    await writeLine(`${endOf(decisions)},${endOf(audit)}`);
  }
  return sound ? 0 : 1;
}

/** How many rows were looked at, from where, and with what result. */
export function summary(name: string, { checkpoint, findings, rows }: ChainReport): string {
  const count = findings.length;
  const result = count === 0 ? 'all as they were written' : `${count} finding${count === 1 ? '' : 's'}`;
  const from =
    checkpoint === undefined
      ? ''
      : `, from the checkpoint at link ${checkpoint.link}: ${checkpoint.rows} older were deleted by ${visible(checkpoint.by)}`;
  return `${name}: ${rows} rows, ${result}${from}`;
}

const endOf = ({ head }: ChainReport): string => `${head.link}:${head.hash}`;
