import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  backUp,
  bytesOf,
  loadConfig,
  mintToken,
  ORGANIZATION,
  readClientFile,
  readDocument,
  replaceClientFile,
  type Store,
  valueAt,
} from '@boomgate/server';
import type { World } from '../world.ts';
import type { FileEdit, RouteDraft } from './stack-draft.ts';
import {
  digestOf,
  dropRecord,
  keepRecord,
  keepToken,
  type RouteRecord,
  sha256,
  writeNew,
} from './stack-record.ts';
import { openToWrite } from './store.ts';
import { writeFailure } from './text-file.ts';

export type Acted = { readonly backups: readonly string[] } | { readonly problem: string };
type Minted = RouteRecord['grants'];

/**
 * Writes what was drafted, the client's file last: policies, configuration (which has to load), grants with their tokens,
 * backup, record, and then the file. A step that fails takes the grants back; what the configuration gained stays only if it
 * loads.
 */
export async function actOnRoute(draft: RouteDraft, world: World): Promise<Acted> {
  const stale = await staleFile(draft);
  if (stale !== undefined) return { problem: stale };
  // What cannot be opened, such as a folder of an earlier version, is told before anything is written.
  const store = world.keep(await openToWrite(draft.plan, world.facts));
  const declared = await declare(draft, world);
  if (declared !== undefined) return { problem: declared };
  const made: Made = { minted: [], backups: [] };
  const problem = await writeAll(draft, store, made).catch(problemOf);
  if (problem === undefined) return { backups: made.backups };
  if (made.backups.length > 0) return { problem: `${problem}\n${partly(draft)}` };
  await takeBack(made.minted, store);
  return { problem };
}

/** What there is to take back when a step fails. */
type Made = { readonly minted: Minted[number][]; readonly backups: string[] };

/** Grants and the client's files; what kept it from its end. */
async function writeAll(draft: RouteDraft, store: Store, made: Made): Promise<string | undefined> {
  await mintGrants(draft, store, made.minted);
  for (const [place, edit] of draft.edits.entries()) {
    const written = await rewrite(edit, { draft, minted: made.minted, place });
    if ('problem' in written) return written.problem;
    made.backups.push(written.backup);
  }
  return undefined;
}

/** Of a file that cannot be written; whatever else breaks is no expected outcome. */
function problemOf(error: unknown): string {
  if (error instanceof Error && 'path' in error) return writeFailure(String(error.path), error);
  throw error;
}

const partly = ({ plan }: RouteDraft): string =>
  `other files were already changed: undo that with "boomgate stack --undo ${plan.client}"`;

/** Grants that nobody uses are closed, and their tokens gone. */
export async function takeBack(grants: Minted, store: Store): Promise<void> {
  for (const { id, tokenFile } of grants) {
    await store.grants.setState(id, 'revoked');
    await rm(tokenFile, { force: true });
  }
}

/** While the person was asked, another program may have written. */
async function staleFile({ config, edits }: RouteDraft): Promise<string | undefined> {
  const files = [...edits.map(({ file }) => file.file), ...(config.file === undefined ? [] : [config.file])];
  for (const { bytes, path } of files) {
    const now = await readClientFile(path);
    if (now.kind !== 'found' || !now.file.bytes.equals(bytes))
      return `${path}: another program changed it meanwhile, so nothing was written; run the command again`;
  }
  return undefined;
}

/** Policies and configuration; what does not load is put back. The fault, if there is one. */
async function declare(
  { config, configText, policies }: RouteDraft,
  { facts }: World,
): Promise<string | undefined> {
  const after = bytesOf(config.document, configText);
  const isChanged = config.file === undefined || !config.file.bytes.equals(after);
  for (const { path, text } of policies) await writeNew(path, text);
  if (config.file === undefined) await writeNew(config.path, after.toString('utf8'));
  else if (isChanged) {
    const written = await replaceClientFile(config.file, after);
    if (!written.ok) return written.problem;
  }
  const loaded = await loadConfig({ path: config.path, environment: facts.env, allowPrivate: true });
  if (loaded.ok) return undefined;
  for (const { path } of policies) await rm(path, { force: true });
  if (config.file === undefined) await rm(config.path, { force: true });
  else if (isChanged) await replaceClientFile({ ...config.file, bytes: after }, config.file.bytes);
  return `the configuration would not load, so nothing was changed: ${loaded.problems.join('\n')}`;
}

async function mintGrants({ servers }: RouteDraft, store: Store, minted: Made['minted']): Promise<void> {
  for (const { grant, target, wish } of servers) {
    const { hash, token } = mintToken();
    const id = randomUUID();
    await store.grants.create(
      {
        id,
        organization: ORGANIZATION,
        name: grant,
        server: wish.slug,
        policy: wish.policy.name,
        labels: { client: wish.server.client },
        mode: 'enforce',
        origin: 'minted',
      },
      hash,
    );
    minted.push({ id, name: grant, tokenFile: target.tokenFile });
    await keepToken(target.tokenFile, dirname(target.tokenFile), token);
  }
}

type Rewriting = { readonly draft: RouteDraft; readonly minted: Minted; readonly place: number };

/** Backup and record come before the change: whatever happens afterwards can be taken back. */
async function rewrite(
  { file, reroutings, text }: FileEdit,
  { draft, minted, place }: Rewriting,
): Promise<{ readonly backup: string } | { readonly problem: string }> {
  const { document, file: before } = file;
  const bytes = bytesOf(document, text);
  const after = readDocument(before.path, bytes, document.format);
  if (!after.ok) return { problem: after.problem };
  const { atMs } = draft;
  const stamp = new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, '');
  const backup = await backUp(before, `${stamp}-${place + 1}`);
  if (!backup.ok) return { problem: backup.problem };
  const record: RouteRecord = {
    client: file.place.client,
    atMs,
    path: before.path,
    backup: backup.path,
    before: sha256(before.bytes),
    after: sha256(bytes),
    entries: reroutings.map(({ steps }) => ({
      steps,
      digest: digestOf(valueAt(after.document.tree, steps) ?? null),
    })),
    grants: place === 0 ? minted : [],
  };
  const kept = await keepRecord(draft.plan.data, record, place).catch(async (error: unknown) => {
    await rm(backup.path, { force: true });
    throw error;
  });
  const written = await replaceClientFile(before, bytes);
  if (written.ok) return { backup: backup.path };
  await dropRecord(kept);
  await rm(backup.path, { force: true });
  return { problem: written.problem };
}
