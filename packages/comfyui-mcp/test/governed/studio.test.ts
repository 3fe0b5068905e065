import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentClient } from '../../../server/test/support/clients.ts';
import { textOf } from '../../../server/test/support/clients.ts';
import { submit } from '../support/comfy-client.ts';
import { picture, textToImage } from '../support/workflows.ts';
import { answerOf, type Governed, MODELS, refusalOf, SERVERS, startGoverned } from './world.ts';

const MODEL = MODELS[0];
const GENERATE = { prompt: 'a lighthouse', template: 'sdxl_txt2img', model: MODEL, steps: 2 };
const OVERRIDES = { width: 512, height: 768, batch_size: 1, model: MODEL };
const SUBMIT = { workflow: textToImage(MODEL), overrides: OVERRIDES };
const JOB = '0198c3a0-0000-4000-8000-00000000000a';
const manyNodes = Object.fromEntries(
  Array.from({ length: 41 }, (_, index) => [index, { class_type: 'EmptyImage', inputs: {} }]),
);

/** What the policy refuses, and the rule that does. */
const REFUSED: readonly (readonly [tool: string, args: object, outcome: string, rule: string])[] = [
  ['comfy_generate_simple', { ...GENERATE, width: 1025 }, 'deny', 'deny_if/too-large'],
  ['comfy_generate_simple', { ...GENERATE, height: 8192 }, 'deny', 'deny_if/too-large'],
  ['comfy_generate_simple', { ...GENERATE, batch_size: 5 }, 'deny', 'deny_if/too-large'],
  ['comfy_generate_simple', { ...GENERATE, width: '2048' }, 'deny', 'validate'],
  ['comfy_generate_simple', { ...GENERATE, steps: 151 }, 'deny', 'validate'],
  ['comfy_generate_simple', { ...GENERATE, priority: 'high' }, 'deny', 'validate'],
  ['comfy_generate_simple', { ...GENERATE, model: 'other.safetensors' }, 'deny', 'require/known-model'],
  ['comfy_generate_simple', { ...GENERATE, model: undefined }, 'deny', 'require/known-model'],
  ['comfy_submit_workflow', { workflow: SUBMIT.workflow }, 'deny', 'require/bounded'],
  [
    'comfy_submit_workflow',
    { ...SUBMIT, overrides: { ...OVERRIDES, width: 2048 } },
    'deny',
    'require/bounded',
  ],
  [
    'comfy_submit_workflow',
    { ...SUBMIT, overrides: { ...OVERRIDES, height: 2048 } },
    'deny',
    'require/bounded',
  ],
  [
    'comfy_submit_workflow',
    { ...SUBMIT, overrides: { ...OVERRIDES, batch_size: 5 } },
    'deny',
    'require/bounded',
  ],
  [
    'comfy_submit_workflow',
    { ...SUBMIT, overrides: { ...OVERRIDES, batch_size: undefined } },
    'deny',
    'require/bounded',
  ],
  [
    'comfy_submit_workflow',
    { ...SUBMIT, overrides: { ...OVERRIDES, model: 'x.ckpt' } },
    'deny',
    'require/known-model',
  ],
  [
    'comfy_submit_workflow',
    { ...SUBMIT, workflow: JSON.stringify(SUBMIT.workflow) },
    'deny',
    'require/small-graph',
  ],
  ['comfy_submit_workflow', { ...SUBMIT, workflow: manyNodes }, 'deny', 'require/small-graph'],
  ['comfy_cancel_generation', {}, 'deny', 'require/own-job'],
  ['comfy_cancel_generation', { prompt_id: 'all' }, 'deny', 'require/own-job'],
  ['comfy_get_status', {}, 'deny', 'require/own-job'],
  ['comfy_wait_for_completion', { prompt_id: JOB, timeout: 601 }, 'deny', 'deny_if/too-long'],
  ['comfy_upload_image', { image_path: '/etc/passwd' }, 'deny', 'require/upload-folder'],
  [
    'comfy_upload_image',
    { image_path: '/srv/comfyui/uploads/../../../x.png' },
    'deny',
    'require/upload-folder',
  ],
  [
    'comfy_save_workflow',
    { name: 'a', workflow: SUBMIT.workflow, overwrite: true },
    'deny',
    'deny_if/no-overwriting',
  ],
  ['comfy_load_workflow', { name: '../../secret' }, 'deny', 'require/a-name'],
];

describe.each(SERVERS)('the studio policy before %s', (server) => {
  let governed: Governed;
  let client: AgentClient;

  beforeAll(async () => {
    governed = await startGoverned({ server, policy: 'studio' });
    client = await governed.agent();
  });
  afterAll(() => governed[Symbol.asyncDispose]());

  const call = (name: string, args: object) => client.callTool({ name, arguments: args });

  it.each(REFUSED)('%s with %j: %s %s', async (name, args, outcome, rule) => {
    const before = governed.double.calls.byRoute();
    expect(refusalOf(await call(name, args))).toEqual({ outcome, rule: `/tools/${name}/${rule}` });
    expect(governed.double.calls.byRoute()).toEqual(before);
  });

  it.each(['comfy_get_queue', 'comfy_get_output_images'])(
    'does not list %s, which shows the jobs of others',
    async (name) => {
      expect(refusalOf(await call(name, {}))).toEqual({ outcome: 'deny', rule: '(default deny)' });
    },
  );

  it('hides what deletes workflows: it is not offered, and unknown when it is called', async () => {
    const offered = (await client.listTools()).tools.map(({ name }) => name);
    expect(offered).toContain('comfy_submit_workflow');
    expect(offered).not.toContain('comfy_delete_workflow');
    await expect(call('comfy_delete_workflow', { name: 'a', confirm: true })).rejects.toThrow(
      /unknown tool/i,
    );
  });

  it('asks a person before anything is cleared, and says what the rules ask for', async () => {
    const before = governed.double.calls.byRoute();
    expect(textOf(await call('comfy_clear_queue', { confirm: true }))).toContain('[APPROVAL PENDING]');
    expect(governed.double.calls.byRoute()).toEqual(before);
    expect(textOf(await call('comfy_generate_simple', { ...GENERATE, width: 2048 }))).toContain(
      'At most 1024 by 1024',
    );
  });

  it.each([
    ['comfy_generate_simple', { ...GENERATE, width: 1024, height: 1024, batch_size: 4 }, 4],
    ['comfy_submit_workflow', SUBMIT, 1],
  ])('lets %s within bounds make pictures', async (name, args, pictures) => {
    const { double } = governed;
    const before = await readdir(double.folders.output);
    const { prompt_id } = answerOf(await call(name, args));
    expect((await double.ended(String(prompt_id))).status.completed).toBe(true);
    expect(await readdir(double.folders.output)).toHaveLength(before.length + pictures);
    expect(answerOf(await call('comfy_get_status', { prompt_id }))).toMatchObject({ status: 'completed' });
    const waited = await call('comfy_wait_for_completion', { prompt_id, timeout: 10, poll_interval: 0.1 });
    expect(answerOf(waited)).toMatchObject({ status: 'completed' });
  });

  it('lets workflows be saved, found and loaded', async () => {
    expect(
      refusalOf(await call('comfy_save_workflow', { name: 'mine', workflow: SUBMIT.workflow })),
    ).toBeUndefined();
    expect(textOf(await call('comfy_list_workflows', {}))).toContain('mine');
    expect(textOf(await call('comfy_load_workflow', { name: 'mine' }))).toContain('KSampler');
    expect(textOf(await call('comfy_list_models', { type: 'checkpoints' }))).toContain(MODEL);
  });
});

describe.each(SERVERS)('the limits of the studio policy before %s', (server) => {
  it('two submissions at a time, and another when one is through', async () => {
    await using governed = await startGoverned({ server, policy: 'studio' });
    const { double } = governed;
    const client = await governed.agent();
    const generate = () => client.callTool({ name: 'comfy_generate_simple', arguments: GENERATE });
    await double.fail('hang', 'POST /prompt');
    const underWay = [generate(), generate()];
    await double.called('POST /prompt', 2);
    expect(refusalOf(await generate())).toEqual({
      outcome: 'limit',
      rule: '/tools/comfy_generate_simple/limits/submitting',
    });
    expect(double.calls.count('POST /prompt')).toBe(2);
    await double.mend();
    for (const result of await Promise.all(underWay)) expect(answerOf(result)).toHaveProperty('prompt_id');
    expect(refusalOf(await generate())).toBeUndefined();
  });

  it('thirty jobs an hour, whichever tool makes them', async () => {
    await using governed = await startGoverned({ server, policy: 'studio' });
    const client = await governed.agent();
    const made = (name: string, args: object) => client.callTool({ name, arguments: args });
    for (let job = 0; job < 15; job += 1) {
      expect(refusalOf(await made('comfy_generate_simple', GENERATE))).toBeUndefined();
      expect(refusalOf(await made('comfy_submit_workflow', SUBMIT))).toBeUndefined();
    }
    expect(refusalOf(await made('comfy_submit_workflow', SUBMIT))).toEqual({
      outcome: 'limit',
      rule: '/tools/comfy_submit_workflow/limits/jobs',
    });
    expect(governed.double.calls.count('POST /prompt')).toBe(30);
    const other = await governed.agent('other');
    expect(
      refusalOf(await other.callTool({ name: 'comfy_submit_workflow', arguments: SUBMIT })),
    ).toBeUndefined();
    governed.clock.advance(3_600_001);
    expect(refusalOf(await made('comfy_submit_workflow', SUBMIT))).toBeUndefined();
  });
});

describe('jobs of two agents under the studio policy', () => {
  const CANCEL = 'comfy_cancel_generation';

  it.each(['targeted_interrupt', 'jobs_api'] as const)('ours, %s: each cancels its own', async (age) => {
    await using governed = await startGoverned({ server: 'ours', policy: 'studio', age });
    const { double } = governed;
    const [mine, theirs] = [await governed.agent('test'), await governed.agent('other')];
    double.hold();
    const submitted = async (client: AgentClient) =>
      String(
        answerOf(await client.callTool({ name: 'comfy_submit_workflow', arguments: SUBMIT }))['prompt_id'],
      );
    const running = await submitted(mine);
    await double.held();
    const waiting = await submitted(theirs);
    const stray = await theirs.callTool({ name: CANCEL, arguments: { prompt_id: JOB } });
    expect(answerOf(stray)).toMatchObject({ cancelled: false, found: 'unknown' });
    expect(refusalOf(await theirs.callTool({ name: CANCEL, arguments: {} }))).toMatchObject({
      outcome: 'deny',
    });
    const own = await theirs.callTool({ name: CANCEL, arguments: { prompt_id: waiting } });
    expect(answerOf(own)).toMatchObject({ cancelled: true, found: 'pending' });
    double.release();
    expect((await double.ended(running)).status).toMatchObject({ status_str: 'success' });
  });

  it('the original ends the job of another, whatever id it is given: no rule on arguments mends a tool', async () => {
    await using governed = await startGoverned({ server: 'original', policy: 'studio' });
    const { double } = governed;
    const client = await governed.agent();
    double.hold();
    const stranger = await submit(double.url, picture());
    await double.held();
    const result = await client.callTool({ name: CANCEL, arguments: { prompt_id: randomUUID() } });
    expect(answerOf(result)).toMatchObject({ cancelled: true });
    double.release();
    expect((await double.ended(stranger)).status.messages.at(-1)?.[0]).toBe('execution_interrupted');
  });
});
