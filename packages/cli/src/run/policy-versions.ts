import { type JsonObject, layOut } from '@boomgate/engine';
import { ORGANIZATION, type PolicyVersion, type Store, type StoredPolicy } from '@boomgate/server/stored';
import type { PolicyShowPlan, PolicyVersionsPlan } from '../plan/index.ts';
import { printPolicyVersions } from '../report/index.ts';
import { visible, visibleJson } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { knownPolicies } from './policy-list.ts';
import { someOf } from './some-names.ts';
import { openToRead } from './store.ts';

/** Of what the store knows: versions that were saved through the API, and those that a file declared to a gateway. */
export async function runPolicyVersions(
  { limit, policy: name, ...place }: PolicyVersionsPlan,
  { facts, fail, keep, output, show }: World,
): Promise<ExitCode> {
  const store = keep(await openToRead(place, facts));
  const owner = { organization: ORGANIZATION, name };
  const versions = await store.policies.versions(owner, { limit });
  if (versions.length === 0) return fail(await unknown(name, store));
  const known: Known = { newest: versions[0], stored: await store.policies.find(owner) };
  const inForce = inForceOf(known);
  if (show.json) output.json(versions.map((one) => ({ ...one, ...standing(one, inForce) })));
  else output.data(printPolicyVersions(versions, { ...output, ...facts, inForce }));
  const doubt = doubtOf(known);
  if (doubt !== '') output.note(doubt);
  return 0;
}

/** The canonical document alone is data. */
export async function runPolicyShow(
  { policy: name, version, ...place }: PolicyShowPlan,
  { facts, fail, keep, output, show }: World,
): Promise<ExitCode> {
  const store = keep(await openToRead(place, facts));
  const owner = { organization: ORGANIZATION, name };
  const [newest] = await store.policies.versions(owner, { limit: 1 });
  if (newest === undefined) return fail(await unknown(name, store));
  const stored = await store.policies.find(owner);
  const wanted = version ?? stored?.version ?? newest.version;
  const found = await store.policies.version(owner, wanted);
  if (found === undefined)
    return fail(`expected a version of ${JSON.stringify(name)} up to ${newest.version}, found ${wanted}`);
  const { text, ...about } = found;
  // A stored policy is an object; laid out as `policy fmt` does.
  const document = JSON.parse(text) as JsonObject;
  const known: Known = { newest, stored };
  const doubt = version === undefined ? doubtOf(known) : '';
  if (show.json) output.json({ ...about, ...standing(found, inForceOf(known)), document });
  else {
    output.data(visibleJson(layOut(document)));
    output.note(`version ${found.version} of ${visible(name)}${doubt === '' ? '' : `; ${doubt}`}`);
  }
  return 0;
}

type Known = { readonly newest: PolicyVersion | undefined; readonly stored: StoredPolicy | undefined };

/** Of what was saved, unless a file declared the name since: it decides as long as it does so, which the store does not know. */
function inForceOf({ newest, stored }: Known): number | undefined {
  return isDeclaredSince({ newest, stored }) ? undefined : stored?.version;
}

function isDeclaredSince({ newest, stored }: Known): boolean {
  return newest?.origin === 'file' && stored !== undefined;
}

/** Why what is stored may not be what decides; empty where it is, or where all of it is of a file. */
function doubtOf({ newest, stored }: Known): string {
  if (newest === undefined) return '';
  if (isDeclaredSince({ newest, stored }))
    return `a configuration file declared version ${newest.version} after version ${stored?.version} was saved; as long as it does, it decides`;
  return stored === undefined && newest.origin === 'stored' ? 'it was removed, and decides nothing' : '';
}

/** Of a policy that a file declares the store does not know which text decides, or whether it is still declared. */
function standing(
  { version }: { readonly version: number },
  inForce: number | undefined,
): { readonly isInForce?: boolean } {
  return inForce === undefined ? {} : { isInForce: version === inForce };
}

async function unknown(name: string, store: Store): Promise<string> {
  const known = (await knownPolicies(store)).map((one) => one.name);
  return `expected the name of a policy that a gateway of this folder had in force, found ${JSON.stringify(name)}; known: ${someOf(known)}`;
}
