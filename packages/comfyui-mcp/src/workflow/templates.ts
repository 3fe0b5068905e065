import type { Link, Workflow } from './graph.ts';

export const TEMPLATES = ['flux_txt2img', 'sd15_txt2img', 'sdxl_txt2img', 'basic_img2img'] as const;
export type Template = (typeof TEMPLATES)[number];

export type Defaults = {
  readonly side: number;
  readonly cfg: number;
  readonly sampler: string;
  readonly scheduler: string;
  readonly denoise: number;
  readonly model: string;
};

export const DEFAULT_STEPS = 20;
export const DEFAULTS = {
  flux_txt2img: {
    side: 1024,
    cfg: 3.5,
    sampler: 'euler',
    scheduler: 'simple',
    denoise: 1,
    model: 'flux_dev.safetensors',
  },
  sd15_txt2img: {
    side: 512,
    cfg: 7,
    sampler: 'dpmpp_2m',
    scheduler: 'karras',
    denoise: 1,
    model: 'v1-5-pruned-emaonly.safetensors',
  },
  sdxl_txt2img: {
    side: 1024,
    cfg: 7,
    sampler: 'dpmpp_2m_sde',
    scheduler: 'karras',
    denoise: 1,
    model: 'sd_xl_base_1.0.safetensors',
  },
  basic_img2img: {
    side: 512,
    cfg: 7,
    sampler: 'dpmpp_2m',
    scheduler: 'karras',
    denoise: 0.75,
    model: 'v1-5-pruned-emaonly.safetensors',
  },
} as const satisfies Record<Template, Defaults>;

export type Picture = {
  readonly prompt: string;
  readonly negative_prompt: string;
  readonly steps: number;
  readonly cfg: number;
  readonly seed: number;
  readonly sampler: string;
  readonly scheduler: string;
  readonly denoise: number;
  readonly batch_size: number;
};

export type Size = { readonly width: number; readonly height: number };

/** Where model, text encoder and VAE come from. */
export type Source =
  | { readonly from: 'checkpoint'; readonly name: string }
  | {
      readonly from: 'parts';
      readonly unet: string;
      readonly clips: readonly [string, string];
      readonly vae: string;
    };

/** An image that is there already, and the size it is brought to first. */
export type StartImage = { readonly name: string; readonly size: Size | undefined };

/** Stable Diffusion: a picture from text, or from an image. */
export function diffusionWorkflow(picture: Picture, source: Source, start: Size | StartImage): Workflow {
  const { nodes, model, clip, vae } = loaders(source);
  return {
    ...nodes,
    '5': node('CLIPTextEncode', { text: picture.prompt, clip }),
    '6': node('CLIPTextEncode', { text: picture.negative_prompt, clip }),
    ...('name' in start
      ? fromImage(start, vae, picture.batch_size)
      : { '7': emptyLatent('EmptyLatentImage', start, picture) }),
    '8': sampler({ model, positive: ['5', 0], negative: ['6', 0] }, picture),
    ...ending(vae),
  };
}

/**
 * Flux. It is distilled: guidance is an input of its own, the sampler's cfg is 1, and a negative prompt has no effect, so
 * there is none.
 */
export function fluxWorkflow(picture: Picture, source: Source, size: Size): Workflow {
  const { nodes, model, clip, vae } = loaders(source);
  return {
    ...nodes,
    '5': node('CLIPTextEncode', { text: picture.prompt, clip }),
    '6': node('ConditioningZeroOut', { conditioning: ['5', 0] }),
    '7': emptyLatent('EmptySD3LatentImage', size, picture),
    '11': node('FluxGuidance', { conditioning: ['5', 0], guidance: picture.cfg }),
    '8': sampler({ model, positive: ['11', 0], negative: ['6', 0] }, { ...picture, cfg: 1 }),
    ...ending(vae),
  };
}

type Loaded = { readonly nodes: Workflow; readonly model: Link; readonly clip: Link; readonly vae: Link };

function loaders(source: Source): Loaded {
  if (source.from === 'checkpoint') {
    const nodes = { '1': node('CheckpointLoaderSimple', { ckpt_name: source.name }) };
    return { nodes, model: ['1', 0], clip: ['1', 1], vae: ['1', 2] };
  }
  const [clip_name1, clip_name2] = source.clips;
  const nodes = {
    '1': node('UNETLoader', { unet_name: source.unet, weight_dtype: 'default' }),
    '2': node('DualCLIPLoader', { clip_name1, clip_name2, type: 'flux' }),
    '3': node('VAELoader', { vae_name: source.vae }),
  };
  return { nodes, model: ['1', 0], clip: ['2', 0], vae: ['3', 0] };
}

function fromImage({ name, size }: StartImage, vae: Link, amount: number): Workflow {
  const scaled: Link = size === undefined ? ['12', 0] : ['13', 0];
  const single: Link = ['14', 0];
  return {
    '12': node('LoadImage', { image: name }),
    ...(size === undefined
      ? {}
      : {
          '13': node('ImageScale', { image: ['12', 0], upscale_method: 'lanczos', crop: 'center', ...size }),
        }),
    ...(amount === 1
      ? { '7': node('VAEEncode', { pixels: scaled, vae }) }
      : {
          '14': node('VAEEncode', { pixels: scaled, vae }),
          '7': node('RepeatLatentBatch', { samples: single, amount }),
        }),
  };
}

function emptyLatent(class_type: string, { width, height }: Size, { batch_size }: Picture): Workflow[string] {
  return node(class_type, { width, height, batch_size });
}

function sampler(
  links: Readonly<Record<'model' | 'positive' | 'negative', Link>>,
  picture: Picture,
): Workflow[string] {
  const { seed, steps, cfg, sampler: sampler_name, scheduler, denoise } = picture;
  return node('KSampler', {
    ...links,
    latent_image: ['7', 0],
    seed,
    steps,
    cfg,
    sampler_name,
    scheduler,
    denoise,
  });
}

function ending(vae: Link): Workflow {
  return {
    '9': node('VAEDecode', { samples: ['8', 0], vae }),
    '10': node('SaveImage', { images: ['9', 0], filename_prefix: 'boomgate' }),
  };
}

function node(class_type: string, inputs: Record<string, unknown>): Workflow[string] {
  return { class_type, inputs };
}
