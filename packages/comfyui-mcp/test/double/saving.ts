import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { type FileKind, isWithin } from './folders.ts';
import { encodePng, type Picture } from './png.ts';

export type SavedImage = { readonly filename: string; readonly subfolder: string; readonly type: FileKind };

export type Saving = {
  readonly folder: string;
  readonly kind: FileKind;
  /** May hold sub-folders and `%width%`, `%height%`, `%batch_num%`. */
  readonly prefix: string;
  readonly batch: number;
  readonly text: Readonly<Record<string, string>>;
};

/** Writes a batch as `prefix_00001_.png` and so on, after the highest number that is there. */
export function saveImages(picture: Picture, { folder, kind, prefix, batch, text }: Saving): SavedImage[] {
  const named = prefix
    .replaceAll('%width%', String(picture.width))
    .replaceAll('%height%', String(picture.height));
  const place = normalize(named);
  const subfolder = dirname(place) === '.' ? '' : dirname(place);
  const target = join(folder, subfolder);
  if (!isWithin(folder, target))
    throw new Error('**** ERROR: Saving image outside the output folder is not allowed.');
  mkdirSync(target, { recursive: true });
  const name = basename(place);
  const file = encodePng(picture, text);
  const first = nextNumber(target, name);
  return Array.from({ length: batch }, (_, index) => {
    const number = String(first + index).padStart(5, '0');
    const filename = `${name.replaceAll('%batch_num%', String(index))}_${number}_.png`;
    writeFileSync(join(target, filename), file);
    return { filename, subfolder, type: kind };
  });
}

function nextNumber(folder: string, name: string): number {
  const numbers = readdirSync(folder)
    .filter((file) => file.startsWith(`${name}_`))
    .map((file) => Number.parseInt(file.slice(name.length + 1).split('_')[0] ?? '', 10))
    .filter(Number.isFinite);
  return Math.max(0, ...numbers) + 1;
}
