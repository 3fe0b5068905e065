import { ToolError } from '../error.ts';
import { imageType, isImageName, readImageInside } from '../files/index.ts';
import { MAX_INLINE_IMAGE_BYTES, MAX_INLINE_IMAGES } from '../limits.ts';
import { placeOf } from './fields.ts';
import type { InlineImage, World } from './tool.ts';

type Ref = { readonly filename: string; readonly subfolder: string; readonly type: string };

/** The first few of these files that are images and small, for the model to look at. What cannot be had is left out. */
export async function lookAt(world: World, files: readonly Ref[]): Promise<readonly InlineImage[]> {
  const candidates = files.filter(({ filename }) => isImageName(filename)).slice(0, MAX_INLINE_IMAGES);
  const images = await Promise.all(candidates.map((file) => load(world, file)));
  return images.filter((image) => image !== undefined);
}

async function load(world: World, file: Ref): Promise<InlineImage | undefined> {
  try {
    const bytes = await bytesOf(world, file);
    const mimeType = bytes === undefined ? undefined : imageType(bytes);
    // A model cannot look at every format.
    if (bytes === undefined || mimeType === undefined || mimeType === 'image/bmp') return undefined;
    return { data: bytes.toString('base64'), mimeType };
  } catch (error) {
    // The files themselves are told in any case; their pictures are an extra.
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

async function bytesOf({ config, comfy }: World, file: Ref): Promise<Buffer | undefined> {
  if (config.outputDir === undefined || file.type !== 'output')
    return (await comfy.view(file, MAX_INLINE_IMAGE_BYTES))?.body;
  return await readImageInside([config.outputDir], placeOf(file, '').path, MAX_INLINE_IMAGE_BYTES);
}
