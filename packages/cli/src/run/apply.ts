import { createHmac, randomBytes } from 'node:crypto';
import { policyDifference, widensAccess } from '@boomgate/engine';
import { type Config, configDifference, loadConfig } from '@boomgate/server';
import { engineFunctions } from '@boomgate/server/documents';
import type { ApplyPlan } from '../plan/index.ts';
import { type ConfigComparison, configSummary, printConfigComparison } from '../report/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { findConfig } from './config-file.ts';

/** Hex digits by which a person sees that a secret is another one. */
const FINGERPRINT_DIGITS = 8;

/** What a configuration file would change. 1 when there is something. */
export async function runApplyDryRun(plan: ApplyPlan, world: World): Promise<ExitCode> {
  const against = plan.against ?? findConfig(world.facts);
  if (against === undefined)
    return world.fail(
      'expected a configuration file that is in force, found none here; name it with --against',
    );
  const [before, after] = [await load(against, world), await load(plan.file, world)];
  const problems = [before, after].flatMap((one) => ('problems' in one ? one.problems : []));
  if ('problems' in before || 'problems' in after) return world.fail(problems.join('\n'));
  const comparison = compared(before.config, after.config);
  const { output, show } = world;
  if (show.json) output.json(comparison);
  else {
    output.data(printConfigComparison(comparison, output));
    const summary = configSummary(comparison);
    if (summary !== undefined) output.note(summary);
  }
  return comparison.things.length + comparison.policies.length === 0 ? 0 : 1;
}

async function load(
  path: string,
  { facts, output }: World,
): Promise<{ readonly config: Config } | { readonly problems: readonly string[] }> {
  // Whether private addresses may be reached is the gateway's to say, and the same for both.
  const loaded = await loadConfig({ path, environment: facts.env, allowPrivate: true });
  if (!loaded.ok) return loaded;
  for (const warning of loaded.config.warnings) output.note(visible(warning));
  return loaded;
}

function compared(before: Config, after: Config): ConfigComparison {
  // A key of this run: nobody can try out which secret has a fingerprint.
  const key = randomBytes(32);
  const print = (secret: string): string =>
    `fp_${createHmac('sha256', key).update(secret).digest('hex').slice(0, FINGERPRINT_DIGITS)}`;
  const { policies, things } = configDifference(before, after, print);
  return {
    things,
    policies: policies.map(({ after: is, before: was, name }) => {
      if (is === undefined) return { name, kind: 'removed' as const };
      if (was === undefined) return { name, kind: 'added' as const };
      const versions = { before: was, after: is };
      const changes = policyDifference(was, is);
      return { name, kind: 'changed' as const, changes, widens: widensAccess(versions, engineFunctions) };
    }),
  };
}
