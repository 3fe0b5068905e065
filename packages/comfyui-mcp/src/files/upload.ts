import { basename, parse } from 'node:path';
import { ToolError } from '../error.ts';
import { MAX_UPLOAD_BYTES } from '../limits.ts';
import { extensionOf, imageType, UPLOADABLE } from './images.ts';
import { diskError, readImageInside } from './inside.ts';
import { type Content, placeFile } from './place.ts';

export type UploadSource = { readonly name: string; readonly bytes: Buffer; readonly mimeType: string };

/** Reads the image that an agent wants uploaded: from the allowed folders, an image by its bytes, not too large. */
export async function readUpload(folders: readonly string[], path: string): Promise<UploadSource> {
  if (folders.length === 0)
    throw new ToolError(
      'PERMISSION_DENIED',
      'uploads are off: no folder is set from which images may be taken',
      {
        suggestions: [
          'whoever runs this server can set COMFYUI_UPLOAD_DIRS (or --uploads) to the folders with images',
        ],
      },
    );
  if (!UPLOADABLE.some((extension) => extension === extensionOf(path))) throw notAnImage(path);
  const bytes = await readImageInside(folders, path, MAX_UPLOAD_BYTES);
  const mimeType = bytes === undefined ? undefined : imageType(bytes);
  if (bytes === undefined || mimeType === undefined) throw notAnImage(path);
  return { name: basename(path), bytes, mimeType };
}

/** A name that ComfyUI and every file system take; it keeps being an image's. */
export function safeName(name: string): string {
  const { name: stem, ext } = parse(name.replace(/\\/g, '/').split('/').at(-1) ?? '');
  const clean = stem
    .replace(/[^A-Za-z0-9_.-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 100);
  const extension = extensionOf(ext);
  if (!UPLOADABLE.some((each) => each === extension)) throw notAnImage(name);
  return `${clean === '' ? 'image' : clean}.${extension}`;
}

/** Writes an image into ComfyUI's input folder; when the name is taken and may not be overwritten, under another one. */
export async function writeInput(folder: string, name: string, content: Content): Promise<string> {
  const { name: stem, ext } = parse(name);
  try {
    for (let attempt = 0; ; attempt += 1) {
      const free = attempt === 0 ? name : `${stem}_${attempt}${ext}`;
      if (await placeFile(folder, free, content)) return free;
    }
  } catch (error) {
    throw diskError(error, `to write ${name} into ComfyUI's input folder`);
  }
}

function notAnImage(path: string): ToolError {
  return new ToolError(
    'VALIDATION_ERROR',
    `expected an image (${UPLOADABLE.join(', ')}), but ${basename(path)} is not one`,
    {
      suggestions: ['give the path of an image file; its content must be an image too, not only its name'],
    },
  );
}
