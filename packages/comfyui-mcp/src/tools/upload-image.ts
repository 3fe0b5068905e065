import { z } from 'zod';
import { readUpload, safeName, writeInput } from '../files/index.ts';
import { defineTool, type World } from './tool.ts';

export const uploadImage = defineTool({
  name: 'comfy_upload_image',
  title: 'Upload an image',
  description:
    "Put an image of this machine into ComfyUI's input folder, where workflows can load it by the name that is returned. Only from the folders that whoever runs this server allows, and only images.",
  input: z.object({
    image_path: z.string().min(1).max(4096).describe('A png, jpg, jpeg, webp or bmp file'),
    filename: z.string().min(1).max(255).optional().describe('Name to give it; its own by default'),
    overwrite: z
      .boolean()
      .default(false)
      .describe('Whether it may replace an image of this name; if not, it gets another name'),
  }),
  output: z.object({
    filename: z.string().describe('For input_image, or the image of a LoadImage node'),
    subfolder: z.string(),
    type: z.string(),
    size_bytes: z.int(),
    via: z.enum(['disk', 'comfyui']),
  }),
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
})(async (world, { image_path, filename, overwrite }) => {
  const source = await readUpload(world.config.uploadDirs, image_path);
  const name = safeName(filename ?? source.name);
  const { inputDir } = world.config;
  const size_bytes = source.bytes.length;
  if (inputDir !== undefined) {
    const written = await writeInput(inputDir, name, { bytes: source.bytes, overwrite });
    return { output: { filename: written, subfolder: '', type: 'input', size_bytes, via: 'disk' } };
  }
  const uploaded = await send(world, { ...source, name }, overwrite);
  return { output: { ...uploaded, size_bytes, via: 'comfyui' } };
});

async function send(
  { comfy }: World,
  { name, bytes, mimeType }: { readonly name: string; readonly bytes: Buffer; readonly mimeType: string },
  overwrite: boolean,
) {
  const form = new FormData();
  form.set('image', new Blob([new Uint8Array(bytes)], { type: mimeType }), name);
  form.set('type', 'input');
  if (overwrite) form.set('overwrite', 'true');
  return await comfy.upload(form);
}
