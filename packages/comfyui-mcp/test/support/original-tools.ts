/** The fourteen tools of the well-known package, by their names and parameters, as it advertises them: nothing is enforced. */
type Schema = Readonly<Record<string, unknown>>;
export type OriginalTool = {
  readonly name: string;
  readonly inputSchema: Schema & { readonly type: 'object' };
};

const text: Schema = { type: 'string' };
const flag = (value: boolean): Schema => ({ type: 'boolean', default: value });
const whole = (minimum: number, maximum: number): Schema => ({ type: 'integer', minimum, maximum });
const amount = (minimum: number, maximum: number): Schema => ({ type: 'number', minimum, maximum });
const oneOf = (...values: readonly string[]): Schema => ({ type: 'string', enum: values });
const texts: Schema = { type: 'array', items: text };
const seconds = (value: number): Schema => ({ type: 'number', default: value });
const workflow: Schema = { anyOf: [text, { type: 'object', additionalProperties: true }] };

const MODEL_TYPES = oneOf(
  ...['checkpoints', 'loras', 'vae', 'clip', 'clip_vision', 'unet', 'embeddings', 'upscale_models'],
  ...['diffusion_models', 'controlnet', 'ipadapter', 'style_models', 'photomaker', 'insightface', 'all'],
);

const sampling = {
  seed: { type: 'integer' },
  steps: whole(1, 150),
  cfg: amount(0, 30),
  width: whole(64, 8192),
  height: whole(64, 8192),
  denoise: amount(0, 1),
  batch_size: whole(1, 100),
} as const satisfies Record<string, Schema>;

const lora: Schema = {
  type: 'array',
  items: {
    type: 'object',
    properties: { name: text, strength_model: amount(-10, 10), strength_clip: amount(-10, 10) },
    required: ['name'],
  },
};

const overrides: Schema = {
  type: 'object',
  properties: {
    positive_prompt: text,
    negative_prompt: text,
    ...sampling,
    sampler_name: text,
    scheduler: text,
    input_image: text,
    model: text,
    vae: text,
    lora,
  },
};

export const ORIGINAL_TOOLS: readonly OriginalTool[] = [
  tool('comfy_submit_workflow', { workflow, overrides, client_id: text }, ['workflow']),
  tool(
    'comfy_generate_simple',
    {
      prompt: text,
      template: oneOf('flux_txt2img', 'sd15_txt2img', 'sdxl_txt2img', 'basic_img2img'),
      negative_prompt: text,
      model: text,
      input_image: text,
      ...sampling,
      sampler: text,
      scheduler: text,
    },
    ['prompt', 'template'],
  ),
  tool('comfy_get_status', { prompt_id: text, include_outputs: flag(true) }),
  tool('comfy_wait_for_completion', { prompt_id: text, timeout: seconds(300), poll_interval: seconds(2) }, [
    'prompt_id',
  ]),
  tool('comfy_list_models', { type: MODEL_TYPES, filter: text, include_size: flag(false) }),
  tool(
    'comfy_save_workflow',
    {
      name: { type: 'string', pattern: '^[a-zA-Z0-9_-]+$' },
      workflow,
      description: text,
      tags: texts,
      overwrite: flag(false),
    },
    ['name', 'workflow'],
  ),
  tool('comfy_load_workflow', { name: text }, ['name']),
  tool('comfy_list_workflows', { filter: text, tags: texts }),
  tool('comfy_delete_workflow', { name: text, confirm: flag(false) }, ['name']),
  tool('comfy_get_queue', {}),
  tool('comfy_cancel_generation', { prompt_id: text, delete_from_queue: flag(true) }),
  tool('comfy_clear_queue', { confirm: flag(false) }),
  tool('comfy_upload_image', { image_path: text, filename: text, overwrite: flag(false) }, ['image_path']),
  tool('comfy_get_output_images', {
    limit: { type: 'integer', default: 20 },
    sort: { ...oneOf('newest', 'oldest', 'name'), default: 'newest' },
    filter: text,
  }),
];

function tool(
  name: string,
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
): OriginalTool {
  return { name, inputSchema: { type: 'object', properties, ...(required.length > 0 ? { required } : {}) } };
}
