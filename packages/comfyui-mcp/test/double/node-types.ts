import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { annotated, type Folders, filesIn, modelsIn } from './folders.ts';
import type { Graph } from './graph.ts';
import { type Picture, sizeOfPng } from './png.ts';
import { type SavedImage, saveImages } from './saving.ts';

/** The type of an input, or the list to choose from; then its options. */
export type InputSpec = readonly [
  type: string | readonly string[],
  options?: Readonly<Record<string, unknown>>,
];

export type Image = Picture & { readonly batch: number };
export type Inputs = Readonly<Record<string, unknown>>;
export type NodeResult = {
  readonly outputs: readonly unknown[];
  readonly ui?: { readonly images: readonly SavedImage[] };
};

/** What a node may use of the run that it is in. */
export type NodeRun = {
  readonly folders: Folders;
  readonly graph: Graph;
  readonly extraData: Readonly<Record<string, unknown>>;
  /** Tells the progress of a sampler; throws when the job was interrupted. */
  readonly step: (value: number, max: number) => void;
};

export type NodeType = {
  readonly required: Readonly<Record<string, InputSpec>>;
  readonly optional?: Readonly<Record<string, InputSpec>>;
  readonly hidden?: Readonly<Record<string, string>>;
  readonly output: readonly string[];
  readonly category: string;
  readonly title?: string;
  readonly isOutput?: boolean;
  /** Replaces the check against the list, for the inputs it names; the text of what is wrong. */
  readonly validate?: {
    readonly inputs: readonly string[];
    readonly check: (inputs: Inputs) => string | true;
  };
  /** Part of the key of the cache, beside the inputs. */
  readonly changed?: (inputs: Inputs) => string;
  readonly run: (inputs: Inputs, run: NodeRun) => NodeResult;
};

const LARGEST_SIDE = 16384;
const SAMPLERS = [
  'euler',
  'euler_ancestral',
  'heun',
  'dpmpp_2m',
  'dpmpp_2m_sde',
  'dpmpp_sde',
  'ddim',
  'uni_pc',
];
const SCHEDULERS = ['simple', 'sgm_uniform', 'karras', 'exponential', 'ddim_uniform', 'normal', 'beta'];

const side = (least: number, step: number): InputSpec => [
  'INT',
  { default: 512, min: least, max: LARGEST_SIDE, step },
];
const batch: InputSpec = ['INT', { default: 1, min: 1, max: 4096 }];
const strength: InputSpec = ['FLOAT', { default: 1, min: -100, max: 100, step: 0.01 }];
const sampling = {
  steps: ['INT', { default: 20, min: 1, max: 10000 }],
  cfg: ['FLOAT', { default: 8, min: 0, max: 100, step: 0.1, round: 0.01 }],
  sampler_name: [SAMPLERS],
  scheduler: [SCHEDULERS],
  positive: ['CONDITIONING'],
  negative: ['CONDITIONING'],
  latent_image: ['LATENT'],
} as const satisfies Record<string, InputSpec>;
const seed: InputSpec = ['INT', { default: 0, min: 0, max: 2 ** 64 }];
const onOff: InputSpec = [['enable', 'disable']];
const SAVED = { prompt: 'PROMPT', extra_pnginfo: 'EXTRA_PNGINFO' };

/** The registry: lists of files are read anew each time, as ComfyUI does. */
export function nodeTypes(folders: Folders): Readonly<Record<string, NodeType>> {
  return { ...imageNodes(folders), ...modelNodes(folders), ...latentNodes() };
}

function imageNodes(folders: Folders): Record<string, NodeType> {
  const fileOf = (image: unknown): string => {
    const { name, kind = 'input' } = annotated(String(image));
    return join(folders[kind], name);
  };
  return {
    EmptyImage: {
      required: {
        width: side(1, 1),
        height: side(1, 1),
        batch_size: batch,
        color: ['INT', { default: 0, min: 0, max: 0xffffff, step: 1, display: 'color' }],
      },
      output: ['IMAGE'],
      category: 'image',
      run: ({ width, height, batch_size, color }) => ({
        outputs: [{ width, height, batch: batch_size, color }],
      }),
    },
    ImageBlur: {
      required: {
        image: ['IMAGE'],
        blur_radius: ['INT', { default: 1, min: 1, max: 31, step: 1 }],
        sigma: ['FLOAT', { default: 1, min: 0.1, max: 10, step: 0.1 }],
      },
      output: ['IMAGE'],
      category: 'image/postprocessing',
      title: 'Image Blur',
      // A blurred picture of one colour is the same picture.
      run: ({ image }) => ({ outputs: [image] }),
    },
    LoadImage: {
      required: {
        image: [filesIn(folders.input).filter((name) => !name.includes('/')), { image_upload: true }],
      },
      output: ['IMAGE', 'MASK'],
      category: 'image',
      title: 'Load Image',
      validate: {
        inputs: ['image'],
        check: ({ image }) => existsSync(fileOf(image)) || `Invalid image file: ${String(image)}`,
      },
      changed: ({ image }) =>
        createHash('sha256')
          .update(readFileSync(fileOf(image)))
          .digest('hex'),
      run: ({ image }) => ({ outputs: [loadImage(fileOf(image)), 'mask'] }),
    },
    SaveImage: {
      required: { images: ['IMAGE'], filename_prefix: ['STRING', { default: 'ComfyUI' }] },
      hidden: SAVED,
      output: [],
      category: 'image',
      title: 'Save Image',
      isOutput: true,
      run: ({ images, filename_prefix }, run) => saved(images as Image, String(filename_prefix), run),
    },
    PreviewImage: {
      required: { images: ['IMAGE'] },
      hidden: SAVED,
      output: [],
      category: 'image',
      title: 'Preview Image',
      isOutput: true,
      run: ({ images }, run) => saved(images as Image, 'ComfyUI_temp_bgate', { ...run, temporary: true }),
    },
  };
}

function modelNodes(folders: Folders): Record<string, NodeType> {
  const oneOf = (folder: string): InputSpec => [modelsIn(folders, folder) ?? []];
  return {
    CheckpointLoaderSimple: {
      required: { ckpt_name: oneOf('checkpoints') },
      output: ['MODEL', 'CLIP', 'VAE'],
      category: 'loaders',
      title: 'Load Checkpoint',
      run: ({ ckpt_name }) => ({ outputs: [ckpt_name, ckpt_name, ckpt_name] }),
    },
    UNETLoader: {
      required: {
        unet_name: oneOf('diffusion_models'),
        weight_dtype: [['default', 'fp8_e4m3fn', 'fp8_e5m2']],
      },
      output: ['MODEL'],
      category: 'advanced/loaders',
      title: 'Load Diffusion Model',
      run: ({ unet_name }) => ({ outputs: [unet_name] }),
    },
    VAELoader: {
      required: { vae_name: oneOf('vae') },
      output: ['VAE'],
      category: 'loaders',
      title: 'Load VAE',
      run: ({ vae_name }) => ({ outputs: [vae_name] }),
    },
    LoraLoader: {
      required: {
        model: ['MODEL'],
        clip: ['CLIP'],
        lora_name: oneOf('loras'),
        strength_model: strength,
        strength_clip: strength,
      },
      output: ['MODEL', 'CLIP'],
      category: 'loaders',
      title: 'Load LoRA',
      run: ({ model, clip }) => ({ outputs: [model, clip] }),
    },
    CLIPTextEncode: {
      required: { text: ['STRING', { multiline: true, dynamicPrompts: true }], clip: ['CLIP'] },
      output: ['CONDITIONING'],
      category: 'conditioning',
      title: 'CLIP Text Encode (Prompt)',
      run: ({ text }) => ({ outputs: [text] }),
    },
  };
}

function latentNodes(): Record<string, NodeType> {
  const empty = (least: number, step: number): NodeType => ({
    required: { width: side(least, step), height: side(least, step), batch_size: batch },
    output: ['LATENT'],
    category: 'latent',
    run: ({ width, height, batch_size }) => ({ outputs: [{ width, height, batch: batch_size, color: 0 }] }),
  });
  return {
    EmptyLatentImage: { ...empty(16, 8), title: 'Empty Latent Image' },
    EmptySD3LatentImage: { ...empty(16, 16), category: 'latent/sd3' },
    KSampler: {
      required: {
        model: ['MODEL'],
        seed,
        ...sampling,
        denoise: ['FLOAT', { default: 1, min: 0, max: 1, step: 0.01 }],
      },
      output: ['LATENT'],
      category: 'sampling',
      run: (inputs, run) => sample(inputs, Number(inputs['seed']), run),
    },
    KSamplerAdvanced: {
      required: {
        model: ['MODEL'],
        add_noise: onOff,
        noise_seed: seed,
        ...sampling,
        start_at_step: ['INT', { default: 0, min: 0, max: 10000 }],
        end_at_step: ['INT', { default: 10000, min: 0, max: 10000 }],
        return_with_leftover_noise: onOff,
      },
      output: ['LATENT'],
      category: 'sampling',
      title: 'KSampler (Advanced)',
      run: (inputs, run) => sample(inputs, Number(inputs['noise_seed']), run),
    },
    VAEDecode: {
      required: { samples: ['LATENT'], vae: ['VAE'] },
      output: ['IMAGE'],
      category: 'latent',
      title: 'VAE Decode',
      run: ({ samples }) => ({ outputs: [samples] }),
    },
    VAEEncode: {
      required: { pixels: ['IMAGE'], vae: ['VAE'] },
      output: ['LATENT'],
      category: 'latent',
      title: 'VAE Encode',
      run: ({ pixels }) => ({ outputs: [pixels] }),
    },
  };
}

/** The picture of a file: its size is real, its pixels are not carried. */
function loadImage(path: string): Image {
  const size = sizeOfPng(readFileSync(path));
  if (size === undefined) throw new Error(`cannot identify image file '${path}'`);
  return { ...size, batch: 1, color: 0x808080 };
}

/** A sampler: steps that tell their progress and notice an interruption, and a colour that follows the seed. */
function sample(inputs: Inputs, seeded: number, { step }: NodeRun): NodeResult {
  const steps = Number(inputs['steps']);
  for (let done = 1; done <= steps; done += 1) step(done, steps);
  return { outputs: [{ ...(inputs['latent_image'] as Image), color: seeded % 0x1000000 }] };
}

function saved(image: Image, prefix: string, run: NodeRun & { readonly temporary?: boolean }): NodeResult {
  const kind = run.temporary === true ? 'temp' : 'output';
  const info = run.extraData['extra_pnginfo'];
  const extra = typeof info === 'object' && info !== null ? Object.entries(info) : [];
  const text = Object.fromEntries(
    [['prompt', run.graph] as const, ...extra].map(([key, value]) => [key, JSON.stringify(value)]),
  );
  const images = saveImages(image, { folder: run.folders[kind], kind, prefix, batch: image.batch, text });
  return { outputs: [], ui: { images } };
}
