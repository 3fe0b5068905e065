import {
  masterKeyIn,
  type RestoreReport,
  restoreBackup,
  systemClock,
  writeBackup,
} from '@boomgate/server/stored';
import type { BackupPlan, RestorePlan } from '../plan/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { findingLine, summary } from './audit-verify.ts';
import { readTextFile } from './text-file.ts';

export async function runBackup(plan: BackupPlan, world: World): Promise<ExitCode> {
  const secret = await passphraseOf(plan.passphraseFile);
  if (!secret.ok) return world.fail(secret.message);
  const report = await writeBackup({
    directory: plan.data,
    file: plan.file,
    version: world.facts.version,
    clock: systemClock(),
    masterKey: masterKeyIn(world.facts.env),
    ...secret.value,
  });
  if (world.show.json) world.output.json(report);
  else {
    world.output.note(`${visible(report.file)}: ${report.bytes} bytes`);
    if (!report.encrypted && !report.keysSealed)
      world.output.note(
        'It holds the keys of the gateway in the clear: keep it as private as the data folder.',
      );
  }
  return 0;
}

/** 1 when the logs in the backup do not verify, so that nothing was restored. */
export async function runRestore(plan: RestorePlan, world: World): Promise<ExitCode> {
  const secret = await passphraseOf(plan.passphraseFile);
  if (!secret.ok) return world.fail(secret.message);
  const { acceptFindings, data, file, force, keepCounters } = plan;
  const report = await restoreBackup({
    file,
    directory: data,
    clock: systemClock(),
    masterKey: masterKeyIn(world.facts.env),
    by: commandLineActor(),
    force,
    keepCounters,
    acceptFindings,
    ...secret.value,
  });
  if (world.show.json) world.output.json(report);
  else await tell(report, { plan, world });
  return report.restored ? 0 : 1;
}

async function tell(
  { audit, decisions, grants, madeAtMs, restored, saved, wasMoved }: RestoreReport,
  { plan, world }: { readonly plan: RestorePlan; readonly world: World },
): Promise<void> {
  const { output, writeLine } = world;
  for (const finding of [...decisions.findings, ...audit.findings]) await writeLine(findingLine(finding));
  output.note(summary('decision log', decisions));
  output.note(summary('audit log', audit));
  if (!restored) {
    output.note(
      'Nothing was restored: the backup is not as it was written; --accept-findings restores it anyway.',
    );
    return;
  }
  output.note(`${visible(plan.data)} is as it was at ${new Date(madeAtMs).toISOString()}.`);
  if (saved !== undefined) output.note(`What was there before is in ${visible(saved)}.`);
  if (wasMoved)
    output.note(
      'That had been moved into a database, which goes on by itself: a grant that is revoked\nthere works here, and each counts to the limit.',
    );
  const { active, paused, revoked } = grants;
  output.note(`Grants: ${active} active, ${paused} paused, ${revoked} revoked.`);
  output.note('One that was revoked since then works again: look with "boomgate grant list".');
  output.note(
    plan.keepCounters
      ? 'Limits are as they were: calls made since then can be made once more.'
      : 'Limits count as used up until their window has passed, as nobody knows what\nwas taken since then.',
  );
}

type Secret = { readonly passphrase?: string };

/** The first line of the file. */
async function passphraseOf(
  file: string | undefined,
): Promise<{ readonly ok: true; readonly value: Secret } | { readonly ok: false; readonly message: string }> {
  if (file === undefined) return { ok: true, value: {} };
  const read = await readTextFile(file);
  if (!read.ok) return read;
  return { ok: true, value: { passphrase: read.value.split(/\r?\n/, 1)[0] ?? '' } };
}
