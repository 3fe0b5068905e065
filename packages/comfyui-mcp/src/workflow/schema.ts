import { z } from 'zod';

/** The ranges of generation parameters, the same wherever a tool takes them. */

export const steps = z.int().min(1).max(150);
export const cfg = z.number().min(0).max(30);
export const seed = z.int().min(0).describe('0 is a seed like any other');
export const side = z.int().min(64).max(8192);
export const denoise = z.number().min(0).max(1);
export const batchSize = z.int().min(1).max(100);
export const modelName = z.string().min(1).max(500);
/** A file that ComfyUI has in its input folder, possibly in a sub-folder of it. */
export const inputImage = z
  .string()
  .min(1)
  .max(500)
  .refine((name) => !/^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)/.test(name), {
    error: "expected the name of an image in ComfyUI's input folder; comfy_upload_image puts one there",
  });

const lora = z.strictObject({
  name: modelName,
  strength_model: z.number().min(-100).max(100).default(1),
  strength_clip: z.number().min(-100).max(100).default(1),
});

export const overrides = z.strictObject({
  positive_prompt: z.string().optional(),
  negative_prompt: z.string().optional(),
  seed: seed.optional(),
  steps: steps.optional(),
  cfg: cfg.optional(),
  sampler_name: z.string().optional(),
  scheduler: z.string().optional(),
  width: side.optional(),
  height: side.optional(),
  denoise: denoise.optional(),
  input_image: inputImage.optional(),
  batch_size: batchSize.optional(),
  model: modelName.optional(),
  vae: modelName.optional(),
  lora: z.array(lora).max(20).optional(),
});
export type Overrides = z.infer<typeof overrides>;
export type Lora = z.infer<typeof lora>;

export const workflow = z
  .union([z.string(), z.record(z.string(), z.unknown())])
  .describe("A workflow in ComfyUI's API format: an object of nodes by id, or the same as JSON text");
