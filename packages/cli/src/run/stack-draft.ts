import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Client, clients, type Target } from '@boomgate/catalogue/clients';
import { parsePolicyTree, printPolicy } from '@boomgate/engine';
import {
  type Addition,
  type ClientDocument,
  type ClientFile,
  declareInFile,
  engineFunctions,
  type Rerouting,
  routeText,
} from '@boomgate/server';
import { targetFor } from '../connect/index.ts';
import type { Facts } from '../facts.ts';
import type { StackRoutePlan } from '../plan/index.ts';
import type { Addressed } from './addressed.ts';
import type { ReadableFile } from './stack-files.ts';
import type { Wish } from './stack-wishes.ts';

/** The gateway's configuration before the change; `file` is absent for one that is to be made. */
export type ConfigBefore = {
  readonly path: string;
  readonly file?: ClientFile;
  readonly document: ClientDocument;
};

/** A server of the routing, with the grant that its client gets for it. */
export type RoutedServer = { readonly wish: Wish; readonly grant: string; readonly target: Target };

/** Everything that a routing writes, before anything is written. */
export type RouteDraft = {
  readonly plan: Addressed<StackRoutePlan>;
  readonly atMs: number;
  readonly config: ConfigBefore;
  /** The configuration's new text. */
  readonly configText: string;
  readonly policies: readonly { readonly path: string; readonly text: string }[];
  /** One for each server of the gateway. */
  readonly servers: readonly RoutedServer[];
  readonly edits: readonly FileEdit[];
};
export type FileEdit = {
  readonly file: ReadableFile;
  readonly text: string;
  readonly reroutings: readonly Rerouting[];
};

type Given = {
  readonly plan: Addressed<StackRoutePlan>;
  readonly config: ConfigBefore;
  /** Names of all grants that were ever minted. */
  readonly taken: ReadonlySet<string>;
  readonly facts: Facts;
};

export function draftRoute(wishes: readonly Wish[], given: Given): RouteDraft | { readonly problem: string } {
  const { config, plan } = given;
  const servers = routedServers(wishes, given);
  const policies = policyFiles(servers, config.path);
  const additions = servers.map(({ wish }): Addition => {
    const file = policies.find(({ name }) => name === wish.policy.name)?.file;
    const policy = file === undefined ? {} : { policy: { name: wish.policy.name, file: `./${file}` } };
    return { slug: wish.slug, entry: wish.entry, ...policy };
  });
  const declared = declareInFile(config.path, config.file?.bytes, additions);
  if (!declared.ok) return declared;
  const edits = fileEdits(wishes, servers);
  if ('problem' in edits) return edits;
  return { plan, atMs: given.facts.nowMs, config, configText: declared.text, policies, servers, edits };
}

function routedServers(wishes: readonly Wish[], { facts, plan, taken }: Given): readonly RoutedServer[] {
  const servers = new Map<string, RoutedServer>();
  const names = new Set(taken);
  for (const wish of wishes) {
    if (servers.has(wish.slug)) continue;
    const wanted = `${plan.client}-${wish.slug}`;
    let grant = wanted;
    for (let next = 2; names.has(grant); next += 1) grant = `${wanted}-${next}`;
    names.add(grant);
    const variable = `BOOMGATE_GRANT_${grant.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`;
    const target = targetFor(
      { name: wish.server.name, server: wish.slug, url: plan.url, grant, variable },
      facts,
    );
    servers.set(wish.slug, { wish, grant, target });
  }
  return [...servers.values()];
}

type PolicyFile = {
  readonly name: string;
  readonly file: string;
  readonly path: string;
  readonly text: string;
};

/** New policies, each in a file of its own beside the configuration. */
function policyFiles(servers: readonly RoutedServer[], configPath: string): readonly PolicyFile[] {
  return servers.flatMap(({ wish: { policy } }) => {
    if (policy.document === undefined) return [];
    const parsed = parsePolicyTree(policy.document, engineFunctions);
    // What is recommended always parses; a test holds the catalogue to it.
    if (!parsed.ok) throw new Error('the recommended policy does not parse');
    let file = `${policy.name}.policy.json`;
    for (let next = 2; existsSync(join(dirname(configPath), file)); next += 1)
      file = `${policy.name}-${next}.policy.json`;
    const text = `${printPolicy(parsed.policy).trimEnd()}\n`;
    return [{ name: policy.name, file, path: join(dirname(configPath), file), text }];
  });
}

function fileEdits(
  wishes: readonly Wish[],
  servers: readonly RoutedServer[],
): readonly FileEdit[] | { readonly problem: string } {
  const edits: FileEdit[] = [];
  for (const file of new Set(wishes.map((wish) => wish.file))) {
    const reroutings = wishes
      .filter((wish) => wish.file === file)
      .flatMap((wish) => reroutingOf(wish, servers));
    const edited = routeText(file.document, reroutings);
    if (!edited.ok) return { problem: `${file.place.path}: ${edited.message}` };
    edits.push({ file, text: edited.text, reroutings });
  }
  return edits;
}

/** An entry in the client's own shape, from the recipe that `connect` prints. */
function reroutingOf(wish: Wish, servers: readonly RoutedServer[]): readonly Rerouting[] {
  const { recipe }: Client = clients[wish.server.client];
  const routed = servers.find(({ wish: { slug } }) => slug === wish.slug);
  if (recipe === undefined || routed === undefined) return [];
  const target = { ...routed.target, name: wish.server.name };
  const input = recipe.input?.(target);
  return [
    { steps: wish.server.steps, entry: recipe.entry(target), ...(input === undefined ? {} : { input }) },
  ];
}
