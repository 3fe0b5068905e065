import { mintToken } from '@boomgate/server/stored';
import type { GrantRevealPlan, GrantRotatePlan, GrantShowPlan } from '../plan/index.ts';
import { printGrant } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { ofFileText, revokedText, someGrant } from './some-grant.ts';
import { openToRead, openToWrite } from './store.ts';

export async function runGrantShow(
  plan: GrantShowPlan,
  { facts, fail, output, show }: World,
): Promise<ExitCode> {
  await using store = await openToRead(plan, facts);
  const found = await someGrant(store, plan.grant);
  if ('fault' in found) return fail(found.fault);
  if (show.json) output.json(found.grant);
  else output.data(printGrant(found.grant, { ...output, ...facts }));
  return 0;
}

/** The new token alone is data. A running gateway follows within a second. */
export async function runGrantRotate(
  plan: GrantRotatePlan,
  { facts, fail, output, show }: World,
): Promise<ExitCode> {
  await using store = await openToWrite(plan, facts);
  const found = await someGrant(store, plan.grant);
  if ('fault' in found) return fail(found.fault);
  const { hash, token } = mintToken();
  const { keepToken, overlapMs } = plan;
  const secret = keepToken ? { hash, token } : { hash };
  const changed = await store.grants.rotate(found.grant.id, { ...secret, overlapMs }, commandLineActor());
  if (changed.kind !== 'done')
    return fail(changed.kind === 'file' ? ofFileText(found.grant) : revokedText(found.grant));
  const { grant } = changed;
  if (show.json) output.json({ ...grant, token });
  else {
    output.data(token);
    const { overlapEndsAtMs } = grant;
    const before =
      overlapEndsAtMs === undefined
        ? 'the one before does not work any more'
        : `the one before works until ${new Date(overlapEndsAtMs).toISOString()}`;
    output.note(`\nThis is the new token of the grant ${JSON.stringify(grant.name)}; ${before}.`);
  }
  return 0;
}

export async function runGrantReveal(
  plan: GrantRevealPlan,
  { facts, fail, output, show }: World,
): Promise<ExitCode> {
  await using store = await openToWrite(plan, facts);
  const found = await someGrant(store, plan.grant);
  if ('fault' in found) return fail(found.fault);
  const { grant } = found;
  const revealed = await store.grants.reveal(grant.id, commandLineActor());
  if (revealed.kind === 'file') return fail(ofFileText(grant));
  if (revealed.kind === 'not_kept')
    return fail(
      `the token of the grant ${JSON.stringify(grant.name)} is not kept: replace it with "boomgate grant rotate --keep-token"`,
    );
  if (revealed.kind !== 'done') return fail(revokedText(grant));
  if (show.json) output.json({ id: grant.id, name: grant.name, token: revealed.token });
  else output.data(revealed.token);
  return 0;
}
