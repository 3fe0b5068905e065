import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AGES } from './double/index.ts';
import { encodePng } from './double/png.ts';
import { ERAS } from './support/agents.ts';
import { type Body, post } from './support/comfy-client.ts';
import { cancelRunning, idsInQueue, interrupts, running, strangersJob, submitted } from './support/jobs.ts';
import { type Rig, type RigOptions, startRig } from './support/rig.ts';
import { picture, textToImage } from './support/workflows.ts';

/** The sixteen known defects of the well-known server, each shown to be absent, by agents of both eras. */

const MODELS = {
  checkpoints: ['sd15.safetensors', 'v1-5-pruned-emaonly.safetensors'],
  loras: ['detail.safetensors', 'style.safetensors'],
  vae: ['ae.safetensors', 'other.safetensors'],
  diffusion_models: ['flux_dev.safetensors'],
  text_encoders: ['clip_l.safetensors', 't5xxl_fp8_e4m3fn.safetensors'],
};

/** The workflow that reached ComfyUI last, by node class; one node of each is enough for these tests. */
function sentNodes({ double }: Rig): Body {
  const body = JSON.parse(double.calls.bodies('POST /prompt').at(-1) ?? '{}');
  return Object.fromEntries(
    Object.values(body.prompt).map((node) => [(node as Body).class_type, (node as Body).inputs]),
  );
}

describe.each(ERAS)('for agents of the %s era', (era) => {
  const start = (options: RigOptions = {}): Promise<Rig> => startRig({ era, ...options });

  it('defect 1: schemas are only advertised', async () => {
    await using rig = await start();
    const wrong = [
      ['comfy_submit_workflow', { workflow: picture(), overrides: { steps: 151 } }],
      ['comfy_submit_workflow', { workflow: picture(), overrides: { stepps: 20 } }],
      ['comfy_generate_simple', { prompt: 'x', template: 'sd15_txt2img', width: 63 }],
      ['comfy_generate_simple', { prompt: 'x', template: 'sd15_txt2img', batch_size: 101 }],
      ['comfy_generate_simple', { prompt: 'x', template: 'no_such_template' }],
      ['comfy_wait_for_completion', { prompt_id: 'x', timeout: -1 }],
      ['comfy_get_output_images', { sort: 'sideways' }],
      ['comfy_list_models', { type: '../../etc' }],
      ['comfy_cancel_generation', { delete_from_queue: 'yes' }],
      ['comfy_cancel_generation', { promptId: 'x' }],
      ['comfy_clear_queue', { confirm: 'true' }],
    ] as const;
    for (const [tool, args] of wrong) {
      const { isError, text } = await rig.call(tool, args);
      expect([tool, isError, text]).toEqual([tool, true, expect.stringContaining('Invalid arguments')]);
    }
    expect(rig.double.calls.count()).toBe(0);
    const tools = await rig.agent.tools();
    const steps = tools.find(({ name }) => name === 'comfy_generate_simple').inputSchema.properties.steps;
    expect(steps).toMatchObject({ type: 'integer', minimum: 1, maximum: 150, default: 20 });
  });

  describe.each(AGES)('on a server of the age %s', (age) => {
    it('defect 2: cancelling a pending job interrupts another and leaves it queued', async () => {
      await using rig = await start({ age });
      const first = await running(rig);
      const stranger = await strangersJob(rig.double);
      const mine = await submitted(rig, picture());
      const { data } = await rig.call('comfy_cancel_generation', { prompt_id: mine });
      expect(data).toMatchObject({
        cancelled: true,
        prompt_id: mine,
        found: 'pending',
        action: 'removed_from_queue',
      });
      expect(await idsInQueue(rig)).toEqual({ running: [first], pending: [stranger] });
      expect(rig.double.calls.count('POST /interrupt')).toBe(0);
      rig.double.release();
      expect((await rig.double.ended(first)).status.status_str).toBe('success');
      expect((await rig.double.ended(stranger)).status.status_str).toBe('success');
    });

    it('defect 3: delete_from_queue interrupts the running job as well', async () => {
      await using rig = await start({ age });
      const first = await running(rig);
      const mine = await submitted(rig, picture());
      const args = { prompt_id: mine, delete_from_queue: true };
      expect((await rig.call('comfy_cancel_generation', args)).data.cancelled).toBe(true);
      rig.double.release();
      expect((await rig.double.ended(first)).status.status_str).toBe('success');
    });

    it('defect 4: cancelling always reports success', async () => {
      await using rig = await start({ age });
      const nothing = await rig.call('comfy_cancel_generation');
      expect(nothing.data).toMatchObject({ cancelled: false, found: 'idle', action: 'none' });
      const done = await submitted(rig, picture());
      await rig.double.ended(done);
      const finished = await rig.call('comfy_cancel_generation', { prompt_id: done });
      expect(finished.data).toMatchObject({ cancelled: false, found: 'finished', action: 'none' });
      const unknown = await rig.call('comfy_cancel_generation', {
        prompt_id: '00000000-0000-4000-8000-000000000000',
      });
      expect(unknown.data).toMatchObject({ cancelled: false, found: 'unknown', action: 'none' });
      await running(rig);
      const waiting = await submitted(rig, picture());
      const kept = await rig.call('comfy_cancel_generation', {
        prompt_id: waiting,
        delete_from_queue: false,
      });
      expect(kept.data).toMatchObject({ cancelled: false, found: 'pending', action: 'none' });
      expect((await idsInQueue(rig)).pending).toEqual([waiting]);
      expect(interrupts(rig.double)).toBe(0);
    });

    it('defect 5: every accepted job is reported as failed', async () => {
      await using rig = await start({ age, models: MODELS });
      const submission = await rig.call('comfy_submit_workflow', { workflow: picture() });
      expect(submission).toMatchObject({ isError: false, data: { status: 'queued', node_errors: [] } });
      const simple = await rig.call('comfy_generate_simple', { prompt: 'a cat', template: 'sd15_txt2img' });
      expect(simple).toMatchObject({ isError: false, data: { status: 'queued', node_errors: [] } });
      expect((await rig.double.ended(simple.data.prompt_id)).status.status_str).toBe('success');
    });

    it('defect 7: status loses outputs, calls failed jobs completed and invents positions', async () => {
      await using rig = await start({ age });
      const done = await submitted(rig, picture('seven'));
      await rig.double.ended(done);
      const completed = await rig.call('comfy_get_status', { prompt_id: done });
      expect(completed.data).toMatchObject({
        status: 'completed',
        outputs: [{ filename: 'seven_00001_.png' }],
      });
      const bare = await rig.call('comfy_get_status', { prompt_id: done, include_outputs: false });
      expect(bare.data.outputs).toBeUndefined();
      const stopped = await running(rig);
      await submitted(rig, picture());
      const second = await submitted(rig, picture());
      const queued = await rig.call('comfy_get_status', { prompt_id: second });
      expect(queued.data).toMatchObject({ status: 'queued', queue_position: 2 });
      expect((await rig.call('comfy_get_status', { prompt_id: stopped })).data.status).toBe('executing');
      await cancelRunning(rig, { prompt_id: stopped });
      expect((await rig.call('comfy_get_status', { prompt_id: stopped })).data.status).toBe('interrupted');
      const failing = await submitted(rig, picture('../outside'));
      rig.double.release();
      await rig.double.ended(failing);
      const failed = await rig.call('comfy_get_status', { prompt_id: failing });
      expect(failed.data).toMatchObject({
        status: 'failed',
        error: { node_type: 'SaveImage', node_id: '2' },
      });
      const withoutArguments = await rig.agent.callBare('comfy_get_status');
      expect(withoutArguments.data).toMatchObject({
        status: 'queue',
        queue: { summary: '0 running, 0 pending' },
      });
    });
  });

  it('defect 6: the reasons of a refused workflow are buried', async () => {
    await using rig = await start();
    const { isError, error } = await rig.call('comfy_submit_workflow', {
      workflow: picture('x', { width: 0 }),
    });
    expect(isError).toBe(true);
    expect(error).toMatchObject({ type: 'validation', code: 'INVALID_WORKFLOW' });
    expect(error.message).toMatch(/node 1 \(EmptyImage\).*smaller than min/);
    expect(error.details.node_errors[0]).toMatchObject({ node_id: '1', type: 'value_smaller_than_min' });
    const missing = await rig.call('comfy_generate_simple', { prompt: 'x', template: 'sd15_txt2img' });
    expect(missing.error).toMatchObject({ code: 'MODEL_NOT_FOUND' });
    expect(missing.error.message).toContain('ckpt_name');
  });

  it('defect 8: waiting confuses ends, misses deletions, tells no progress and cannot be cancelled', async () => {
    await using rig = await start();
    const wait = 'comfy_wait_for_completion';
    const first = await running(rig);
    const [failing, deleted] = [await submitted(rig, picture('../outside')), await submitted(rig, picture())];
    const told: { progress: number; total?: number }[] = [];
    const waiting = rig.call(wait, { prompt_id: first }, { onprogress: (each) => void told.push(each) });
    const failed = rig.call(wait, { prompt_id: failing });
    const gone = rig.call(wait, { prompt_id: deleted });
    const cancel = new AbortController();
    const cancelled = rig.call(wait, { prompt_id: failing }, { signal: cancel.signal });
    await rig.double.called('GET /queue', 4);
    cancel.abort();
    await expect(cancelled).rejects.toThrow();
    await post(`${rig.double.url}/queue`, { delete: [deleted] });
    expect(await gone).toMatchObject({ isError: true, error: { code: 'JOB_NOT_FOUND' } });
    for (let node = 0; node < 4; node += 1) {
      await rig.double.held();
      rig.double.step();
    }
    rig.double.release();
    const ended = await waiting;
    expect(ended.data).toMatchObject({ status: 'completed', outputs: [{ type: 'output' }] });
    expect(ended.images).toHaveLength(1);
    expect(told.length).toBeGreaterThan(2);
    expect(told.map(({ progress }) => progress)).toEqual(
      told.map(({ progress }) => progress).toSorted((a, b) => a - b),
    );
    expect(told.at(-1)?.total).toBe(5);
    expect((await failed).data).toMatchObject({ status: 'failed', error: { node_type: 'SaveImage' } });
  });

  it('defect 9: output paths ignore subfolder and type', async () => {
    await using rig = await start();
    const id = await submitted(rig, picture('deep/er/nine'));
    const { data } = await rig.call('comfy_wait_for_completion', { prompt_id: id });
    const [output] = data.outputs;
    expect(output).toMatchObject({
      filename: 'nine_00001_.png',
      subfolder: 'deep/er',
      type: 'output',
      path: 'deep/er/nine_00001_.png',
    });
    expect((await fetch(output.url)).status).toBe(200);
    const { images } = (await rig.call('comfy_get_output_images')).data;
    expect(images[0]).toMatchObject({ path: 'deep/er/nine_00001_.png', subfolder: 'deep/er' });
  });

  it('defect 10: overwriting a saved workflow never works', async () => {
    await using rig = await start();
    const save = (workflow: object, more: object = {}) =>
      rig.call('comfy_save_workflow', { name: 'mine', workflow, ...more });
    expect((await save(picture('one'))).data).toEqual({ saved: true, name: 'mine', overwritten: false });
    expect(await save(picture('two'))).toMatchObject({ isError: true, error: { code: 'VALIDATION_ERROR' } });
    const before = await rig.call('comfy_load_workflow', { name: 'mine' });
    const again = await save(picture('two'), { overwrite: true });
    expect(again.data).toEqual({ saved: true, name: 'mine', overwritten: true });
    const after = await rig.call('comfy_load_workflow', { name: 'mine' });
    expect(before.data.workflow['2'].inputs.filename_prefix).toBe('one');
    expect(after.data.workflow['2'].inputs.filename_prefix).toBe('two');
    expect(after.data.created_at).toBe(before.data.created_at);
  });

  it('defect 11: names lead out of their folders', async () => {
    await using rig = await start({ local: true });
    const outside = join(rig.workflows, '..', 'outside.json');
    await writeFile(outside, '{"1":{}}');
    for (const name of ['../outside', '..\\outside', '/etc/passwd', 'a/b', '.', '..', 'a\0b']) {
      for (const tool of ['comfy_load_workflow', 'comfy_delete_workflow', 'comfy_save_workflow']) {
        const args = { name, confirm: true, overwrite: true, workflow: picture() };
        expect(await rig.call(tool, args)).toMatchObject({ isError: true });
      }
    }
    expect(await readFile(outside, 'utf8')).toBe('{"1":{}}');
    const secret = join(rig.uploads, '..', 'secret.png');
    await writeFile(secret, encodePng({ width: 1, height: 1, color: 0 }, {}));
    const stolen = await rig.call('comfy_upload_image', { image_path: secret });
    expect(stolen).toMatchObject({ isError: true, error: { code: 'PERMISSION_DENIED' } });
    await writeFile(join(rig.uploads, 'passwords.png'), 'root:x:0:0');
    const text = await rig.call('comfy_upload_image', {
      image_path: join(rig.uploads, 'passwords.png'),
    });
    expect(text).toMatchObject({ isError: true, error: { code: 'VALIDATION_ERROR' } });
    await writeFile(join(rig.uploads, 'fine.png'), encodePng({ width: 1, height: 1, color: 0 }, {}));
    const { data } = await rig.call('comfy_upload_image', {
      image_path: 'fine.png',
      filename: '../../out.png',
    });
    expect(data).toMatchObject({ filename: 'out.png', via: 'disk' });
    await access(join(rig.double.folders.input, 'out.png'));
  });

  it('defect 12: overrides are ignored or written into the wrong nodes', async () => {
    await using rig = await start({ models: MODELS });
    const { data, text } = await rig.call('comfy_submit_workflow', {
      workflow: advanced(),
      overrides: {
        positive_prompt: 'a heron',
        negative_prompt: 'people',
        seed: 77,
        width: 768,
        height: 640,
        vae: 'other.safetensors',
        lora: [{ name: 'detail.safetensors', strength_model: 0.5 }],
      },
    });
    expect(data, text).toMatchObject({ status: 'queued', node_errors: [] });
    const sent = JSON.parse(rig.double.calls.bodies('POST /prompt')[0] ?? '').prompt;
    expect(sent['2'].inputs.text).toBe('a heron');
    expect(sent['3'].inputs.text).toBe('people');
    expect(sent['5'].inputs).toMatchObject({ noise_seed: 77 });
    expect(sent['5'].inputs.seed).toBeUndefined();
    expect(sent['4']).toMatchObject({
      class_type: 'EmptySD3LatentImage',
      inputs: { width: 768, height: 640 },
    });
    const nodes = sentNodes(rig);
    expect(nodes.LoraLoader).toMatchObject({ lora_name: 'detail.safetensors', strength_model: 0.5 });
    expect(nodes.VAELoader).toEqual({ vae_name: 'other.safetensors' });
    expect(sent[sent['5'].inputs.model[0]].class_type).toBe('LoraLoader');
    expect(sent[sent['2'].inputs.clip[0]].class_type).toBe('LoraLoader');
    expect(sent[sent['6'].inputs.vae[0]].class_type).toBe('VAELoader');
    expect((await rig.double.ended(data.prompt_id)).status.status_str).toBe('success');
    const ignored = await rig.call('comfy_submit_workflow', {
      workflow: picture(),
      overrides: { lora: [{ name: 'x' }] },
    });
    expect(ignored).toMatchObject({ isError: true, error: { code: 'VALIDATION_ERROR' } });
    expect(ignored.error.message).toContain('lora');
  });

  it('defect 13: zero is taken for not given', async () => {
    await using rig = await start({ models: MODELS });
    const base = { prompt: 'x', template: 'sd15_txt2img' };
    const { data } = await rig.call('comfy_generate_simple', { ...base, seed: 0, cfg: 0, denoise: 0 });
    expect(data.seed).toBe(0);
    expect(sentNodes(rig).KSampler).toMatchObject({ seed: 0, cfg: 0, denoise: 0, steps: 20 });
    await rig.call('comfy_submit_workflow', {
      workflow: textToImage('sd15.safetensors'),
      overrides: { seed: 0, cfg: 0, denoise: 0 },
    });
    expect(sentNodes(rig).KSampler).toMatchObject({ seed: 0, cfg: 0, denoise: 0 });
    expect(await rig.call('comfy_generate_simple', { ...base, steps: 0 })).toMatchObject({ isError: true });
  });

  it('defect 14: the Flux template fits no usual Flux model', async () => {
    await using rig = await start({ models: MODELS });
    await rig.call('comfy_generate_simple', { prompt: 'a fox', template: 'flux_txt2img' });
    const nodes = sentNodes(rig);
    expect(nodes.UNETLoader.unet_name).toBe('flux_dev.safetensors');
    expect(nodes.DualCLIPLoader).toMatchObject({
      type: 'flux',
      clip_name1: 't5xxl_fp8_e4m3fn.safetensors',
      clip_name2: 'clip_l.safetensors',
    });
    expect(nodes.VAELoader.vae_name).toBe('ae.safetensors');
    expect(nodes.FluxGuidance.guidance).toBe(3.5);
    expect(nodes.KSampler.cfg).toBe(1);
    expect(nodes.CheckpointLoaderSimple).toBeUndefined();
  });

  it('defect 15: the WebSocket client is never used', async () => {
    await using rig = await start();
    const id = await running(rig);
    const messages: string[] = [];
    const onprogress = ({ message = '' }: { message?: string }): void => void messages.push(message);
    // The interval is long: what ends this wait is what ComfyUI says.
    const args = { prompt_id: id, poll_interval: 60 };
    const waiting = rig.call('comfy_wait_for_completion', args, { onprogress });
    await rig.double.called('GET /ws');
    await rig.double.called('GET /queue', 2);
    rig.double.release();
    expect((await waiting).data.status).toBe('completed');
    expect(messages.join('\n')).toMatch(/node \d \(ImageBlur\)/);
  });

  it('defect 16: models are listed with absolute paths', async () => {
    await using rig = await start({ local: true, models: MODELS });
    await mkdir(join(rig.double.folders.models, 'loras', 'anime'));
    await writeFile(join(rig.double.folders.models, 'loras', 'anime', 'eyes.safetensors'), 'x');
    const { data } = await rig.call('comfy_list_models', { type: 'loras', include_size: true });
    expect(data.source).toBe('disk');
    expect(data.models.map(({ path }: Body) => path).sort()).toEqual([
      'loras/anime/eyes.safetensors',
      'loras/detail.safetensors',
      'loras/style.safetensors',
    ]);
    expect(data.models).toContainEqual({
      name: 'anime/eyes.safetensors',
      type: 'loras',
      path: 'loras/anime/eyes.safetensors',
      size_bytes: 1,
    });
  });
});

/** Text to image with the advanced sampler and a newer latent: node types that the well-known server does not know. */
function advanced(): object {
  const workflow: Body = textToImage('sd15.safetensors');
  const { seed: _seed, denoise: _denoise, ...sampling } = workflow[5].inputs;
  const inputs = {
    ...sampling,
    noise_seed: 1,
    add_noise: 'enable',
    start_at_step: 0,
    end_at_step: 10000,
    return_with_leftover_noise: 'disable',
  };
  return {
    ...workflow,
    4: { ...workflow[4], class_type: 'EmptySD3LatentImage' },
    5: { class_type: 'KSamplerAdvanced', inputs },
  };
}
