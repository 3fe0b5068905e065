import { describe, expect, it } from 'vitest';
import { readWorkflow, type Workflow } from './graph.ts';
import { applyOverrides } from './overrides.ts';
import { type Overrides, overrides } from './schema.ts';

const apply = (workflow: object, given: object): Workflow =>
  applyOverrides(readWorkflow(workflow), overrides.parse(given));
const node = (class_type: string, inputs: object) => ({ class_type, inputs });

/** Flux as ComfyUI's own template has it: parts, a guider, a scheduler and noise as nodes of their own. */
const FLUX = {
  1: node('UNETLoader', { unet_name: 'flux1-dev.safetensors', weight_dtype: 'default' }),
  2: node('DualCLIPLoader', { clip_name1: 't5', clip_name2: 'clip_l', type: 'flux' }),
  3: node('VAELoader', { vae_name: 'ae.safetensors' }),
  4: node('CLIPTextEncode', { text: ['20', 0], clip: ['2', 0] }),
  5: node('FluxGuidance', { conditioning: ['4', 0], guidance: 3.5 }),
  6: node('ModelSamplingFlux', {
    model: ['1', 0],
    max_shift: 1.15,
    base_shift: 0.5,
    width: ['21', 0],
    height: 1024,
  }),
  7: node('BasicGuider', { model: ['6', 0], conditioning: ['5', 0] }),
  8: node('RandomNoise', { noise_seed: 5 }),
  9: node('KSamplerSelect', { sampler_name: 'euler' }),
  10: node('BasicScheduler', { model: ['6', 0], scheduler: 'simple', steps: 20, denoise: 1 }),
  11: node('EmptySD3LatentImage', { width: ['21', 0], height: 1024, batch_size: 1 }),
  12: node('SamplerCustomAdvanced', {
    noise: ['8', 0],
    guider: ['7', 0],
    sampler: ['9', 0],
    sigmas: ['10', 0],
    latent_image: ['11', 0],
  }),
  13: node('VAEDecode', { samples: ['12', 0], vae: ['3', 0] }),
  14: node('SaveImage', { images: ['13', 0], filename_prefix: 'x' }),
  20: node('PrimitiveString', { value: 'a hill' }),
  21: node('PrimitiveInt', { value: 1024 }),
};

/** Stable Diffusion with a ControlNet between the texts and the sampler. */
const CONTROLLED = {
  1: node('CheckpointLoaderSimple', { ckpt_name: 'sd15.safetensors' }),
  2: node('CLIPTextEncodeSDXL', { text_g: 'p', text_l: 'p', width: 1024, height: 1024, clip: ['1', 1] }),
  3: node('CLIPTextEncode', { text: 'n', clip: ['1', 1] }),
  4: node('ControlNetApplyAdvanced', { positive: ['2', 0], negative: ['3', 0], image: ['9', 0] }),
  5: node('EmptyLatentImage', { width: 512, height: 512, batch_size: 1 }),
  6: node('KSampler', {
    model: ['1', 0],
    positive: ['4', 0],
    negative: ['4', 1],
    latent_image: ['5', 0],
    seed: 1,
  }),
  7: node('VAEDecode', { samples: ['6', 0], vae: ['1', 2] }),
  9: node('LoadImage', { image: 'pose.png' }),
};

const inputsOf = (workflow: Workflow, id: number) => workflow[String(id)]?.inputs;

describe('overrides of a workflow with a custom sampler', () => {
  it('reach the nodes that hold each value, also through nodes of one value', () => {
    const changed = apply(FLUX, {
      positive_prompt: 'a valley',
      seed: 0,
      steps: 8,
      sampler_name: 'heun',
      scheduler: 'beta',
      denoise: 0.5,
      width: 768,
      height: 640,
      batch_size: 3,
      model: 'flux1-krea.safetensors',
      vae: 'other.safetensors',
    });
    expect(inputsOf(changed, 20)).toEqual({ value: 'a valley' });
    expect(inputsOf(changed, 8)).toEqual({ noise_seed: 0 });
    expect(inputsOf(changed, 9)).toEqual({ sampler_name: 'heun' });
    expect(inputsOf(changed, 10)).toMatchObject({ scheduler: 'beta', steps: 8, denoise: 0.5 });
    expect(inputsOf(changed, 21)).toEqual({ value: 768 });
    expect(inputsOf(changed, 11)).toMatchObject({ width: ['21', 0], height: 640, batch_size: 3 });
    expect(inputsOf(changed, 6)).toMatchObject({ width: ['21', 0], height: 640 });
    expect(inputsOf(changed, 1)).toMatchObject({ unet_name: 'flux1-krea.safetensors' });
    expect(inputsOf(changed, 3)).toEqual({ vae_name: 'other.safetensors' });
  });

  it('put LoRAs between the loaders and everything that used them, in order', () => {
    const changed = apply(FLUX, {
      lora: [{ name: 'a' }, { name: 'b', strength_model: 0.5, strength_clip: 0 }],
    });
    const first = Object.entries(changed).find(([, { inputs }]) => inputs['lora_name'] === 'a');
    const second = Object.entries(changed).find(([, { inputs }]) => inputs['lora_name'] === 'b');
    expect(first?.[1]).toEqual(
      node('LoraLoader', {
        lora_name: 'a',
        strength_model: 1,
        strength_clip: 1,
        model: ['1', 0],
        clip: ['2', 0],
      }),
    );
    expect(second?.[1].inputs).toMatchObject({
      strength_model: 0.5,
      strength_clip: 0,
      model: [first?.[0], 0],
      clip: [first?.[0], 1],
    });
    expect(inputsOf(changed, 6)?.['model']).toEqual([second?.[0], 0]);
    expect(inputsOf(changed, 4)?.['clip']).toEqual([second?.[0], 1]);
  });

  it('do not reach what the workflow has no use for', () => {
    expect(() => apply(FLUX, { negative_prompt: 'fog' })).toThrow('negative_prompt');
    expect(() => apply(FLUX, { cfg: 3, input_image: 'a.png' })).toThrow('cfg, input_image');
  });
});

describe('overrides of a workflow with a control net', () => {
  it('find the texts by their links, positive and negative apart', () => {
    const changed = apply(CONTROLLED, { positive_prompt: 'new', negative_prompt: 'not' });
    expect(inputsOf(changed, 2)).toMatchObject({ text_g: 'new', text_l: 'new', width: 1024 });
    expect(inputsOf(changed, 3)).toMatchObject({ text: 'not' });
  });

  it('give a checkpoint another VAE where it used its own', () => {
    const changed = apply(CONTROLLED, { vae: 'v.safetensors' });
    const [id] = Object.entries(changed).find(([, { class_type }]) => class_type === 'VAELoader') ?? [];
    expect(inputsOf(changed, 7)?.['vae']).toEqual([id, 0]);
  });

  it('set a LoRA that is there instead of adding it again', () => {
    const lora = {
      8: node('LoraLoader', { lora_name: 'a', strength_model: 1, strength_clip: 1, model: ['1', 0] }),
    };
    const changed = apply({ ...CONTROLLED, ...lora }, { lora: [{ name: 'a', strength_model: 0.2 }] });
    expect(inputsOf(changed, 8)).toMatchObject({ strength_model: 0.2 });
    expect(Object.keys(changed)).toHaveLength(Object.keys(CONTROLLED).length + 1);
  });

  it('leave the given workflow as it was', () => {
    const given = readWorkflow(CONTROLLED);
    applyOverrides(given, { seed: 9, lora: [{ name: 'a', strength_model: 1, strength_clip: 1 }] });
    expect(given).toEqual(readWorkflow(CONTROLLED));
  });

  it('refuse to guess between two loaders or two images', () => {
    const two = {
      ...CONTROLLED,
      10: node('LoadImage', { image: 'b.png' }),
      11: node('CheckpointLoaderSimple', { ckpt_name: 'refiner.safetensors' }),
      12: node('KSampler', { model: ['11', 0], positive: ['3', 0], latent_image: ['6', 0] }),
    };
    expect(() => apply(two, { model: 'x' })).toThrow('found nodes 1, 11');
    expect(() => apply(two, { input_image: 'x.png' })).toThrow('found 2 of LoadImage');
  });
});

it('a negative prompt that is the zeroed positive one is left alone', () => {
  const zeroed = {
    ...CONTROLLED,
    3: node('ConditioningZeroOut', { conditioning: ['2', 0] }),
  };
  expect(() => apply(zeroed, { negative_prompt: 'fog' })).toThrow('negative_prompt');
});

it('a text that serves both sides is the positive one', () => {
  const shared = {
    ...CONTROLLED,
    4: { ...CONTROLLED[4], inputs: { positive: ['2', 0], negative: ['2', 0] } },
  };
  expect(() => apply(shared, { negative_prompt: 'fog' })).toThrow('negative_prompt');
});

it('every override has a setter', () => {
  const all: Record<keyof Overrides, unknown> = {
    positive_prompt: 'p',
    negative_prompt: 'n',
    seed: 1,
    steps: 1,
    cfg: 1,
    sampler_name: 's',
    scheduler: 's',
    width: 64,
    height: 64,
    denoise: 1,
    input_image: 'i.png',
    batch_size: 1,
    model: 'm',
    vae: 'v',
    lora: [{ name: 'l' }],
  };
  const nothing = { 1: node('Note', {}) };
  for (const [name, value] of Object.entries(all))
    expect(() => apply(nothing, { [name]: value })).toThrow(name);
});
