import { differenceOf, type Policy, parsePolicy, rulesTouched } from '@boomgate/engine';
import { type GrantRecord, loadConfig, ORGANIZATION, type Store, type ToolSnapshot } from '@boomgate/server';
import { engineFunctions } from '@boomgate/server/documents';
import type { DriftShowPlan } from '../plan/index.ts';
import { driftText, type ShownDrift } from '../report/index.ts';
import { pasted, visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { findConfig } from './config-file.ts';
import { type Drift, latestDrift, SHOWN_DIGITS } from './drift.ts';
import { placeFlag } from './gateway-options.ts';
import { openToRead } from './store.ts';

/** The difference between two definitions, both classes, and the rules whose meaning that touches. */
export async function runDriftShow(plan: DriftShowPlan, world: World): Promise<ExitCode> {
  const { facts, fail, output, show } = world;
  const store = world.keep(await openToRead(plan, world.facts));
  const { server, tool } = plan;
  const found = latestDrift(await store.tools.list({ organization: ORGANIZATION, server, tool }));
  if (found === undefined)
    return fail(
      `expected a tool that the server offered, found ${JSON.stringify(tool)} of ${JSON.stringify(server)}; "boomgate drift list" names those that wait`,
    );
  const { before, now } = found;
  const difference = before === undefined ? [] : differenceOf(before.definition, now.definition);
  const rules = await rulesOf(found, {
    plan,
    world,
    grants: await store.grants.list(),
    stored: await storedPolicies(store),
  });
  if (typeof rules === 'string') return fail(rules);
  const shown: ShownDrift = { ...found, difference, rules };
  if (show.json) output.json(report(shown));
  else output.data(driftText(shown, { ...output, ...facts }));
  if (now.state === 'held') {
    const fingerprint = now.fingerprint.slice(0, SHOWN_DIGITS);
    const options = `--fingerprint ${fingerprint}${placeFlag(plan, facts)}`;
    output.note(
      `\nAccept what is shown here with\n  boomgate drift accept ${pasted([server, tool], options)}`,
    );
  }
  return 0;
}

function report({ before, difference, now, rules }: ShownDrift): object {
  const side = ({ classification, definition, fingerprint, seenAtMs }: ToolSnapshot) => ({
    fingerprint,
    sinceMs: seenAtMs,
    classification,
    definition,
  });
  const { decidedAtMs, decidedBy, isOffered, server, state, tool } = now;
  return {
    ...{ server, tool, state, isOffered, decidedAtMs, decidedBy },
    before: before === undefined ? null : side(before),
    after: side(now),
    difference,
    rules: rules ?? null,
  };
}

type Around = {
  readonly plan: DriftShowPlan;
  readonly world: World;
  readonly grants: readonly GrantRecord[];
  /** Saved through the API; one that the file declares too decides nothing. */
  readonly stored: readonly NamedPolicy[];
};

type NamedPolicy = { readonly name: string; readonly policy: Policy };

/**
 * The rules by the policies that grants of the server name; undefined where no configuration says them, a text when the one that
 * was asked for has problems.
 */
async function rulesOf(
  { before, now }: Drift,
  { grants, plan, stored, world }: Around,
): Promise<ShownDrift['rules'] | string> {
  const path = plan.config ?? findConfig(world.facts);
  if (path === undefined) {
    if (stored.length > 0) return touchedIn(stored, { before, now }, grants);
    world.output.note('no rules are shown, as there is no configuration file here: add --config FILE');
    return undefined;
  }
  const loaded = await loadConfig({ path, environment: world.facts.env, allowPrivate: true });
  if (!loaded.ok) {
    if (plan.config !== undefined) return loaded.problems.join('\n');
    world.output.note(
      visible(`no rules are shown, because ${path} has problems: ${loaded.problems[0] ?? ''}`),
    );
    return undefined;
  }
  const declared = loaded.config.policies;
  const names = new Set(declared.map(({ name }) => name));
  const all = [...declared, ...stored.filter(({ name }) => !names.has(name))];
  return touchedIn(all, { before, now }, [...loaded.config.grants, ...grants]);
}

/** What is stored and can be read; what cannot decides nothing. */
async function storedPolicies({ policies }: Store): Promise<readonly NamedPolicy[]> {
  return (await policies.stored(ORGANIZATION)).flatMap(({ name, text }) => {
    const parsed = parsePolicy(text, engineFunctions);
    return parsed.ok ? [{ name, policy: parsed.policy }] : [];
  });
}

function touchedIn(
  policies: readonly NamedPolicy[],
  { before, now }: { readonly before: Drift['before'] | undefined; readonly now: ToolSnapshot },
  grants: readonly Opening[],
): NonNullable<ShownDrift['rules']> {
  const attached = policiesFor(now.server, grants);
  const difference = before === undefined ? [] : differenceOf(before.definition, now.definition);
  const words = ({ classification }: ToolSnapshot) => classification;
  const change = {
    name: now.tool,
    after: words(now),
    difference,
    ...(before === undefined ? {} : { before: words(before) }),
  };
  return policies
    .filter(({ name }) => attached.has(name))
    .map(({ name, policy }) => ({ policy: name, touched: rulesTouched(policy, change) }));
}

type Opening = Pick<GrantRecord, 'server' | 'stack'> & { readonly policy?: string };

/** Names of the policies by which grants open a server. */
function policiesFor(server: string, grants: readonly Opening[]): ReadonlySet<string> {
  const places = grants.flatMap((grant) => grant.stack ?? [grant]);
  return new Set(places.flatMap((place) => (place.server === server ? (place.policy ?? []) : [])));
}
