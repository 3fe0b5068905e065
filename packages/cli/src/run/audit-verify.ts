import type { Acceptance, ChainFinding, ChainReport } from '@boomgate/server';
import { acceptanceCode, openFindings } from '@boomgate/server/stored';
import type { AuditVerifyPlan } from '../plan/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { openToRead } from './store.ts';

/** Walks the chains of both logs; 1 when something is wrong with one that nobody accepted. The ends are data, to be kept elsewhere. */
export async function runAuditVerify(
  { head, ...place }: AuditVerifyPlan,
  { facts, keep, output, show, writeLine }: World,
): Promise<ExitCode> {
  const store = keep(await openToRead(place, facts));
  // The audit log first: what its rows have seen of the other is there when that is walked.
  const audit = await store.audit.verify(head?.audit);
  const decisions = await store.decisions.verify(head?.decisions);
  const sound = audit.findings.length + decisions.findings.length === 0;
  // What an end shows that was kept elsewhere cannot be accepted: its code would be no code.
  const code = head === undefined ? acceptanceCode({ audit, decisions }) : undefined;
  const isOpen = openFindings(audit).length + openFindings(decisions).length > 0;
  if (show.json) output.json({ ...decisions, audit, sound, ...(code === undefined ? {} : { code }) });
  else {
    for (const finding of [...decisions.findings, ...audit.findings]) await writeLine(findingLine(finding));
    output.note(summary('decision log', decisions));
    output.note(summary('audit log', audit));
    for (const one of [...decisions.acceptances, ...audit.acceptances]) output.note(acceptanceLine(one));
    if (code !== undefined)
      output.note(`Once you know what happened: boomgate audit accept ${code} --reason TEXT`);
    await writeLine(`${endOf(decisions)},${endOf(audit)}`);
  }
  return isOpen ? 1 : 0;
}

export function findingLine({ accepted, kind, text }: ChainFinding): string {
  const isAccepted = accepted === undefined ? '' : `; accepted by ${visible(accepted.by)}`;
  return `${kind.padEnd(9)} ${visible(text)}${isAccepted}`;
}

function acceptanceLine({ atMs, by, findings, links: [first, last], reason }: Acceptance): string {
  const what =
    findings === 1 ? `1 finding at link ${first}` : `${findings} findings at links ${first} to ${last}`;
  return `${what} accepted by ${visible(by)} at ${new Date(atMs).toISOString()}: ${visible(reason)}`;
}

/** How many rows were looked at, from where, and with what result. */
export function summary(name: string, report: ChainReport): string {
  const { checkpoint, findings, rows } = report;
  const count = findings.length;
  const left = openFindings(report).length;
  const accepted = left === 0 ? 'all accepted' : `${count - left} of them accepted`;
  const result =
    count === 0
      ? 'all as they were written'
      : `${count} finding${count === 1 ? '' : 's'}${left === count ? '' : `, ${accepted}`}`;
  const from =
    checkpoint === undefined
      ? ''
      : `, from the checkpoint at link ${checkpoint.link}: ${checkpoint.rows} older were deleted by ${visible(checkpoint.by)}`;
  return `${name}: ${rows} rows, ${result}${from}`;
}

const endOf = ({ head }: ChainReport): string => `${head.link}:${head.hash}`;
