import { randomUUID } from 'node:crypto';
import { constants, copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

export type Content = { readonly bytes: string | Uint8Array; readonly overwrite: boolean };

/**
 * Puts a file into a folder, whole or not at all; false when the name is taken and may not be overwritten. A link that has
 * the name is replaced itself, not what it points to.
 */
export async function placeFile(
  folder: string,
  name: string,
  { bytes, overwrite }: Content,
): Promise<boolean> {
  const temporary = join(folder, `.${randomUUID()}.part`);
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(temporary, 'wx', 0o644);
    await file.writeFile(bytes).finally(() => file.close());
    if (overwrite) await rename(temporary, join(folder, name));
    else await copyFile(temporary, join(folder, name), constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}
