import { join } from 'node:path';
import { z } from 'zod';
import { listFiles } from '../files/index.ts';
import { defineTool, READS, type World } from './tool.ts';

/** The folders that can be asked for, and the names that ComfyUI has given them over time. */
const FOLDERS = {
  checkpoints: ['checkpoints'],
  loras: ['loras'],
  vae: ['vae'],
  clip: ['clip', 'text_encoders'],
  clip_vision: ['clip_vision'],
  unet: ['unet', 'diffusion_models'],
  embeddings: ['embeddings'],
  upscale_models: ['upscale_models'],
  diffusion_models: ['diffusion_models', 'unet'],
  controlnet: ['controlnet', 't2i_adapter'],
  ipadapter: ['ipadapter'],
  style_models: ['style_models'],
  photomaker: ['photomaker'],
  insightface: ['insightface'],
} as const;
type Kind = keyof typeof FOLDERS;
const KINDS = Object.keys(FOLDERS) as [Kind, ...Kind[]];

const MODEL_FILE = /\.(safetensors|ckpt|pt|pth|bin|sft|gguf)$/i;
const MAX_TOLD = 1000;

const model = z.object({
  name: z.string().describe('As nodes and tools expect it'),
  type: z.enum(KINDS),
  path: z.string().describe('From the models folder, with forward slashes'),
  size_bytes: z.int().optional(),
});
type Model = z.infer<typeof model>;

export const listModels = defineTool({
  name: 'comfy_list_models',
  title: 'List models',
  description:
    'List the model files that this ComfyUI has: checkpoints, LoRAs, VAEs, text encoders and others.',
  input: z.object({
    type: z.enum([...KINDS, 'all']).default('all'),
    filter: z.string().max(200).optional().describe('Part of the name; case does not matter'),
    include_size: z.boolean().default(false).describe('Only where the models folder is on this machine'),
  }),
  output: z.object({
    models: z.array(model),
    total: z.int(),
    source: z.enum(['disk', 'comfyui']),
    note: z.string().optional(),
  }),
  hints: READS,
})(async (world, { type, filter = '', include_size }) => {
  const { modelsDir } = world.config;
  const kinds = type === 'all' ? KINDS : [type];
  const lists = await Promise.all(
    kinds.map((kind) => (modelsDir === undefined ? askComfy(world, kind) : readDisk(modelsDir, kind))),
  );
  const wanted = distinct(lists.flat()).filter(({ name }) =>
    name.toLowerCase().includes(filter.toLowerCase()),
  );
  const models = wanted
    .slice(0, MAX_TOLD)
    .map(({ size_bytes, ...rest }) =>
      include_size && size_bytes !== undefined ? { ...rest, size_bytes } : rest,
    );
  const note = noteOf(wanted.length, include_size && modelsDir === undefined);
  const source = modelsDir === undefined ? 'comfyui' : 'disk';
  return { output: { models, total: wanted.length, source, ...(note === undefined ? {} : { note }) } };
});

async function askComfy({ comfy }: World, kind: Kind): Promise<Model[]> {
  const lists = await Promise.all(
    FOLDERS[kind].map(async (folder) => ({ folder, names: (await comfy.models(folder)) ?? [] })),
  );
  return lists.flatMap(({ folder, names }) =>
    names.map((name) => ({ name, type: kind, path: `${folder}/${name.replaceAll('\\', '/')}` })),
  );
}

async function readDisk(modelsDir: string, kind: Kind): Promise<Model[]> {
  const options = { accept: (name: string) => MODEL_FILE.test(name), followLinks: true };
  const lists = await Promise.all(
    FOLDERS[kind].map(async (folder) => ({
      folder,
      files: await listFiles(join(modelsDir, folder), options),
    })),
  );
  return lists.flatMap(({ folder, files }) =>
    files.map(({ path, sizeBytes }) => ({
      name: path,
      type: kind,
      path: `${folder}/${path}`,
      size_bytes: sizeBytes,
    })),
  );
}

/** Two names of one folder hold the same files; the first kind that has them tells of them. */
function distinct(models: readonly Model[]): Model[] {
  return [...new Map(models.toReversed().map((each) => [each.path, each])).values()].toReversed();
}

function noteOf(total: number, sizesUnknown: boolean): string | undefined {
  const notes = [
    ...(total > MAX_TOLD
      ? [`only the first ${MAX_TOLD} are listed; narrow the search with filter or type`]
      : []),
    ...(sizesUnknown
      ? ['sizes are not known: ComfyUI does not report them, and COMFYUI_MODELS_DIR is not set']
      : []),
  ];
  return notes.length === 0 ? undefined : notes.join('; ');
}
