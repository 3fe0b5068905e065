import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';

/** What `GET /models` lists: ComfyUI's model folders of 2025. `clip` and `unet` are old names and answer 404. */
export const MODEL_FOLDERS = [
  'checkpoints',
  'configs',
  'loras',
  'vae',
  'text_encoders',
  'diffusion_models',
  'clip_vision',
  'style_models',
  'embeddings',
  'diffusers',
  'vae_approx',
  'controlnet',
  'gligen',
  'upscale_models',
  'custom_nodes',
  'hypernetworks',
  'photomaker',
  'classifiers',
  'model_patches',
  'audio_encoders',
] as const;

const MODEL_EXTENSIONS = /\.(?:ckpt|pt2?|bin|pth|safetensors|pkl|sft)$/;

/** The folders of an installation; all paths are absolute. */
export type Folders = {
  readonly base: string;
  readonly models: string;
  readonly input: string;
  readonly output: string;
  readonly temp: string;
};

export type FileKind = 'input' | 'output' | 'temp';

/** Makes the folders, and an empty file for each model. */
export function makeFolders(base: string, models: Readonly<Record<string, readonly string[]>>): Folders {
  const folders: Folders = {
    base,
    models: join(base, 'models'),
    input: join(base, 'input'),
    output: join(base, 'output'),
    temp: join(base, 'temp'),
  };
  for (const path of [folders.input, folders.output, folders.temp]) mkdirSync(path, { recursive: true });
  for (const folder of MODEL_FOLDERS) mkdirSync(join(folders.models, folder), { recursive: true });
  for (const [folder, names] of Object.entries(models)) {
    for (const name of names) {
      mkdirSync(join(folders.models, folder, name, '..'), { recursive: true });
      writeFileSync(join(folders.models, folder, name), '');
    }
  }
  return folders;
}

/** Names of models in a folder, with sub-folders, sorted; nothing when there is no such folder. */
export function modelsIn(folders: Folders, folder: string): readonly string[] | undefined {
  if (!MODEL_FOLDERS.some((known) => known === folder)) return undefined;
  return filesIn(join(folders.models, folder)).filter((name) => MODEL_EXTENSIONS.test(name));
}

export function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

export function isFileKind(value: string): value is FileKind {
  return value === 'input' || value === 'output' || value === 'temp';
}

/** Whether a path is the folder itself or in it. */
export function isWithin(folder: string, path: string): boolean {
  const whole = resolve(path);
  return whole === folder || whole.startsWith(folder + sep);
}

/** `name.png [output]` names a file together with its folder. */
export function annotated(name: string): { readonly name: string; readonly kind?: FileKind } {
  const found = /^(.*) \[(input|output|temp)\]$/s.exec(name) ?? /^(.*)\[(input|output|temp)\]$/s.exec(name);
  const kind = found?.[2];
  return kind !== undefined && isFileKind(kind) ? { name: found?.[1] ?? '', kind } : { name };
}
