import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, normalize, parse } from 'node:path';
import { annotated, type Folders, isFileKind, isWithin } from './folders.ts';
import { type Asked, empty, json, type Reply } from './reply.ts';

type Upload = {
  readonly form: FormData;
  /** Writes the file at its place; the default takes the bytes as they are. */
  readonly write: (path: string, bytes: Buffer) => void;
};

export async function uploadImage(asked: Asked, folders: Folders): Promise<Reply> {
  const form = await readForm(asked);
  return form === undefined ? empty(400) : save({ form, write: writeFileSync }, folders);
}

/** As an image, when the picture it belongs to is there. The mask itself is not merged: the double has no pixels. */
export async function uploadMask(asked: Asked, folders: Folders): Promise<Reply> {
  const form = await readForm(asked);
  if (form === undefined) return empty(400);
  const original: unknown = JSON.parse(String(form.get('original_ref')));
  if (typeof original !== 'object' || original === null || !('filename' in original))
    throw new Error('original_ref names no file');
  const { name, kind = 'output' } = annotated(String(original.filename));
  const write: Upload['write'] = (path, bytes) => {
    if (!name.startsWith('/') && !name.includes('..') && existsSync(join(folders[kind], name)))
      writeFileSync(path, bytes);
  };
  return save({ form, write }, folders);
}

async function readForm({ body, type }: Asked): Promise<FormData | undefined> {
  if (!/^multipart\/form-data\b/i.test(type)) return undefined;
  // A fresh copy: the body's type allows shared memory, which Response does not take.
  return new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
}

async function save({ form, write }: Upload, folders: Folders): Promise<Reply> {
  const image = form.get('image');
  const kind = String(form.get('type') ?? 'input');
  if (!isFileKind(kind)) throw new Error(`no folder for ${kind}`);
  if (image === null || typeof image === 'string' || image.name === '') return empty(400);
  const subfolder = String(form.get('subfolder') ?? '');
  const folder = join(folders[kind], normalize(subfolder));
  if (!isWithin(folders[kind], join(folder, image.name))) return empty(400);
  mkdirSync(folder, { recursive: true });
  const bytes = Buffer.from(await image.arrayBuffer());
  const overwrite = ['true', '1'].includes(String(form.get('overwrite')));
  const place = overwrite
    ? { name: image.name, isThere: false }
    : freeName({ folder, name: image.name, bytes });
  if (!place.isThere) write(join(folder, place.name), bytes);
  return json({ name: place.name, subfolder, type: kind });
}

/** The first of `name.png`, `name (1).png`, … that is free, or that holds these very bytes. */
function freeName({ folder, name, bytes }: { folder: string; name: string; bytes: Buffer }): {
  readonly name: string;
  readonly isThere: boolean;
} {
  const { name: stem, ext } = parse(name);
  const hash = hashOf(bytes);
  for (let count = 0; ; count += 1) {
    const tried = count === 0 ? name : `${stem} (${count})${ext}`;
    const path = join(folder, tried);
    if (!existsSync(path)) return { name: tried, isThere: false };
    if (hashOf(readFileSync(path)) === hash) return { name: tried, isThere: true };
  }
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
