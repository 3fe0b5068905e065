import type { AuditAcceptPlan } from '../plan/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { openToChange } from './store.ts';

/** Characters of a reason that is kept. */
const MAX_REASON = 500;

/** Lets findings stand, where they are those whose code somebody was shown. */
export async function runAuditAccept(
  { code, reason, ...place }: AuditAcceptPlan,
  { facts, fail, keep, output, show }: World,
): Promise<ExitCode> {
  if (reason.length > MAX_REASON)
    return fail(`--reason: expected at most ${MAX_REASON} characters, found ${reason.length}`);
  const store = keep(await openToChange(place, facts));
  const done = await store.audit.accept(code, { by: commandLineActor(), reason });
  if (done.kind === 'other') {
    if (done.code === undefined) return fail('nothing was accepted: there is no finding that was not');
    return fail(
      `nothing was accepted: expected the code of the findings that there are now, found ${JSON.stringify(code)}; look at them with "boomgate audit verify", which prints it`,
    );
  }
  if (show.json) output.json(done);
  else
    output.note(
      `${done.findings} finding${done.findings === 1 ? '' : 's'} accepted. audit verify goes on naming them; old rows are deleted again\nwithin the hour. Whatever is changed from now on is a new finding.`,
    );
  return 0;
}
