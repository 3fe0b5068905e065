import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { crc32, inflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AGES, type Age, type Double, type DoubleOptions, startDouble } from './double/index.ts';
import { ask, listen, post, submit } from './support/comfy-client.ts';
import { blurs, freshName, picture, textToImage } from './support/workflows.ts';

/** What a test may do with the double, and could not do to a real ComfyUI; what both do is in `comfyui-api.test.ts`. */
let double: Double;
let url: string;

async function start(options: DoubleOptions = {}): Promise<void> {
  await double?.[Symbol.asyncDispose]();
  double = await startDouble(options);
  url = double.url;
}
const queue = async () => (await ask(`${url}/queue`)).body;
const pendingIds = async () => (await queue()).queue_pending.map((item: [number, string]) => item[1]);
const interrupt = (body: object | string) => post(`${url}/interrupt`, body);

/** A job that stands in the middle of its first node. */
async function running(client?: string): Promise<string> {
  double.hold();
  const id = await submit(url, blurs(), client === undefined ? {} : { client_id: client });
  await double.held();
  return id;
}

beforeEach(() => start());
afterEach(() => double[Symbol.asyncDispose]());

describe('the queue', () => {
  it('runs the smallest number first, and what was put in front before all', async () => {
    await running();
    const second = await submit(url, picture());
    const third = await submit(url, picture());
    const front = await submit(url, picture(), { front: true });
    const numbered = await submit(url, picture(), { number: 1.5 });
    const { queue_running, queue_pending } = await queue();
    expect(queue_running).toHaveLength(1);
    expect(queue_pending.map(([number]: [number]) => number).sort()).toEqual([-3, 1, 1.5, 2]);
    double.release();
    await double.idle();
    const history = Object.keys((await ask(`${url}/history`)).body);
    expect(history.slice(1)).toEqual([front, second, numbered, third]);
  });

  it('is shown as the heap has it, not sorted', async () => {
    await running();
    for (const number of [1, 3, 2, 0.5]) await submit(url, picture(), { number });
    // What Python's heapq makes of these four.
    expect((await queue()).queue_pending.map(([number]: [number]) => number)).toEqual([0.5, 1, 2, 3]);
    await submit(url, picture(), { number: 0.1 });
    expect((await queue()).queue_pending.map(([number]: [number]) => number)).toEqual([0.1, 0.5, 2, 3, 1]);
  });

  it('shows the running job apart, counts both, and has no history of a job before its end', async () => {
    const first = await running();
    const second = await submit(url, picture());
    expect((await queue()).queue_running[0].slice(0, 2)).toEqual([0, first]);
    expect(await pendingIds()).toEqual([second]);
    expect((await ask(`${url}/prompt`)).body).toEqual({ exec_info: { queue_remaining: 2 } });
    expect((await ask(`${url}/history/${first}`)).body).toEqual({});
  });

  it('forgets deleted jobs without a trace, and leaves the running one alone', async () => {
    const first = await running();
    const [second, third] = [await submit(url, picture()), await submit(url, picture())];
    expect(await post(`${url}/queue`, { delete: [second, first, 'unknown'] })).toMatchObject({
      status: 200,
      text: '',
    });
    expect(await pendingIds()).toEqual([third]);
    double.release();
    await double.idle();
    expect(Object.keys((await ask(`${url}/history`)).body)).toEqual([first, third]);
  });

  it('is a heap again when a job was taken out of it', async () => {
    await running();
    const first = await submit(url, picture(), { number: 1 });
    for (const number of [3, 2]) await submit(url, picture(), { number });
    await post(`${url}/queue`, { delete: [first] });
    expect((await queue()).queue_pending.map(([number]: [number]) => number)).toEqual([2, 3]);
  });

  it('is emptied of what waits, never of what runs', async () => {
    const first = await running();
    await submit(url, picture());
    await post(`${url}/queue`, { clear: true });
    const { queue_running, queue_pending } = await queue();
    expect([queue_running[0][1], queue_pending]).toEqual([first, []]);
  });

  it('pages its history', async () => {
    const ids = [];
    for (let job = 0; job < 3; job += 1) ids.push(await submit(url, picture()));
    await double.idle();
    const idsOf = async (query: string) => Object.keys((await ask(`${url}/history?${query}`)).body);
    expect(await idsOf('max_items=2')).toEqual(ids.slice(1));
    expect(await idsOf('max_items=1&offset=0')).toEqual(ids.slice(0, 1));
    await post(`${url}/history`, { delete: [ids[0]] });
    expect(await idsOf('')).toEqual(ids.slice(1));
    await post(`${url}/history`, { clear: true });
    expect(await idsOf('')).toEqual([]);
  });
});

describe('an interrupt', () => {
  const endOf = async (id: string) => (await double.ended(id)).status;

  it('is noticed before the next node, and leaves an error that says interrupted', async () => {
    const id = await running();
    await interrupt('');
    expect((await double.held()).nodeId).toBe('1');
    double.step();
    expect(await endOf(id)).toMatchObject({ status_str: 'error', completed: false });
    const [event, data] = (await endOf(id)).messages.at(-1) ?? [];
    expect([event, data]).toMatchObject([
      'execution_interrupted',
      { prompt_id: id, node_id: '3', node_type: 'ImageBlur', executed: ['1'], timestamp: expect.any(Number) },
    ]);
  });

  it('in the last node comes too late', async () => {
    double.hold();
    const id = await submit(url, picture());
    await double.held();
    double.step();
    expect((await double.held()).classType).toBe('SaveImage');
    await interrupt({});
    double.step();
    expect(await endOf(id)).toMatchObject({ status_str: 'success', completed: true });
  });

  it('is noticed between the steps of a sampler', async () => {
    await start({ models: { checkpoints: ['a.safetensors'] } });
    double.hold();
    const id = await submit(url, textToImage('a.safetensors'));
    while ((await double.held()).classType !== 'KSampler') double.step();
    await interrupt({ prompt_id: id });
    double.step();
    expect((await endOf(id)).messages.at(-1)).toMatchObject(['execution_interrupted', { node_id: '5' }]);
  });

  it('with nothing running harms no later job', async () => {
    await interrupt('');
    expect(await endOf(await submit(url, picture()))).toMatchObject({ completed: true });
  });

  it('reaches the client of the job, and everybody when the job has none', async () => {
    const [mine, other] = [await listen(url, 'mine'), await listen(url, 'other')];
    const isInterruption = ({ type }: { type: string }) => type === 'execution_interrupted';
    await running('mine');
    await interrupt('');
    double.release();
    await mine.until(isInterruption);
    await double.idle();
    const anonymous = await running();
    await interrupt('');
    double.release();
    const heard = await other.until(isInterruption);
    expect(heard.data['prompt_id']).toBe(anonymous);
    expect(other.frames.filter(isInterruption)).toHaveLength(1);
    mine.close();
    other.close();
  });

  it('with JSON that is no object is an error 500 where the body is read', async () => {
    expect((await interrupt('[]')).status).toBe(500);
    await start({ age: 'global_interrupt' });
    expect((await interrupt('[]')).status).toBe(200);
  });
});

describe('the ages of the server', () => {
  const victimOf = {
    global_interrupt: 'error',
    targeted_interrupt: 'success',
    jobs_api: 'success',
  } as const satisfies Record<Age, string>;

  it.each(AGES)('%s: an interrupt of a waiting job', async (age) => {
    await start({ age });
    const id = await running();
    const waiting = await submit(url, picture());
    expect(await interrupt({ prompt_id: waiting })).toMatchObject({ status: 200, text: '' });
    double.release();
    expect((await double.ended(id)).status.status_str).toBe(victimOf[age]);
    expect((await double.ended(waiting)).status.status_str).toBe('success');
  });

  it.each(AGES)('%s: an interrupt of the running job', async (age) => {
    await start({ age });
    const id = await running();
    await interrupt({ prompt_id: id });
    double.release();
    expect((await double.ended(id)).status.status_str).toBe('error');
  });

  it.each(['global_interrupt', 'targeted_interrupt'] as const)(
    '%s takes any id and has no jobs',
    async (age) => {
      await start({ age });
      expect(await submit(url, picture(), { prompt_id: 'mine' })).toBe('mine');
      expect((await ask(`${url}/api/jobs?limit=1`)).status).toBe(404);
      expect((await post(`${url}/api/jobs/mine/cancel`, {})).status).toBe(405);
    },
  );

  it('jobs_api takes canonical UUIDs only', async () => {
    const id = '0198c3a0-0000-7000-8000-00000000000a';
    expect(await submit(url, picture(), { prompt_id: id })).toBe(id);
    for (const prompt_id of ['mine', id.toUpperCase(), id.replaceAll('-', '')])
      expect(await post(`${url}/prompt`, { prompt: picture(), prompt_id })).toMatchObject({
        status: 400,
        body: { error: { type: 'invalid_prompt_id' } },
      });
  });
});

describe('/api/jobs', () => {
  const jobs = async (query = '') => (await ask(`${url}/api/jobs?${query}`)).body;
  const cancel = async (id: string) => (await post(`${url}/api/jobs/${id}/cancel`, '')).body;

  it('cancels the running job and the waiting one, each alone, and says false for others', async () => {
    const id = await running();
    const [second, third] = [await submit(url, picture()), await submit(url, picture())];
    expect(await cancel(second)).toEqual({ cancelled: true });
    expect(await pendingIds()).toEqual([third]);
    expect(await cancel(id)).toEqual({ cancelled: true });
    double.release();
    await double.idle();
    expect(
      (await jobs()).jobs.map((job: { id: string; status: string }) => [job.id, job.status]).sort(),
    ).toEqual(
      [
        [id, 'cancelled'],
        [third, 'completed'],
      ].sort(),
    );
    for (const gone of [id, second, third, 'unknown'])
      expect(await cancel(gone)).toEqual({ cancelled: false });
  });

  it('cancels several, or none when one id is malformed', async () => {
    await running();
    const [second, third] = [await submit(url, picture()), await submit(url, picture())];
    const many = (body: object | string) => post(`${url}/api/jobs/cancel`, body);
    expect(await many({ job_ids: [second, 'x'] })).toMatchObject({
      status: 400,
      body: { invalid_ids: ['x'] },
    });
    expect((await many('oops')).status).toBe(400);
    expect((await many({ job_ids: 'x' })).status).toBe(400);
    expect(await pendingIds()).toHaveLength(2);
    expect(await many({ job_ids: [second, third] })).toMatchObject({
      status: 200,
      body: { cancelled: true },
    });
    expect(await pendingIds()).toEqual([]);
  });

  it('lists, filters, sorts and pages', async () => {
    const id = await running();
    const waiting = await submit(url, picture());
    expect(await jobs('status=pending')).toMatchObject({
      jobs: [
        { id: waiting, status: 'pending', priority: 1, outputs_count: 0, create_time: expect.any(Number) },
      ],
      pagination: { offset: 0, limit: null, total: 1, has_more: false },
    });
    expect(await jobs('status=pending,in_progress&limit=1&sort_order=asc')).toMatchObject({
      jobs: [{ id, status: 'in_progress' }],
      pagination: { limit: 1, total: 2, has_more: true },
    });
    for (const bad of ['status=odd', 'limit=x', 'limit=0', 'sort_by=name', 'sort_order=up', 'offset=-1'])
      expect((await ask(`${url}/api/jobs?${bad}`)).status).toBe(400);
  });

  it('shows one job with what it made, under /api/api too', async () => {
    const id = await submit(url, picture());
    await double.ended(id);
    const { body } = await ask(`${url}/api/api/jobs/${id}`);
    expect(body).toMatchObject({
      id,
      status: 'completed',
      outputs_count: 1,
      preview_output: { type: 'output', nodeId: '2', mediaType: 'images' },
      outputs: { 2: { images: [expect.anything()] } },
      execution_status: { completed: true },
      workflow: { prompt: expect.anything() },
      execution_start_time: expect.any(Number),
      execution_end_time: expect.any(Number),
    });
    expect((await ask(`${url}/api/jobs/unknown`)).status).toBe(404);
    expect((await ask(`${url}/jobs`)).status).toBe(404);
  });

  it('calls a job failed when a node failed', async () => {
    const id = await submit(url, picture('../../x'));
    await double.ended(id);
    expect((await ask(`${url}/api/jobs/${id}`)).body).toMatchObject({
      status: 'failed',
      execution_error: { node_id: '2' },
    });
  });
});

describe('files', () => {
  it('lie in the folders of the double, and are gone with it', async () => {
    const name = freshName();
    await double.ended(await submit(url, picture(name)));
    expect(await readdir(double.folders.output)).toEqual([`${name}_00001_.png`]);
    const { base } = double.folders;
    await start();
    expect(existsSync(base)).toBe(false);
  });

  it('models are files, and choices of the nodes that load them', async () => {
    await start({ models: { checkpoints: ['sd/a.safetensors', 'b.ckpt'], embeddings: ['e.pt'] } });
    expect((await ask(`${url}/models/checkpoints`)).body).toEqual(['b.ckpt', 'sd/a.safetensors']);
    expect((await ask(`${url}/embeddings`)).body).toEqual(['e']);
    expect((await ask(`${url}/object_info/CheckpointLoaderSimple`)).body).toMatchObject({
      CheckpointLoaderSimple: { input: { required: { ckpt_name: [['b.ckpt', 'sd/a.safetensors']] } } },
    });
    expect(existsSync(join(double.folders.models, 'checkpoints/sd/a.safetensors'))).toBe(true);
    await double.ended(await submit(url, textToImage('sd/a.safetensors')));
    expect(await readdir(double.folders.output)).toHaveLength(1);
  });

  it('/free makes the cache forget, between jobs', async () => {
    const graph = picture();
    await double.ended(await submit(url, graph));
    await post(`${url}/free`, { free_memory: true });
    await double.ended(await submit(url, graph));
    expect(await readdir(double.folders.output)).toHaveLength(2);
  });
});

describe('a picture', () => {
  it('is a PNG whose sums are right, with its pixels and the prompt', async () => {
    const name = freshName();
    await double.ended(await submit(url, picture(name, { color: 0x0102ff })));
    const chunks = chunksOf(await readFile(join(double.folders.output, `${name}_00001_.png`)));
    expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'tEXt', 'IDAT', 'IEND']);
    const pixels = inflateSync(chunks[2]?.data ?? Buffer.alloc(0));
    expect([pixels.length, ...pixels.subarray(0, 4)]).toEqual([64 * (64 * 3 + 1), 0, 1, 2, 0xff]);
    const [key, prompt = ''] = String(chunks[1]?.data).split('\0');
    expect([key, JSON.parse(prompt)]).toMatchObject(['prompt', { 2: { class_type: 'SaveImage' } }]);
  });

  function chunksOf(file: Buffer): readonly { readonly type: string; readonly data: Buffer }[] {
    const chunks = [];
    for (let at = 8; at < file.length; ) {
      const length = file.readUInt32BE(at);
      const body = file.subarray(at + 4, at + 8 + length);
      expect(file.readUInt32BE(at + 8 + length)).toBe(crc32(body));
      chunks.push({ type: body.toString('latin1', 0, 4), data: body.subarray(4) });
      at += 12 + length;
    }
    return chunks;
  }
});

describe('/ws', () => {
  it('tells everybody how many jobs there are, and the rest to the client of the job alone', async () => {
    const [mine, other] = [await listen(url, 'mine'), await listen(url, 'other')];
    await submit(url, picture(), { client_id: 'mine' });
    await mine.until(({ data }) => data['node'] === null);
    await other.until(({ data }) => JSON.stringify(data).includes('"queue_remaining":1'));
    expect(new Set(other.frames.map(({ type }) => type))).toEqual(new Set(['status']));
    const order = mine.frames.map(({ type }) => type);
    expect(order.slice(-3)).toEqual(['execution_success', 'status', 'executing']);
    mine.close();
    other.close();
  });

  it('gives a name that is taken to the newcomer', async () => {
    const [first, second] = [await listen(url, 'same'), await listen(url, 'same')];
    await submit(url, picture(), { client_id: 'same' });
    await second.until(({ data }) => data['node'] === null);
    expect(first.frames.map(({ type }) => type)).toEqual(['status']);
    first.close();
    second.close();
  });

  it('tells one that comes back which node is at work', async () => {
    await running('mine');
    const socket = await listen(url, 'mine');
    expect((await socket.until(({ type }) => type === 'executing')).data).toEqual({ node: '1' });
    socket.close();
  });
});

describe('faults', () => {
  it('refuse: nobody listens, and the count stands still', async () => {
    await double.fail('refuse');
    await expect(ask(`${url}/queue`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    expect(double.calls.count()).toBe(0);
    await double.mend();
    expect((await ask(`${url}/queue`)).status).toBe(200);
  });

  it('500: of one route', async () => {
    await double.fail('500', 'POST /queue');
    expect((await post(`${url}/api/queue`, { clear: true })).status).toBe(500);
    expect((await ask(`${url}/queue`)).status).toBe(200);
  });

  it('hang: the request arrives, and is answered when the fault is mended', async () => {
    await double.fail('hang', 'POST /prompt');
    const hanging = submit(url, picture());
    await double.called('POST /prompt');
    expect((await queue()).queue_running).toEqual([]);
    await double.mend();
    await double.ended(await hanging);
  });

  it('close: the request takes effect and the answer breaks off', async () => {
    await double.fail('close', 'POST /prompt');
    await expect(submit(url, picture())).rejects.toThrow();
    await double.idle();
    expect(Object.keys((await ask(`${url}/history`)).body)).toHaveLength(1);
  });
});

describe('the count of calls', () => {
  it('is by route, with and without /api, and knows the bodies', async () => {
    await ask(`${url}/api/history/a`);
    await ask(`${url}/history/b`);
    await post(`${url}/interrupt`, { prompt_id: 'a' });
    expect(double.calls.byRoute()).toEqual({ 'GET /history/{prompt_id}': 2, 'POST /interrupt': 1 });
    expect(double.calls.bodies('POST /interrupt')).toEqual(['{"prompt_id":"a"}']);
    double.calls.clear();
    expect(double.calls.count()).toBe(0);
  });

  it('counts what is refused for its origin', async () => {
    const status = await new Promise((resolve) => {
      const headers = { origin: 'https://evil.example', host: 'localhost:8188' };
      request(`${url}/interrupt`, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(403);
    expect(double.calls.count('POST /interrupt')).toBe(1);
  });
});
