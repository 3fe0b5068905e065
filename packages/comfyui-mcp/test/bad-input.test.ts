import { once } from 'node:events';
import { link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodePng } from './double/png.ts';
import { ask, post } from './support/comfy-client.ts';
import { idsInQueue, running, submitted } from './support/jobs.ts';
import { type Rig, type RigOptions, startRig } from './support/rig.ts';
import { freshName, picture } from './support/workflows.ts';

/** What goes wrong is a tool error that says what to do next; the server itself goes on. */
let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig[Symbol.asyncDispose]());

async function restart(options: RigOptions): Promise<void> {
  await rig[Symbol.asyncDispose]();
  rig = await startRig(options);
}

const PNG = encodePng({ width: 2, height: 2, color: 0x336699 }, {});

describe('ComfyUI itself', () => {
  it('is down: the agent is told where it was expected, and that it may be started', async () => {
    await rig.double.fail('refuse');
    for (const [tool, args] of [
      ['comfy_get_queue', {}],
      ['comfy_submit_workflow', { workflow: picture() }],
      ['comfy_cancel_generation', {}],
      ['comfy_wait_for_completion', { prompt_id: 'x' }],
      ['comfy_list_models', {}],
    ] as const) {
      const { error } = await rig.call(tool, args);
      expect([tool, error]).toMatchObject([tool, { type: 'connection', code: 'COMFYUI_NOT_RUNNING' }]);
      expect(error.message).toContain(rig.double.url);
      expect(error.suggestions[0]).toBe('start ComfyUI');
    }
    await rig.double.mend();
    expect((await rig.call('comfy_get_queue')).isError).toBe(false);
  });

  it('is slow: the agent is told how long was waited, and that a submitted job may have been taken', async () => {
    await restart({ flags: { timeout: '0.2' } });
    await rig.double.fail('hang');
    const { error } = await rig.call('comfy_submit_workflow', { workflow: picture() });
    expect(error).toMatchObject({ code: 'TIMEOUT' });
    expect(error.message).toContain('within 0.2 s');
    expect(error.suggestions.join()).toContain('may have been accepted');
    expect((await rig.call('comfy_get_queue')).error).toMatchObject({ code: 'TIMEOUT' });
  });

  it.each(['500', 'close'] as const)('fails in the middle (%s)', async (fault) => {
    await rig.double.fail(fault, 'GET /queue');
    const { error } = await rig.call('comfy_get_queue');
    expect(error.type).toBe('connection');
    expect(error.suggestions).not.toEqual([]);
    await rig.double.mend();
    expect((await rig.call('comfy_get_queue')).isError).toBe(false);
  });

  it('cannot be interrupted: the agent is told, not that it worked', async () => {
    await running(rig);
    await rig.double.fail('500', 'POST /api/jobs/{job_id}/cancel');
    expect((await rig.call('comfy_cancel_generation')).error).toMatchObject({ code: 'COMFYUI_FAILED' });
  });
});

describe('a wrong address', () => {
  let other: Server;
  /** Where the redirect leads: to a ComfyUI, which must not be asked. */
  const away = '';
  beforeEach(async () => {
    other = createServer((request, response) => {
      if (request.url === '/away/queue') response.writeHead(302, { location: away }).end();
      else if (request.url === '/json/queue') response.end('{"jobs":[]}');
      else if (request.url === '/page/queue') response.end('<!doctype html><title>Router</title>');
      else response.writeHead(404).end('nothing here');
    });
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
  });
  afterEach(() => void other.close());

  it.each(['page', 'json', 'away', 'nothing'])(
    'that answers otherwise (%s) is named as such',
    async (path) => {
      const address = other.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      await restart({ flags: { url: `http://127.0.0.1:${port}/${path}` } });
      const { error } = await rig.call('comfy_get_queue');
      expect(error).toMatchObject({ code: 'NOT_COMFYUI' });
      expect(error.suggestions[0]).toContain('COMFYUI_URL');
    },
  );
});

it('numbers that JSON does not have, as Python writes them into queue and history, are no fault', async () => {
  const item = '[0, "odd", {"1": {"class_type": "Webcam", "inputs": {}, "is_changed": [NaN]}}, {}, []]';
  const done = '{"status_str": "success", "completed": true, "messages": []}';
  const other = createServer((request, response) => {
    const isQueue = request.url === '/queue';
    if (isQueue) response.end(`{"queue_running": [], "queue_pending": [${item}]}`);
    else response.end(`{"ended": {"prompt": ${item}, "outputs": {}, "status": ${done}}}`);
  });
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  try {
    const { port } = other.address() as AddressInfo; // a cast: it listens on a port
    await restart({ flags: { url: `http://127.0.0.1:${port}` } });
    const waiting = await rig.call('comfy_get_status', { prompt_id: 'odd' });
    expect(waiting.data).toMatchObject({ status: 'queued', queue_position: 1 });
    const ended = await rig.call('comfy_get_status', { prompt_id: 'ended' });
    expect(ended.data).toMatchObject({ status: 'completed' });
  } finally {
    other.close();
  }
});

describe('workflows', () => {
  it.each([
    ['no JSON', '{"1":'],
    ['a list', '[]'],
    ['nothing', {}],
    ['the format of the editor', { nodes: [], links: [] }],
    ['a node without class_type', { 1: { inputs: {} } }],
    ['a node without inputs', { 1: { class_type: 'SaveImage' } }],
    ['a node that is no object', { 1: 'SaveImage' }],
  ])('that are %s are refused before ComfyUI hears of them', async (_what, workflow) => {
    const { isError, error } = await rig.call('comfy_submit_workflow', { workflow });
    expect([isError, error.code]).toEqual([true, 'INVALID_WORKFLOW']);
    expect(rig.double.calls.count()).toBe(0);
  });

  it('that are huge are refused with the limit, in bytes and in nodes', async () => {
    const heavy = picture('x'.repeat(4 * 1024 * 1024));
    const many = Object.fromEntries(
      Array.from({ length: 5001 }, (_, id) => [id, { class_type: 'A', inputs: {} }]),
    );
    for (const workflow of [heavy, JSON.stringify(heavy), many]) {
      const { error } = await rig.call('comfy_submit_workflow', { workflow });
      expect(error).toMatchObject({ code: 'INVALID_WORKFLOW' });
      expect(error.message).toMatch(/at most (4194304 bytes|5000 nodes)/);
    }
    expect(rig.double.calls.count()).toBe(0);
  });

  it('of nodes that ComfyUI does not have are refused with their names', async () => {
    const { error } = await rig.call('comfy_submit_workflow', {
      workflow: { 1: { class_type: 'NoSuchNode', inputs: {} } },
    });
    expect(error.code).toBe('INVALID_WORKFLOW');
    expect(JSON.stringify(error)).toContain('NoSuchNode');
  });

  it('that are refused by several nodes tell of each of them', async () => {
    const workflow = { ...picture(), 3: { class_type: 'SaveImage', inputs: { images: ['9', 0] } } };
    const partly = await rig.call('comfy_submit_workflow', { workflow });
    expect(partly.data).toMatchObject({ status: 'queued' });
    expect(partly.data.node_errors.map(({ node_id }: { node_id: string }) => node_id)).toContain('3');
  });
});

describe('jobs', () => {
  it('that vanish while they are waited for end the wait', async () => {
    await running(rig);
    const id = await submitted(rig, picture());
    const waiting = rig.call('comfy_wait_for_completion', { prompt_id: id, poll_interval: 60 });
    await rig.double.called('GET /ws');
    rig.double.calls.clear();
    await post(`${rig.double.url}/queue`, { delete: [id] });
    const { error } = await waiting;
    expect(error).toMatchObject({ code: 'JOB_NOT_FOUND' });
    expect(error.message).toContain('removed from the queue');
  });

  it.each(['constructor', 'toString', 'valueOf'])('of the name %s never were', async (prompt_id) => {
    expect((await rig.call('comfy_get_status', { prompt_id })).data).toMatchObject({ status: 'not_found' });
    expect((await rig.call('comfy_cancel_generation', { prompt_id })).data).toMatchObject({
      cancelled: false,
      found: 'unknown',
    });
  });

  it('that never were are no wait at all', async () => {
    const { error } = await rig.call('comfy_wait_for_completion', { prompt_id: 'never-was' });
    expect(error).toMatchObject({ code: 'JOB_NOT_FOUND', type: 'execution' });
  });

  it('that take longer than the wait are told to be running still', async () => {
    const id = await running(rig);
    const { data } = await rig.call('comfy_wait_for_completion', { prompt_id: id, timeout: 0 });
    expect(data).toMatchObject({ status: 'timeout' });
    expect((await idsInQueue(rig)).running).toEqual([id]);
  });
});

describe.each([
  ['by its HTTP API', false],
  ['on the disk', true],
])('files that reach ComfyUI %s', (_how, local) => {
  beforeEach(() => restart({ local }));
  const upload = (image_path: string, more: object = {}) =>
    rig.call('comfy_upload_image', { image_path, ...more });
  const inUploads = async (name: string, bytes: Buffer | string): Promise<string> => {
    const path = join(rig.uploads, name);
    await writeFile(path, bytes);
    return path;
  };

  it('are there under the name that is told, and under another when that is taken', async () => {
    const first = await upload(await inUploads('cat.png', PNG));
    expect(first.data).toMatchObject({ filename: 'cat.png', type: 'input', via: local ? 'disk' : 'comfyui' });
    const other = encodePng({ width: 3, height: 3, color: 1 }, {});
    const second = await upload(await inUploads('cat.png', other));
    expect(second.data.filename).toBe(local ? 'cat_1.png' : 'cat (1).png');
    const third = await upload('cat.png', { overwrite: true });
    expect(third.data.filename).toBe('cat.png');
    const query = new URLSearchParams({ filename: 'cat.png', type: 'input' });
    const served = await fetch(`${rig.double.url}/view?${query}`);
    expect(Buffer.from(await served.arrayBuffer())).toEqual(other);
    const image = { class_type: 'LoadImage', inputs: { image: second.data.filename } };
    const save = { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: freshName() } };
    const id = await submitted(rig, { 1: image, 2: save });
    expect((await rig.double.ended(id)).status.status_str).toBe('success');
  });

  it.each(['notes.txt', 'page.html', 'fake.png', 'empty.png', 'noextension'])(
    'that are no images (%s) are refused',
    async (name) => {
      await inUploads(name, name === 'empty.png' ? '' : 'plain text, not pixels');
      const { error } = await upload(name);
      expect(error).toMatchObject({ code: 'VALIDATION_ERROR' });
      expect(error.message).toContain('expected an image');
    },
  );

  it('that are links out of the folder are refused, links inside are not', async () => {
    await writeFile(join(rig.uploads, '..', 'outside.png'), PNG);
    await symlink(join(rig.uploads, '..', 'outside.png'), join(rig.uploads, 'link.png'));
    await symlink(join(rig.uploads, '..'), join(rig.uploads, 'folder'));
    for (const path of ['link.png', 'folder/outside.png', '../outside.png']) {
      expect((await upload(path)).error).toMatchObject({ code: 'PERMISSION_DENIED' });
    }
    await inUploads('real.png', PNG);
    await symlink(join(rig.uploads, 'real.png'), join(rig.uploads, 'inside.png'));
    expect((await upload('inside.png')).data.filename).toBe('inside.png');
    expect(rig.double.calls.count('POST /upload/image')).toBe(local ? 0 : 1);
  });

  it('that are not there, or are folders, are refused', async () => {
    await mkdir(join(rig.uploads, 'folder.png'));
    expect((await upload('missing.png')).error).toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect((await upload('folder.png')).isError).toBe(true);
  });
});

describe('folders', () => {
  it('that are not named keep uploads off', async () => {
    await restart({ flags: { uploads: '' } });
    const { error } = await rig.call('comfy_upload_image', { image_path: '/etc/hostname.png' });
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(error.suggestions[0]).toContain('COMFYUI_UPLOAD_DIRS');
  });

  it('of workflows that hold a link do not lead an agent out', async () => {
    await rig.call('comfy_save_workflow', { name: 'mine', workflow: picture() });
    const outside = join(rig.workflows, '..', 'outside.json');
    await writeFile(outside, JSON.stringify({ secret: true }));
    await symlink(outside, join(rig.workflows, 'evil.json'));
    for (const [tool, more] of [
      ['comfy_load_workflow', {}],
      ['comfy_delete_workflow', { confirm: true }],
      ['comfy_save_workflow', { workflow: picture(), overwrite: true }],
    ] as const) {
      const { error } = await rig.call(tool, { name: 'evil', ...more });
      expect([tool, error]).toMatchObject([tool, { code: 'PERMISSION_DENIED' }]);
    }
    const { data } = await rig.call('comfy_list_workflows');
    expect(data.workflows).toMatchObject([{ name: 'mine' }]);
  });

  it('of outputs that hold a link do not show what it points to', async () => {
    await restart({ local: true });
    await writeFile(join(rig.uploads, 'private.png'), PNG);
    await symlink(rig.uploads, join(rig.double.folders.output, 'linked'));
    await symlink(join(rig.uploads, 'private.png'), join(rig.double.folders.output, 'linked.png'));
    await link(join(rig.uploads, 'private.png'), join(rig.double.folders.output, 'mine.png'));
    const { data, images } = await rig.call('comfy_get_output_images', { limit: 4 });
    expect(data.images).toMatchObject([{ path: 'mine.png' }]);
    expect(images).toHaveLength(1);
  });

  it('of outputs with a damaged workflow file do not break the list', async () => {
    await rig.call('comfy_save_workflow', { name: 'mine', workflow: picture() });
    await writeFile(join(rig.workflows, 'broken.json'), '{');
    expect((await rig.call('comfy_list_workflows')).data.total).toBe(1);
    const { error } = await rig.call('comfy_load_workflow', { name: 'broken' });
    expect(error).toMatchObject({ code: 'INVALID_WORKFLOW' });
  });
});

it('what needs confirmation does nothing without it', async () => {
  await running(rig);
  const waiting = await submitted(rig, picture());
  expect((await rig.call('comfy_clear_queue')).error).toMatchObject({ code: 'VALIDATION_ERROR' });
  await rig.call('comfy_save_workflow', { name: 'mine', workflow: picture() });
  expect((await rig.call('comfy_delete_workflow', { name: 'mine' })).isError).toBe(true);
  expect((await rig.call('comfy_list_workflows')).data.total).toBe(1);
  expect((await ask(`${rig.double.url}/queue`)).body.queue_pending).toHaveLength(1);
  const cleared = await rig.call('comfy_clear_queue', { confirm: true });
  expect(cleared.data).toMatchObject({ cleared: 1, prompt_ids: [waiting], remaining: 0 });
  expect((await idsInQueue(rig)).running).toHaveLength(1);
});
