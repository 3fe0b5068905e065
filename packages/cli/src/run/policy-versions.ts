import { type JsonObject, layOut } from '@boomgate/engine';
import { ORGANIZATION, type Store } from '@boomgate/server/stored';
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
  const inForce = (await store.policies.find(owner))?.version;
  if (show.json) output.json(versions.map((one) => ({ ...one, ...standing(one, inForce) })));
  else output.data(printPolicyVersions(versions, { ...output, ...facts, inForce }));
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
  if (show.json) output.json({ ...about, ...standing(found, stored?.version), document });
  else {
    output.data(visibleJson(layOut(document)));
    output.note(`version ${found.version} of ${visible(name)}`);
  }
  return 0;
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
