import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { ToolError } from '../error.ts';
import { MAX_RANDOM_SEED } from '../limits.ts';
import {
  DEFAULT_STEPS,
  DEFAULTS,
  diffusionWorkflow,
  fluxWorkflow,
  type Picture,
  parameters,
  type Size,
  TEMPLATES,
  type Workflow,
} from '../workflow/index.ts';
import { fluxSource } from './flux-source.ts';
import { submit, submitted } from './submit.ts';
import { defineTool, type World } from './tool.ts';

const input = z.object({
  prompt: z.string().min(1).describe('What the picture shows'),
  template: z.enum(TEMPLATES),
  negative_prompt: z.string().optional().describe('What it must not show; Flux ignores it'),
  model: parameters.modelName.optional().describe('Model file, as comfy_list_models names it'),
  input_image: parameters.inputImage.optional().describe('Required for basic_img2img'),
  width: parameters.side.optional(),
  height: parameters.side.optional(),
  steps: parameters.steps.default(DEFAULT_STEPS),
  cfg: parameters.cfg.optional().describe('How closely to follow the prompt; for Flux its guidance'),
  seed: parameters.seed.optional(),
  sampler: z.string().optional(),
  scheduler: z.string().optional(),
  denoise: parameters.denoise.optional(),
  batch_size: parameters.batchSize.default(1),
});
type Input = z.output<typeof input>;

export const generateSimple = defineTool({
  name: 'comfy_generate_simple',
  title: 'Generate a picture',
  description:
    'Generate images from a prompt with one of four built-in workflows, without writing one. Returns the prompt_id of the job at once; comfy_wait_for_completion waits for its images.',
  input,
  output: submitted.extend({
    seed: z.int().describe('The seed that was used'),
    warnings: z.array(z.string()),
  }),
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
})(async (world, args) => {
  const picture = pictureOf(args);
  const workflow = await workflowOf(world, args, picture);
  const accepted = await submit(world, workflow, undefined);
  return { output: { ...accepted, seed: picture.seed, warnings: warningsOf(args) } };
});

function pictureOf(args: Input): Picture {
  const defaults = DEFAULTS[args.template];
  return {
    prompt: args.prompt,
    negative_prompt: args.negative_prompt ?? '',
    steps: args.steps,
    cfg: args.cfg ?? defaults.cfg,
    seed: args.seed ?? randomInt(MAX_RANDOM_SEED),
    sampler: args.sampler ?? defaults.sampler,
    scheduler: args.scheduler ?? defaults.scheduler,
    denoise: args.denoise ?? defaults.denoise,
    batch_size: args.batch_size,
  };
}

async function workflowOf(world: World, args: Input, picture: Picture): Promise<Workflow> {
  const { side, model } = DEFAULTS[args.template];
  const name = args.model ?? model;
  const size: Size = { width: args.width ?? side, height: args.height ?? side };
  switch (args.template) {
    case 'flux_txt2img':
      return fluxWorkflow(picture, await fluxSource(world.comfy, name), size);
    case 'sd15_txt2img':
    case 'sdxl_txt2img':
      return diffusionWorkflow(picture, { from: 'checkpoint', name }, size);
    case 'basic_img2img':
      return diffusionWorkflow(picture, { from: 'checkpoint', name }, startOf(args, size));
  }
}

/** An image keeps its size unless one is asked for. */
function startOf({ input_image, width, height }: Input, size: Size) {
  if (input_image === undefined)
    throw new ToolError('VALIDATION_ERROR', 'basic_img2img needs input_image', {
      suggestions: [
        "upload one with comfy_upload_image, then give the name that it has in ComfyUI's input folder",
      ],
    });
  return { name: input_image, size: width === undefined && height === undefined ? undefined : size };
}

function warningsOf({ template, negative_prompt, input_image }: Input): string[] {
  return [
    ...(template === 'flux_txt2img' && negative_prompt !== undefined ? ['Flux ignores negative_prompt'] : []),
    ...(template !== 'basic_img2img' && input_image !== undefined ? [`${template} ignores input_image`] : []),
  ];
}
