import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';
import {
  type ClientDocument,
  type DeclaredServer,
  entryOf,
  freeSlug,
  portableEntry,
  settingsOf,
  slugOf,
  type Variable,
} from '@boomgate/server';
import type { StackRoutePlan } from '../plan/index.ts';
import type { World } from '../world.ts';
import type { Book } from './stack-book.ts';
import type { ReadableFile } from './stack-files.ts';
import type { ToolScan } from './stack-tools.ts';

/** A server that can be led through the gateway, and how it is declared there. */
export type Wish = {
  readonly file: ReadableFile;
  readonly server: DeclaredServer;
  readonly slug: string;
  readonly entry: JsonObject;
  readonly variables: readonly Variable[];
  readonly policy: WishedPolicy;
};

/** `document` is a new policy; without it the configuration has it. */
type WishedPolicy = {
  readonly name: string;
  readonly document?: Json;
  /** Tools that no rule of it can name. */
  readonly leftOut: readonly string[];
};

/** A server that stays as it is, and why. */
export type Left = { readonly server: DeclaredServer; readonly file: ReadableFile; readonly reason: string };

export type Chosen = { readonly wishes: readonly Wish[]; readonly left: readonly Left[] };

type Given = {
  readonly plan: StackRoutePlan;
  readonly book: Book;
  readonly scan: ToolScan | undefined;
  /** The gateway's configuration as it is. */
  readonly config: ClientDocument;
  readonly world: World;
};

/** Servers of these files that are reached directly, made ready to be led through the gateway. */
export async function chooseWishes(files: readonly ReadableFile[], given: Given): Promise<Chosen> {
  const wishes: Wish[] = [];
  const left: Left[] = [];
  for (const file of files) {
    for (const server of file.servers) {
      if (!isChosen(server, given)) continue;
      const made = await wishFor({ server, file }, wishes, given);
      if ('reason' in made) left.push(made);
      else wishes.push(made);
    }
  }
  return { wishes, left };
}

/** Servers that are switched off are routed when they are named. */
function isChosen(server: DeclaredServer, { book, plan }: Given): boolean {
  if (book.link(server) !== undefined) return false;
  return plan.servers.length === 0 ? !server.disabled : plan.servers.includes(server.name);
}

async function wishFor(
  place: Pick<Wish, 'server' | 'file'>,
  before: readonly Wish[],
  given: Given,
): Promise<Wish | Left> {
  const { server } = place;
  const declared = declarationOf(server, { tree: withWishes(given.config.tree, before) });
  if ('reason' in declared) return { ...place, reason: declared.reason };
  const { env } = given.world.facts;
  const missing = declared.variables.filter(({ name }) => (env[name] ?? '') === '');
  if (missing.length > 0) return { ...place, reason: missingText(missing, place) };
  const same = before.find(({ slug }) => slug === declared.slug);
  const policy = same === undefined ? await policyFor(server, declared, given) : same.policy;
  return 'reason' in policy ? { ...place, reason: policy.reason } : { ...place, ...declared, policy };
}

type Declaration = Pick<Wish, 'slug' | 'entry' | 'variables'> & {
  /** The configuration has the same already. */
  readonly isThere: boolean;
};

/** How a server is declared to the gateway: as it is there already, or under a free slug. */
function declarationOf(
  server: DeclaredServer,
  config: { readonly tree: JsonObject },
): Declaration | { readonly reason: string } {
  if (server.target.kind === 'unclear') return { reason: server.target.reason };
  const wanted = slugOf(server.name);
  if (wanted === '') return { reason: 'its name has no letter or digit to make an address of' };
  const as = (slug: string, taken: ReadonlySet<string>) => portableEntry(server, { slug, taken });
  const isSame = (slug: string, there: Json): boolean => {
    const made = as(slug, new Set());
    return made.ok && isDeepStrictEqual(made.entry, there);
  };
  const slug = freeSlug(config, wanted, isSame);
  if (slug === undefined) return { reason: 'the configuration has too many servers with its name' };
  const isThere = entryOf(config, slug) !== undefined;
  // A variable that another server refers to must not get another value.
  const others = JSON.stringify(config.tree).matchAll(/\$\{(?:env:)?(\w+)/g);
  const made = as(slug, new Set(isThere ? [] : [...others].map((match) => match[1] ?? '')));
  return made.ok ? { slug, isThere, entry: made.entry, variables: made.variables } : made;
}

/** The configuration as it will be. */
function withWishes(tree: JsonObject, wishes: readonly Wish[]): JsonObject {
  const there = ownProperty(tree, 'mcpServers');
  const added = Object.fromEntries(wishes.map(({ entry, slug }) => [slug, entry]));
  return { ...tree, mcpServers: { ...(isJsonObject(there) ? there : {}), ...added } };
}

/** A line for each variable: its name, and where its value stands now. */
function missingText(missing: readonly Variable[], { server }: Pick<Wish, 'server'>): string {
  const lines = missing.map(({ from, name }) =>
    from === undefined ? `  ${name}, to which it refers` : `  ${name} = ${[...server.steps, from].join('.')}`,
  );
  return `its secrets are not copied; set these here and where the gateway runs,\nand route it again:\n${lines.join('\n')}`;
}

async function policyFor(
  server: DeclaredServer,
  { isThere, slug }: Declaration,
  { book, plan, scan, world }: Given,
): Promise<WishedPolicy | { readonly reason: string }> {
  if (plan.policy.from === 'configuration') return { name: plan.policy.name, leftOut: [] };
  const names = new Set(book.config?.policies.map(({ name }) => name));
  const wanted = `${slug}-recommended`;
  // One that an earlier routing wrote may have been edited since, and stays.
  if (isThere && names.has(wanted)) return { name: wanted, leftOut: [] };
  const made = settingsOf(server, slug, world.facts.env);
  if (!made.ok || scan === undefined) return { reason: made.ok ? 'it was not scanned' : made.reason };
  const found = await scan.toolsOf(made.settings);
  if (!found.ok) return { reason: `its tools are not known: ${found.reason}` };
  const { leftOut, policy } = found.recommended;
  let name = wanted;
  for (let next = 2; names.has(name); next += 1) name = `${wanted}-${next}`;
  return { name, document: policy, leftOut };
}
