import type { ComfyClient } from '../comfy/index.ts';
import { ToolError } from '../error.ts';
import type { Source } from '../workflow/index.ts';

/**
 * Where a Flux model is: most are the model alone, whose text encoders and VAE are files of their own; some are checkpoints
 * with everything inside. A model that is in neither place is taken for a checkpoint, so that ComfyUI says what it misses.
 */
export async function fluxSource(comfy: ComfyClient, model: string): Promise<Source> {
  if (!(await modelsIn(comfy, ['diffusion_models', 'unet'])).includes(model))
    return { from: 'checkpoint', name: model };
  const encoders = await modelsIn(comfy, ['text_encoders', 'clip']);
  const t5 = encoders.find((name) => /t5/i.test(name));
  const clip = encoders.find((name) => /clip_?-?l/i.test(name));
  const vaes = await modelsIn(comfy, ['vae']);
  const vae = vaes.find((name) => /(^|[/\\])ae\./i.test(name)) ?? vaes.find((name) => /flux/i.test(name));
  if (t5 === undefined || clip === undefined || vae === undefined)
    throw new ToolError(
      'MODEL_NOT_FOUND',
      `the Flux model ${model} needs files that this ComfyUI does not have`,
      {
        details: {
          t5_text_encoder: t5 ?? 'missing',
          clip_l_text_encoder: clip ?? 'missing',
          vae: vae ?? 'missing',
        },
        suggestions: [
          'install a T5 and a CLIP-L text encoder (t5xxl_fp8_e4m3fn.safetensors, clip_l.safetensors) and the VAE (ae.safetensors)',
          'or use a model that is a checkpoint with all of them inside',
        ],
      },
    );
  return { from: 'parts', unet: model, clips: [t5, clip], vae };
}

/** ComfyUI has renamed folders: whichever of these names it knows. */
async function modelsIn(comfy: ComfyClient, folders: readonly string[]): Promise<readonly string[]> {
  const lists = await Promise.all(folders.map((folder) => comfy.models(folder)));
  return lists.flatMap((list) => list ?? []);
}
