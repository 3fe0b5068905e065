import { CLIENT_IDS, type ClientId, clients } from '@boomgate/catalogue/clients';
import {
  type ClientDocument,
  type ClientFile,
  type ClientPlace,
  type DeclaredServer,
  declaredIn,
  placesOf,
  readClientFile,
  readDocument,
} from '@boomgate/server';
import type { Facts } from '../facts.ts';

/** A client's file that is there: what it declares, or why it cannot be told. */
export type StackFile =
  | {
      readonly ok: true;
      readonly place: ClientPlace;
      readonly file: ClientFile;
      readonly document: ClientDocument;
      readonly servers: readonly DeclaredServer[];
    }
  | { readonly ok: false; readonly place: ClientPlace; readonly problem: string };
export type ReadableFile = Extract<StackFile, { ok: true }>;

/** The files of the clients on this machine. One that cannot be read does not keep the others from being read. */
export async function readStackFiles(
  facts: Facts,
  wanted: readonly ClientId[] = CLIENT_IDS,
): Promise<readonly StackFile[]> {
  const places = wanted.flatMap((client) => placesOf(client, facts));
  const files: StackFile[] = [];
  for (const place of places) {
    const file = await readStackFile(place);
    if (file !== undefined) files.push(file);
  }
  return files;
}

async function readStackFile(place: ClientPlace): Promise<StackFile | undefined> {
  const found = await readClientFile(place.path);
  if (found.kind === 'missing') return undefined;
  if (found.kind === 'faulty') return { ok: false, place, problem: found.problem };
  const read = readDocument(place.path, found.file.bytes, clients[place.client].format);
  if (!read.ok) return { ok: false, place, problem: read.problem };
  const declared = declaredIn(place.client, read.document);
  if (!declared.ok) return { ok: false, place, problem: `${place.path}: ${declared.message}` };
  return { ok: true, place, file: found.file, document: read.document, servers: declared.servers };
}
