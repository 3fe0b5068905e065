import { type Config, loadConfig } from '@boomgate/server';
import { type Store, StoreError } from '@boomgate/server/stored';
import type { DoctorPlan } from '../../plan/index.ts';
import type { Checked } from '../../report/index.ts';
import type { World } from '../../world.ts';
import { findConfig } from '../config-file.ts';
import { eachOf, openToolScan } from '../stack-tools.ts';
import { openToRead } from '../store.ts';
import { checkAdmins } from './admins.ts';
import { checkDirectories } from './directories.ts';
import { checkForPeople } from './for-people.ts';
import { checkPolicies } from './policies.ts';
import { checkVouchedAgents } from './vouched-agents.ts';
import { checkWorkloads } from './workloads.ts';

const CHECK = 'configuration';

/** The file as the gateway would read it, its policies, the servers that it names, asked for their tools, and what else it names. */
export async function checkConfiguration(plan: DoctorPlan, world: World): Promise<readonly Checked[]> {
  const { facts } = world;
  const path = plan.config ?? findConfig(facts);
  if (path === undefined) {
    const found = 'no file in this folder';
    return [
      {
        check: CHECK,
        state: 'note',
        found,
        mend: 'name it with --config, unless servers are registered in the dashboard',
      },
    ];
  }
  const loaded = await loadConfig({ path, environment: facts.env, allowPrivate: true });
  if (!loaded.ok)
    return loaded.problems.map((found) => ({
      check: CHECK,
      state: 'wrong',
      found,
      mend: 'a gateway does not start with it; a running one keeps what it had',
    }));
  const { config } = loaded;
  const { grants, policies } = config;
  const said = `servers: ${config.servers.length}, policies: ${policies.length}, grants: ${grants.length}`;
  const warnings = config.warnings.map(
    (found): Checked => ({ check: CHECK, state: 'note', found, mend: 'remove it, or correct its name' }),
  );
  const store = await openIfFit(plan, world);
  const fitting = store === undefined ? [] : await checkPolicies(config, store, world);
  const servers = plan.probes ? await probe(config, world) : skipped(config);
  const forPeople = [
    ...(await checkForPeople(config, plan, facts)),
    ...(store === undefined ? [] : await checkAdmins(config, store)),
    ...(store === undefined ? [] : await checkDirectories(config, store)),
    ...(store === undefined ? [] : await checkVouchedAgents(config, store)),
  ];
  const workloads = await checkWorkloads(config, plan, facts);
  const all = [...warnings, ...fitting, ...servers, ...workloads, ...forPeople];
  return [{ check: CHECK, state: 'ok', found: said }, ...all];
}

/** Undefined: what is wrong with it is told where that is looked at. */
async function openIfFit(plan: DoctorPlan, { facts, keep }: World): Promise<Store | undefined> {
  try {
    return keep(await openToRead(plan, facts));
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

async function probe({ servers }: Config, { facts, keep }: World): Promise<readonly Checked[]> {
  const scan = keep(openToolScan(facts));
  return eachOf(servers, async (settings): Promise<Checked> => {
    const check = `server ${settings.slug}`;
    const found = await scan.toolsOf(settings);
    if (found.ok) return { check, state: 'ok', found: `answers with ${found.tools.length} tools` };
    const what = settings.target.kind === 'http' ? 'its url and headers' : 'its command';
    return {
      check,
      state: 'wrong',
      found: found.reason,
      mend: `look at ${what} in the configuration, and at the server's own log`,
    };
  });
}

function skipped({ servers }: Config): readonly Checked[] {
  return servers.map(({ slug }) => ({
    check: `server ${slug}`,
    state: 'skipped',
    found: 'not asked, because of --no-probe',
  }));
}
