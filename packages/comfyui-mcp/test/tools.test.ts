import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePng } from './double/png.ts';
import { ERAS } from './support/agents.ts';
import { type Body, submit } from './support/comfy-client.ts';
import { running, submitted } from './support/jobs.ts';
import { type Rig, startRig } from './support/rig.ts';
import { picture, textToImage } from './support/workflows.ts';

const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true };
const RUNS = { readOnlyHint: false, destructiveHint: false, idempotentHint: false };
const WRITES = { readOnlyHint: false, destructiveHint: false, idempotentHint: true };

/** The tools of the well-known server, with the parameters that policies name and the hints that it never sent. */
const EXPECTED: Readonly<Record<string, readonly [object, required: string[], optional: string[]]>> = {
  comfy_submit_workflow: [RUNS, ['workflow'], ['overrides', 'client_id']],
  comfy_generate_simple: [
    RUNS,
    ['prompt', 'template'],
    [
      ...['negative_prompt', 'model', 'input_image', 'width', 'height', 'steps', 'cfg', 'seed', 'sampler'],
      ...['scheduler', 'denoise', 'batch_size'],
    ],
  ],
  comfy_get_status: [READS, [], ['prompt_id', 'include_outputs']],
  comfy_wait_for_completion: [READS, ['prompt_id'], ['timeout', 'poll_interval']],
  comfy_list_models: [READS, [], ['type', 'filter', 'include_size']],
  comfy_save_workflow: [WRITES, ['name', 'workflow'], ['description', 'tags', 'overwrite']],
  comfy_load_workflow: [READS, ['name'], []],
  comfy_list_workflows: [READS, [], ['filter', 'tags']],
  comfy_delete_workflow: [{ ...WRITES, destructiveHint: true }, ['name'], ['confirm']],
  comfy_get_queue: [READS, [], []],
  comfy_cancel_generation: [{ ...RUNS, destructiveHint: true }, [], ['prompt_id', 'delete_from_queue']],
  comfy_clear_queue: [{ ...RUNS, destructiveHint: true }, [], ['confirm']],
  comfy_upload_image: [WRITES, ['image_path'], ['filename', 'overwrite']],
  comfy_get_output_images: [READS, [], ['limit', 'sort', 'filter']],
};

describe.each(ERAS)('the tools that an agent of the %s era is shown', (era) => {
  let rig: Rig;
  let tools: readonly Body[];
  beforeAll(async () => {
    rig = await startRig({ era });
    tools = await rig.agent.tools();
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  it('are the fourteen, in their order', () => {
    expect(tools.map(({ name }) => name)).toEqual(Object.keys(EXPECTED));
  });

  it.each(Object.entries(EXPECTED))(
    '%s has its parameters, hints and result',
    (name, [hints, required, optional]) => {
      const tool = tools.find((each) => each.name === name);
      expect(tool.annotations).toMatchObject(hints);
      expect(Object.keys(tool.inputSchema.properties)).toEqual([...required, ...optional]);
      expect(tool.inputSchema.required ?? []).toEqual(required);
      expect(tool.outputSchema.type).toBe('object');
      expect(tool.description.length).toBeGreaterThan(20);
    },
  );

  it('cancel says what the well-known one says', () => {
    expect(tools.find(({ name }) => name === 'comfy_cancel_generation').description).toBe(
      'Cancel a specific generation or interrupt the currently executing generation. Can optionally remove from queue.',
    );
  });

  it('say in text what they say in structure', async () => {
    const { text, data } = await rig.call('comfy_get_queue');
    expect(JSON.parse(text)).toEqual(data);
  });
});

describe('generating', () => {
  const MODELS = {
    checkpoints: ['v1-5-pruned-emaonly.safetensors', 'sd_xl_base_1.0.safetensors', 'my.safetensors'],
  };
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig({ models: MODELS });
  });
  afterAll(() => rig[Symbol.asyncDispose]());
  const sent = (): Body => JSON.parse(rig.double.calls.bodies('POST /prompt').at(-1) ?? '').prompt;
  const generate = (args: object) => rig.call('comfy_generate_simple', { prompt: 'a lighthouse', ...args });

  it.each([
    ['sd15_txt2img', 512, { steps: 20, cfg: 7, sampler_name: 'dpmpp_2m', scheduler: 'karras', denoise: 1 }],
    [
      'sdxl_txt2img',
      1024,
      { steps: 20, cfg: 7, sampler_name: 'dpmpp_2m_sde', scheduler: 'karras', denoise: 1 },
    ],
  ])('%s has its defaults and a seed that is told', async (template, side, sampling) => {
    const { data } = await generate({ template });
    expect(sent()['7'].inputs).toEqual({ width: side, height: side, batch_size: 1 });
    expect(sent()['8'].inputs).toMatchObject({ ...sampling, seed: data.seed });
    expect((await rig.double.ended(data.prompt_id)).status.status_str).toBe('success');
  });

  it('basic_img2img starts from an image, and says so when there is none', async () => {
    await writeFile(
      `${rig.double.folders.input}/start.png`,
      encodePng({ width: 64, height: 64, color: 1 }, {}),
    );
    expect((await generate({ template: 'basic_img2img' })).error.message).toContain('input_image');
    const { data } = await generate({
      template: 'basic_img2img',
      input_image: 'start.png',
      model: 'my.safetensors',
    });
    expect(sent()['8'].inputs.denoise).toBe(0.75);
    expect(sent()['1'].inputs.ckpt_name).toBe('my.safetensors');
    expect((await rig.double.ended(data.prompt_id)).status.status_str).toBe('success');
    const out = await generate({ template: 'basic_img2img', input_image: '../../etc/passwd' });
    expect(out.isError).toBe(true);
  });

  it('flux takes a checkpoint that has everything inside, and says what it has no use for', async () => {
    const { error } = await generate({
      template: 'flux_txt2img',
      negative_prompt: 'fog',
      model: 'my.safetensors',
    });
    expect(sent()['1'].class_type).toBe('CheckpointLoaderSimple');
    expect(sent()['11'].inputs).toMatchObject({ guidance: 3.5 });
    // The double does not have Flux's node types; a ComfyUI does.
    expect(error.message).toMatch(/ConditioningZeroOut|FluxGuidance/);
  });

  it('tells progress inside a sampler', async () => {
    rig.double.hold();
    const id = await submitted(rig, textToImage('my.safetensors', { steps: 10, seed: 12345 }));
    const told: string[] = [];
    const onprogress = ({ message = '' }): void => void told.push(message);
    const waiting = rig.call(
      'comfy_wait_for_completion',
      { prompt_id: id, poll_interval: 60 },
      { onprogress },
    );
    await rig.double.called('GET /ws');
    await rig.double.held();
    rig.double.release();
    expect((await waiting).data.status).toBe('completed');
    expect(told).toContain('node 5 (KSampler): 5 of 10');
  });
});

describe('with ComfyUI elsewhere', () => {
  const MODELS = {
    checkpoints: ['a.safetensors'],
    diffusion_models: ['flux.safetensors'],
    text_encoders: ['clip_l.safetensors'],
  };
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig({ models: MODELS });
  });
  afterAll(() => rig[Symbol.asyncDispose]());
  const names = async (args: object) =>
    (await rig.call('comfy_list_models', args)).data.models.map(({ name, type }: Body) => `${type}/${name}`);

  it('models are those that it lists, also under the names that folders had before', async () => {
    expect(await names({})).toEqual([
      'checkpoints/a.safetensors',
      'clip/clip_l.safetensors',
      'unet/flux.safetensors',
    ]);
    expect(await names({ type: 'unet' })).toEqual(['unet/flux.safetensors']);
    expect(await names({ type: 'diffusion_models' })).toEqual(['diffusion_models/flux.safetensors']);
    expect(await names({ filter: 'CLIP' })).toEqual(['clip/clip_l.safetensors']);
    expect(await names({ type: 'ipadapter' })).toEqual([]);
    const { data } = await rig.call('comfy_list_models', { include_size: true });
    expect(data).toMatchObject({ source: 'comfyui', note: expect.stringContaining('COMFYUI_MODELS_DIR') });
  });

  it('images are those of its history, and few of them are shown', async () => {
    for (const name of ['b', 'sub/a', 'c']) await rig.double.ended(await submitted(rig, picture(name)));
    const list = async (args: object) => await rig.call('comfy_get_output_images', args);
    const paths = async (args: object) => (await list(args)).data.images.map(({ path }: Body) => path);
    expect(await paths({})).toEqual(['c_00001_.png', 'sub/a_00001_.png', 'b_00001_.png']);
    expect(await paths({ sort: 'oldest' })).toEqual(['b_00001_.png', 'sub/a_00001_.png', 'c_00001_.png']);
    expect(await paths({ sort: 'name', limit: 2 })).toEqual(['b_00001_.png', 'c_00001_.png']);
    expect(await paths({ filter: 'SUB/' })).toEqual(['sub/a_00001_.png']);
    expect((await list({})).images).toEqual([]);
    expect((await list({ limit: 2 })).images).toHaveLength(2);
  });

  it('the queue is told in the order in which it will run, with the jobs of this server marked', async () => {
    const first = await running(rig);
    for (const number of [901, 903, 902, 900.5, 900.1])
      await submit(rig.double.url, picture(), { number, client_id: 'stranger' });
    const { data } = await rig.call('comfy_get_queue');
    expect(data.summary).toBe('1 running, 5 pending');
    expect(data.running).toMatchObject([{ prompt_id: first, own: true, position: 0 }]);
    expect(data.pending.map(({ number }: Body) => number)).toEqual([900.1, 900.5, 901, 902, 903]);
    expect(data.pending[0]).toMatchObject({ own: false, position: 1 });
    expect(data.pending[0].workflow_summary).toBe('2 nodes: EmptyImage, SaveImage');
    rig.double.release();
    await rig.double.idle();
  });

  it('images that are large are told, not shown', async () => {
    const id = await submitted(rig, picture('large'));
    await rig.double.ended(id);
    await writeFile(`${rig.double.folders.output}/large_00001_.png`, padded(1_100_000));
    const { data, images } = await rig.call('comfy_get_status', { prompt_id: id });
    expect(data.outputs).toHaveLength(1);
    expect(images).toEqual([]);
  });
});

it('with ComfyUI on this machine, large images are not shown either', async () => {
  await using rig = await startRig({ local: true });
  await writeFile(`${rig.double.folders.output}/large.png`, padded(1_100_000));
  await writeFile(`${rig.double.folders.output}/small.png`, padded(10));
  const { data, images } = await rig.call('comfy_get_output_images', { limit: 4 });
  expect(data).toMatchObject({ total: 2, source: 'disk' });
  expect(images).toHaveLength(1);
});

it.each([
  ['a folder', (path: string) => mkdir(path)],
  ['a pipe', async (path: string) => void execFileSync('mkfifo', [path])],
])(
  'with ComfyUI on this machine, a job whose picture is %s by now is told all the same',
  async (_what, make) => {
    await using rig = await startRig({ local: true });
    const id = await submitted(rig, picture('odd'));
    await rig.double.ended(id);
    const path = `${rig.double.folders.output}/odd_00001_.png`;
    await rm(path);
    await make(path);
    const { data, images } = await rig.call('comfy_wait_for_completion', { prompt_id: id });
    expect(data).toMatchObject({ status: 'completed', outputs: [{ path: 'odd_00001_.png' }] });
    expect(images).toEqual([]);
  },
);

/** Begins as a PNG does and is this much longer; nobody decodes it. */
function padded(bytes: number): Buffer {
  return Buffer.concat([encodePng({ width: 1, height: 1, color: 0 }, {}), Buffer.alloc(bytes, 7)]);
}
