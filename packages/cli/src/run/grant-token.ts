import { mintToken } from '@boomgate/server/stored';
import type { GrantRevealPlan, GrantRotatePlan, GrantShowPlan } from '../plan/index.ts';
import { printGrant } from '../report/index.ts';
import { pasted } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { ofFileText, revokedText, withGrant } from './some-grant.ts';
import { openToChange, openToRead } from './store.ts';

export async function runGrantShow(plan: GrantShowPlan, world: World): Promise<ExitCode> {
  const { facts, output, show } = world;
  return withGrant({ open: openToRead, plan, world }, async (grant, { grants }) => {
    const lastUsedMs = (await grants.lastUsed([grant.id])).get(grant.id);
    if (show.json) output.json({ ...grant, ...(lastUsedMs === undefined ? {} : { lastUsedMs }) });
    else output.data(printGrant(grant, { ...output, ...facts, lastUsedMs }));
    return 0;
  });
}

/** The new token alone is data. A running gateway follows within a second. */
export async function runGrantRotate(plan: GrantRotatePlan, world: World): Promise<ExitCode> {
  const { fail, output, show } = world;
  return withGrant({ open: openToChange, plan, world }, async (grant, store) => {
    const { hash, token } = mintToken();
    const { keepToken, overlapMs } = plan;
    const secret = keepToken ? { hash, token } : { hash };
    const changed = await store.grants.rotate(grant.id, { ...secret, overlapMs }, commandLineActor());
    if (changed.kind !== 'done')
      return fail(changed.kind === 'file' ? ofFileText(grant) : revokedText(grant));
    if (show.json) output.json({ ...changed.grant, token });
    else {
      output.data(token);
      const { overlapEndsAtMs } = changed.grant;
      const before =
        overlapEndsAtMs === undefined
          ? 'the old one no longer works'
          : `the old one works until ${new Date(overlapEndsAtMs).toISOString()}`;
      output.note(`\nNew token of the grant ${JSON.stringify(grant.name)}; ${before}.`);
    }
    return 0;
  });
}

export async function runGrantReveal(plan: GrantRevealPlan, world: World): Promise<ExitCode> {
  const { fail, output, show } = world;
  return withGrant({ open: openToChange, plan, world }, async (grant, store) => {
    const revealed = await store.grants.reveal(grant.id, commandLineActor());
    if (revealed.kind === 'file') return fail(ofFileText(grant));
    if (revealed.kind === 'not_kept')
      return fail(
        `the token of the grant ${JSON.stringify(grant.name)} is not kept: replace it with "boomgate grant rotate ${pasted([grant.name], '--keep-token')}"`,
      );
    if (revealed.kind !== 'done') return fail(revokedText(grant));
    if (show.json) output.json({ id: grant.id, name: grant.name, token: revealed.token });
    else output.data(revealed.token);
    return 0;
  });
}
