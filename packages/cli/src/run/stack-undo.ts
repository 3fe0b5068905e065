import { rm } from 'node:fs/promises';
import { clients } from '@boomgate/catalogue/clients';
import {
  bytesOf,
  type ClientDocument,
  type ClientFile,
  maskedText,
  putBack,
  readClientFile,
  readDocument,
  replaceClientFile,
  StoreError,
  valueAt,
} from '@boomgate/server';
import type { Place, StackUndoPlan } from '../plan/index.ts';
import { homely } from '../report/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { confirmed } from './confirm.ts';
import { takeBack } from './stack-act.ts';
import {
  digestOf,
  dropRecord,
  newestRecords,
  type RouteRecord,
  type StoredRecord,
  sha256,
} from './stack-record.ts';
import { showDifferences } from './stack-tell.ts';
import { openToChange } from './store.ts';

/** A file that is to be as it was. */
type Restoring = StoredRecord & {
  readonly file: ClientFile;
  readonly document: ClientDocument;
  readonly bytes: Buffer;
  /** Exactly the bytes from before; otherwise only the entries, as the file was edited since. */
  readonly isExact: boolean;
};

/**
 * Takes the newest routing of a client back. A file that is still as the routing left it gets exactly its bytes back; in one
 * that was edited since, the routed entries alone are put back as they were, as long as nobody changed those.
 */
export async function runStackUndo(plan: StackUndoPlan, world: World): Promise<ExitCode> {
  const { facts, fail, output, show } = world;
  const records = await newestRecords(plan.data, plan.client);
  if (records.length === 0)
    return fail(`expected a routing of ${clients[plan.client].title} to undo, found none in ${plan.data}`);
  const restorings: Restoring[] = [];
  for (const stored of records) {
    const restoring = await restoringOf(stored);
    if ('problem' in restoring) return fail(restoring.problem);
    restorings.push(restoring);
  }
  showDifferences(
    restorings.map(({ bytes, document, file }) => ({
      path: homely(file.path, facts.home),
      before: maskedText(document, new Set()),
      after: maskedText({ ...document, text: textOf(bytes) }, new Set()),
    })),
    world,
  );
  const answer = await confirmed(plan.yes, 'restore these files?', world);
  if (answer === 'nobody')
    return fail('nothing was changed: expected an answer on a terminal, or --yes, found neither');
  if (answer === 'no') return fail('nothing was changed');
  for (const restoring of restorings) {
    const written = await replaceClientFile(restoring.file, restoring.bytes);
    if (!written.ok) return fail(written.problem);
  }
  await closeGrants(restorings, plan, world);
  for (const restoring of restorings) await tidy(restoring);
  for (const { file, isExact, record } of restorings) {
    const path = visible(homely(file.path, facts.home));
    if (isExact) output.note(`${path} is byte for byte as it was`);
    else
      output.note(
        `${path} was edited since: its routed entries are restored; the backup stays at ${visible(homely(record.backup, facts.home))}`,
      );
  }
  if (show.json)
    output.json({
      client: plan.client,
      files: restorings.map(({ file, isExact }) => ({ path: file.path, exact: isExact })),
    });
  return 0;
}

async function restoringOf(stored: StoredRecord): Promise<Restoring | { readonly problem: string }> {
  const { record } = stored;
  const keptAt = `its backup is ${record.backup}`;
  const [now, kept] = [await readClientFile(record.path), await readClientFile(record.backup)];
  if (now.kind !== 'found')
    return {
      problem: now.kind === 'faulty' ? now.problem : `${record.path}: the file no longer exists; ${keptAt}`,
    };
  if (kept.kind !== 'found' || sha256(kept.file.bytes) !== record.before)
    return {
      problem: `${record.backup}: the backup is missing or changed; nothing was undone`,
    };
  const { format } = clients[record.client as keyof typeof clients];
  const document = readDocument(record.path, now.file.bytes, format);
  if (!document.ok) return { problem: `${document.problem}; ${keptAt}` };
  const common = { ...stored, file: now.file, document: document.document };
  const digest = sha256(now.file.bytes);
  if (digest === record.after || digest === record.before)
    return { ...common, bytes: kept.file.bytes, isExact: true };
  const earlier = readDocument(record.backup, kept.file.bytes, format);
  if (!earlier.ok) return { problem: earlier.problem };
  const text = entriesBack(record, document.document, earlier.document);
  if (text === undefined)
    return {
      problem: `${record.path}: its routed entries were edited since, so nothing was undone; ${keptAt}`,
    };
  return { ...common, bytes: bytesOf(document.document, text), isExact: false };
}

/** The file with the routed entries as they were; undefined where one is no longer what the routing wrote. */
function entriesBack(
  { entries }: RouteRecord,
  document: ClientDocument,
  earlier: ClientDocument,
): string | undefined {
  let text: string | undefined = document.text;
  for (const { digest, steps } of entries) {
    const value = valueAt(document.tree, steps);
    // One that was taken out since is not wanted any more.
    if (value === undefined) continue;
    if (digestOf(value) !== digest) return undefined;
    text = putBack({ ...document, text }, earlier, steps);
    if (text === undefined) return undefined;
  }
  return text;
}

/** What is not needed any more goes; with an exact undo also the backup, which holds the file's secrets a second time. */
async function tidy({ isExact, record, storedAt }: Restoring): Promise<void> {
  await dropRecord(storedAt);
  if (isExact) await rm(record.backup, { force: true });
}

async function closeGrants(
  restorings: readonly Restoring[],
  place: Place,
  { facts, keep, output }: World,
): Promise<void> {
  const grants = restorings.flatMap(({ record }) => record.grants);
  try {
    const store = keep(await openToChange(place, facts));
    await takeBack(grants, store);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    output.note(
      `the grants ${grants.map(({ name }) => visible(name)).join(', ')} are still open: ${error.message}`,
    );
  }
}

const textOf = (bytes: Buffer): string => bytes.toString('utf8').replace(/^\uFEFF/, '');
