import { extname } from 'node:path';
import { clients } from '@boomgate/catalogue/clients';
import { loadConfig, placesOf, readClientFile, readDocument, StoreError } from '@boomgate/server';
import { pathsOf } from '../facts.ts';
import type { StackRoutePlan } from '../plan/index.ts';
import { homely } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';
import { type Addressed, addressed } from './addressed.ts';
import { findConfig } from './config-file.ts';
import { confirmed } from './confirm.ts';
import { actOnRoute } from './stack-act.ts';
import { openBook } from './stack-book.ts';
import { type ConfigBefore, draftRoute } from './stack-draft.ts';
import { type ReadableFile, readStackFiles } from './stack-files.ts';
import { differencesOf, showDifferences, tellLeft, tellRouted, toldRoute } from './stack-tell.ts';
import { openToolScan } from './stack-tools.ts';
import { type Chosen, chooseWishes } from './stack-wishes.ts';
import { openToRead } from './store.ts';

type Problem = { readonly problem: string };

/** Leads servers of a client to the gateway: read, choose, draft, show, ask, act. Nothing is written before the answer. */
export async function runStackRoute(given: StackRoutePlan, world: World): Promise<ExitCode> {
  const plan = await addressed(given, world.facts);
  const { fail, output, show } = world;
  const files = await filesToRoute(plan, world);
  if ('problem' in files) return fail(files.problem);
  const config = await configBefore(plan, files, world);
  if ('problem' in config) return fail(config.problem);
  const chosen = await choose(plan, { files, config, world });
  const refused = 'problem' in chosen ? chosen.problem : refusal(plan, chosen, files);
  if ('problem' in chosen || refused !== undefined) return fail(refused ?? '');
  if (chosen.wishes.length === 0) {
    output.note(`every server of ${clients[plan.client].title} already goes through the gateway`);
    return 0;
  }
  const taken = await takenNames(plan, world);
  const draft = draftRoute(chosen.wishes, { plan, config, taken, facts: world.facts });
  if ('problem' in draft) return fail(draft.problem);
  showDifferences(differencesOf(draft, world), world);
  tellLeft(chosen.left, world);
  const answer = await confirmed(plan.yes, 'change these files?', world);
  if (answer === 'nobody')
    return fail('nothing was changed: expected an answer on a terminal, or --yes, found neither');
  if (answer === 'no') return fail('nothing was changed');
  const done = await actOnRoute(draft, world);
  if ('problem' in done) return fail(done.problem);
  tellRouted(draft, done.backups, world);
  if (show.json) output.json(toldRoute(draft, chosen.left, done.backups));
  return chosen.left.length > 0 ? 1 : 0;
}

/** The files of the client that are to be rewritten. */
async function filesToRoute(
  plan: StackRoutePlan,
  { facts }: World,
): Promise<readonly ReadableFile[] | Problem> {
  const scope = plan.project ? 'project' : 'user';
  const found = (await readStackFiles(facts, [plan.client])).filter(({ place }) => place.scope === scope);
  const broken = found.find((file) => !file.ok);
  if (broken !== undefined && !broken.ok) return { problem: broken.problem };
  const files = found.filter((file) => file.ok);
  if (files.length > 0) return files;
  const places = placesOf(plan.client, facts).filter((place) => place.scope === scope);
  if (places.length === 0)
    return { problem: `${clients[plan.client].title} has no file that a project shares` };
  const looked = places.map(({ path }) => homely(path, facts.home)).join(', ');
  return { problem: `expected a file of ${clients[plan.client].title}, found none at ${looked}` };
}

/** The configuration that servers are added to: it has to be JSON, sound, and another file than the client's. */
async function configBefore(
  plan: StackRoutePlan,
  files: readonly ReadableFile[],
  { facts }: World,
): Promise<ConfigBefore | Problem> {
  const paths = pathsOf(facts);
  const given = plan.config ?? findConfig(facts) ?? 'boomgate.config.json';
  const path = paths.resolve(facts.cwd, given);
  if (/^\.ya?ml$/i.test(extname(path)))
    return {
      problem: `${path}: expected a JSON configuration to add servers to, found YAML; add them by hand, or name another with --config`,
    };
  const found = await readClientFile(path);
  if (found.kind === 'faulty') return found;
  const read = readDocument(path, found.kind === 'missing' ? Buffer.from('{}\n') : found.file.bytes, 'json');
  if (!read.ok) return read;
  if (found.kind === 'missing') return { path, document: read.document };
  if (files.some(({ file }) => file.path === found.file.path))
    return {
      problem: `${path}: this is the client's own file; name another configuration for the gateway with --config`,
    };
  const loaded = await loadConfig({ path, environment: facts.env, allowPrivate: true });
  if (!loaded.ok) return { problem: loaded.problems.join('\n') };
  return { path, file: found.file, document: read.document };
}

type Place = {
  readonly files: readonly ReadableFile[];
  readonly config: ConfigBefore;
  readonly world: World;
};

async function choose(
  plan: Addressed<StackRoutePlan>,
  { config, files, world }: Place,
): Promise<Chosen | Problem> {
  const book = world.keep(await openBook({ ...plan, config: config.path }, world));
  if (plan.policy.from === 'configuration') {
    const { name } = plan.policy;
    const known = book.config?.policies.map((policy) => policy.name) ?? [];
    if (!known.includes(name)) {
      const list = known.length === 0 ? 'none' : known.join(', ');
      return {
        problem: `expected a policy of the configuration, found ${JSON.stringify(name)}; known: ${list}`,
      };
    }
  }
  const isScan = plan.policy.from === 'scan';
  const scan = isScan ? openToolScan(world.facts) : undefined;
  if (isScan) world.output.note('starting the servers to ask them for their tools …');
  try {
    return await chooseWishes(files, { plan, book, scan, config: config.document, world });
  } finally {
    // Before a person is asked, who may take their time.
    await scan?.[Symbol.asyncDispose]();
  }
}

/** Why nothing is routed: a name that is not there, or one that was named and cannot be. */
function refusal(
  { servers }: StackRoutePlan,
  { left, wishes }: Chosen,
  files: readonly ReadableFile[],
): string | undefined {
  const known = files.flatMap((file) => file.servers.map(({ name }) => name));
  const missing = servers.find((name) => !known.includes(name));
  if (missing !== undefined)
    return `expected a server of the client's file, found ${JSON.stringify(missing)}; known: ${known.length === 0 ? 'none' : known.join(', ')}`;
  const isNamed = servers.length > 0 && left.length > 0;
  if (!isNamed && (wishes.length > 0 || left.length === 0)) return undefined;
  const reasons = left.map(({ reason, server }) => `${server.name}: ${reason}`).join('\n');
  return `nothing was changed\n${reasons}`;
}

/** Names of grants, which are never given twice. */
async function takenNames(plan: StackRoutePlan, { facts, keep }: World): Promise<ReadonlySet<string>> {
  try {
    const store = keep(await openToRead(plan, facts));
    return new Set((await store.grants.list()).map(({ name }) => name));
  } catch (error) {
    if (error instanceof StoreError) return new Set();
    throw error;
  }
}
