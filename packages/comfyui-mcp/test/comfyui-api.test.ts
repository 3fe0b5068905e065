import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGES, type Double, startDouble } from './double/index.ts';
import { encodePng, sizeOfPng } from './double/png.ts';
import { type Answer, ask, listen, post, runThrough } from './support/comfy-client.ts';
import { freshName, picture, textToImage } from './support/workflows.ts';

/**
 * What is true of every ComfyUI: the double of each age, and the real one at COMFYUI_TEST_URL when that is set (one
 * that has no models and nothing else to do).
 */
const REAL = process.env['COMFYUI_TEST_URL'];
const TARGETS = [...AGES, ...(REAL === undefined ? [] : (['real'] as const))];

describe.each(TARGETS)('ComfyUI (%s)', (target) => {
  let double: Double | undefined;
  let url: string;

  beforeAll(async () => {
    if (target !== 'real') double = await startDouble({ age: target });
    url = double?.url ?? REAL?.replace(/\/$/, '') ?? '';
  });
  afterAll(() => double?.[Symbol.asyncDispose]());

  describe('routes', () => {
    it.each([
      '/queue',
      '/prompt',
      '/history',
      '/models',
      '/embeddings',
      '/system_stats',
      '/features',
      '/object_info/SaveImage',
    ])('%s is there with and without /api', async (path) => {
      const [plain, prefixed] = [await ask(`${url}${path}`), await ask(`${url}/api${path}`)];
      expect([plain.status, prefixed.status]).toEqual([200, 200]);
      expect(Object.keys(plain.body)).toEqual(Object.keys(prefixed.body));
    });

    it.each([
      ['/queue', { delete: ['00000000-0000-4000-8000-000000000000'] }],
      ['/interrupt', { prompt_id: '00000000-0000-4000-8000-000000000000' }],
      ['/interrupt', ''],
      ['/free', { unload_models: true, free_memory: true }],
      ['/history', { delete: ['00000000-0000-4000-8000-000000000000'] }],
    ])('POST %s answers 200 with nothing: %j', async (path, body) => {
      expect(await post(`${url}${path}`, body)).toMatchObject({ status: 200, text: '' });
    });

    it('a body that is no JSON is an error 500 where a body is needed', async () => {
      expect((await post(`${url}/queue`, 'oops')).status).toBe(500);
    });

    it('what is not there is 404 to read and 405 to write', async () => {
      expect((await ask(`${url}/nowhere`)).status).toBe(404);
      expect((await post(`${url}/nowhere`, {})).status).toBe(405);
    });

    it('refuses the page of another site', async () => {
      const status = async (origin: string) => (await ask(`${url}/queue`, { headers: { origin } })).status;
      expect(await status('https://evil.example')).toBe(403);
      expect(await status(url)).toBe(200);
    });

    it('describes nodes, and says nothing of one that it has not', async () => {
      expect((await ask(`${url}/object_info/NoSuchNode`)).body).toEqual({});
      expect((await ask(`${url}/object_info/SaveImage`)).body).toMatchObject({
        SaveImage: {
          input: {
            required: { images: [expect.anything()], filename_prefix: ['STRING', { default: 'ComfyUI' }] },
          },
          input_order: { required: ['images', 'filename_prefix'] },
          name: 'SaveImage',
          output: [],
          output_node: true,
        },
      });
    });

    it('lists the folders of models, and knows no other', async () => {
      expect((await ask(`${url}/models`)).body).toEqual(
        expect.arrayContaining(['checkpoints', 'loras', 'vae']),
      );
      expect((await ask(`${url}/models/checkpoints`)).status).toBe(200);
      expect((await ask(`${url}/models/nonsense`)).status).toBe(404);
    });
  });

  describe('a job', () => {
    it('is accepted with empty node errors, runs, and leaves a picture in the history and on the disk', async () => {
      const name = freshName();
      const { entry, promptId } = await runThrough(url, picture(name));
      expect(entry).toMatchObject({
        prompt: [expect.any(Number), promptId, expect.anything(), expect.anything(), ['2']],
        outputs: { 2: { images: [{ filename: `${name}_00001_.png`, subfolder: '', type: 'output' }] } },
        status: { status_str: 'success', completed: true },
      });
      const viewed = await fetch(`${url}/view?filename=${name}_00001_.png`);
      expect(viewed.headers.get('content-type')).toBe('image/png');
      const file = Buffer.from(await viewed.arrayBuffer());
      expect(sizeOfPng(file)).toEqual({ width: 64, height: 64 });
      expect(file.includes('tEXtprompt\0')).toBe(true);
    });

    it('is answered with an empty object, which is true in JavaScript', async () => {
      const { status, body } = await post(`${url}/prompt`, { prompt: picture() });
      expect(status).toBe(200);
      expect(body).toEqual({ prompt_id: expect.any(String), number: expect.any(Number), node_errors: {} });
    });

    it('numbers the pictures of a batch and goes on counting; the prefix may hold folders', async () => {
      const name = freshName();
      const first = await runThrough(url, picture(`${name}/a`, { batch_size: 2 }));
      const second = await runThrough(url, picture(`${name}/a`, { color: 1 }));
      const namesOf = ({ outputs }: { outputs: object }) =>
        Object.values(outputs).flatMap(({ images }) =>
          images.map((image: { filename: string; subfolder: string }) => [image.subfolder, image.filename]),
        );
      expect([...namesOf(first.entry), ...namesOf(second.entry)]).toEqual([
        [name, 'a_00001_.png'],
        [name, 'a_00002_.png'],
        [name, 'a_00003_.png'],
      ]);
      expect((await ask(`${url}/view?filename=a_00003_.png&subfolder=${name}`)).status).toBe(200);
    });

    it('fails with the words of the node when it saves outside the folder', async () => {
      const { entry } = await runThrough(url, picture(`../../${freshName()}`));
      expect(entry.status).toMatchObject({ status_str: 'error', completed: false });
      expect(entry.status.messages.at(-1)).toMatchObject([
        'execution_error',
        {
          node_id: '2',
          node_type: 'SaveImage',
          exception_message: expect.stringContaining('outside the output folder'),
        },
      ]);
    });

    it('is not run twice: the cache gives the same files and says so', async () => {
      const graph = picture();
      const first = await runThrough(url, graph);
      const second = await runThrough(url, graph);
      expect(second.entry.outputs).toEqual(first.entry.outputs);
      const cachedOf = ({ status }: typeof first.entry) =>
        status.messages.find(([event]) => event === 'execution_cached')?.[1]['nodes'];
      expect(cachedOf(first.entry)).not.toContain('2');
      expect(cachedOf(second.entry)).toEqual(expect.arrayContaining(['1', '2']));
    });

    it('has its numbers as numbers, also those that were sent as text', async () => {
      const { entry } = await runThrough(url, picture(freshName(), { width: '32' }));
      expect(entry.prompt[2]).toMatchObject({ 1: { inputs: { width: 32 } } });
    });

    it('that is not there has an empty history', async () => {
      const { status, body } = await ask(`${url}/history/00000000-0000-4000-8000-000000000000`);
      expect([status, body]).toEqual([200, {}]);
    });
  });

  describe('a prompt that is not sound', () => {
    const refusalOf = async (body: object): Promise<Answer> => {
      const answer = await post(`${url}/prompt`, body);
      expect(answer.status).toBe(400);
      return answer.body;
    };
    const promptOf = async (prompt: object) => refusalOf({ prompt });

    it.each([
      ['no_prompt', {}],
      ['prompt_no_outputs', { prompt: { 1: picture()[1] } }],
      ['invalid_prompt', { prompt: { ...picture(), 3: { inputs: {} } } }],
    ])('%s', async (type, body) => {
      expect(await refusalOf(body)).toMatchObject({ error: { type, message: expect.any(String) } });
    });

    it('with a node that is not there names it', async () => {
      expect(await promptOf({ ...picture(), 9: { class_type: 'Absent', inputs: {} } })).toMatchObject({
        error: { message: expect.stringContaining('Absent') },
      });
    });

    it.each([
      ['value_smaller_than_min', picture('x', { width: 0 })],
      ['value_bigger_than_max', picture('x', { width: 20_000 })],
      ['invalid_input_type', picture('x', { width: 'wide' })],
      ['bad_linked_input', picture('x', { width: ['1'] })],
      ['required_input_missing', picture('x', { width: undefined })],
    ])('says %s for the node, and which outputs it spoils', async (type, prompt) => {
      expect(await promptOf(prompt)).toMatchObject({
        error: { type: 'prompt_outputs_failed_validation' },
        node_errors: {
          1: {
            class_type: 'EmptyImage',
            dependent_outputs: ['2'],
            errors: [{ type, extra_info: { input_name: 'width' } }],
          },
        },
      });
    });

    it('says return_type_mismatch when a link gives something else', async () => {
      const prompt = {
        ...picture(),
        3: { class_type: 'ImageBlur', inputs: { image: ['4', 0], blur_radius: 1, sigma: 1 } },
        4: { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
        2: { class_type: 'SaveImage', inputs: { images: ['3', 0], filename_prefix: 'x' } },
      };
      expect(await promptOf(prompt)).toMatchObject({
        node_errors: { 3: { errors: [{ type: 'return_type_mismatch' }] } },
      });
    });

    it('says exception_during_validation when a link leads nowhere, and inner when it is not at the output', async () => {
      const outer = { 2: { class_type: 'SaveImage', inputs: { images: ['9', 0], filename_prefix: 'x' } } };
      expect(await promptOf(outer)).toMatchObject({
        node_errors: { 2: { errors: [{ type: 'exception_during_validation' }] } },
      });
      const inner = {
        3: { class_type: 'ImageBlur', inputs: { image: ['9', 0], blur_radius: 1, sigma: 1 } },
        2: { class_type: 'SaveImage', inputs: { images: ['3', 0], filename_prefix: 'x' } },
      };
      expect(await promptOf(inner)).toMatchObject({
        node_errors: { 3: { errors: [{ type: 'exception_during_inner_validation' }] } },
      });
    });

    it('says custom_validation_failed for a picture that was not uploaded', async () => {
      const prompt = {
        1: { class_type: 'LoadImage', inputs: { image: 'nowhere.png' } },
        2: { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
      };
      expect(await promptOf(prompt)).toMatchObject({
        node_errors: {
          1: {
            errors: [
              { type: 'custom_validation_failed', details: 'image - Invalid image file: nowhere.png' },
            ],
          },
        },
      });
    });

    it('says value_not_in_list for a model that is not there', async () => {
      expect(await promptOf(textToImage('nowhere.safetensors'))).toMatchObject({
        error: { type: 'prompt_outputs_failed_validation' },
        node_errors: {
          1: {
            class_type: 'CheckpointLoaderSimple',
            errors: [{ type: 'value_not_in_list', details: "ckpt_name: 'nowhere.safetensors' not in []" }],
          },
        },
      });
    });

    it('is accepted as far as it is sound, with the errors of the rest', async () => {
      const prompt = {
        ...picture(),
        3: { class_type: 'EmptyImage', inputs: { width: 0, height: 64, batch_size: 1, color: 0 } },
        4: { class_type: 'PreviewImage', inputs: { images: ['3', 0] } },
      };
      expect(await post(`${url}/prompt`, { prompt })).toMatchObject({
        status: 200,
        body: {
          node_errors: { 3: { dependent_outputs: ['4'], errors: [{ type: 'value_smaller_than_min' }] } },
        },
      });
    });
  });

  describe('/view', () => {
    it.each([
      ['filename=..%2Fsecret.png', 400],
      ['filename=%2Fetc%2Fpasswd', 400],
      ['filename=a.png&type=nonsense', 400],
      ['filename=a.png&subfolder=..%2F..', 403],
      ['filename=nowhere.png', 404],
      ['subfolder=a', 404],
    ])('%s → %i', async (query, status) => {
      expect((await ask(`${url}/view?${query}`)).status).toBe(status);
    });
  });

  describe('an upload', () => {
    const pixels = (color: number) => encodePng({ width: 8, height: 8, color }, {});
    const upload = (name: string, color: number, more: Readonly<Record<string, string>> = {}) => {
      const form = new FormData();
      form.set('image', new File([new Uint8Array(pixels(color))], name));
      for (const [key, value] of Object.entries(more)) form.set(key, value);
      return ask(`${url}/upload/image`, { method: 'POST', body: form });
    };

    it('keeps its name, is found again by its content, and gets a number when the name is taken', async () => {
      const name = freshName();
      const answers = [
        await upload(`${name}.png`, 1),
        await upload(`${name}.png`, 1),
        await upload(`${name}.png`, 2),
        await upload(`${name}.png`, 2),
        await upload(`${name}.png`, 3),
      ];
      expect(answers.map(({ body }) => body.name)).toEqual([
        `${name}.png`,
        `${name}.png`,
        `${name} (1).png`,
        `${name} (1).png`,
        `${name} (2).png`,
      ]);
      expect(answers[0]?.body).toEqual({ name: `${name}.png`, subfolder: '', type: 'input' });
    });

    it.each(['true', '1'])('overwrites when it is told to with %s', async (overwrite) => {
      const name = `${freshName()}.png`;
      await upload(name, 1);
      expect((await upload(name, 2, { overwrite })).body.name).toBe(name);
      const viewed = await fetch(`${url}/view?filename=${name}&type=input`);
      expect(Buffer.from(await viewed.arrayBuffer()).equals(pixels(2))).toBe(true);
    });

    it('goes into a sub-folder and another kind of folder', async () => {
      const name = `${freshName()}.png`;
      const { body } = await upload(name, 1, { subfolder: 'boomgate', type: 'temp' });
      expect(body).toEqual({ name, subfolder: 'boomgate', type: 'temp' });
      expect((await ask(`${url}/view?filename=${name}&subfolder=boomgate&type=temp`)).status).toBe(200);
    });

    it('is refused outside the folder, and without a file', async () => {
      expect((await upload(`${freshName()}.png`, 1, { subfolder: '../..' })).status).toBe(400);
      expect((await ask(`${url}/upload/image`, { method: 'POST', body: new FormData() })).status).toBe(400);
    });

    it('can be used by a workflow', async () => {
      const { body } = await upload(`${freshName()}.png`, 5);
      const { entry } = await runThrough(url, {
        1: { class_type: 'LoadImage', inputs: { image: body.name } },
        2: { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
      });
      expect(entry.outputs['2']).toMatchObject({
        images: [{ filename: expect.stringMatching(/^ComfyUI_temp_\w+_\d{5}_\.png$/), type: 'temp' }],
      });
    });
  });

  describe('/ws', () => {
    it('tells the client of a job how it goes, in order', async () => {
      const { frames, promptId } = await runThrough(url, picture());
      const told = frames
        .filter(({ type }) => type !== 'status' && type !== 'progress_state' && type !== 'progress')
        .map(({ type, data }) => (data['node'] === undefined ? type : `${type} ${data['node']}`));
      expect(told).toEqual([
        'execution_start',
        'execution_cached',
        'executing 1',
        'executing 2',
        'executed 2',
        'execution_success',
        'executing null',
      ]);
      expect(frames.filter(({ data }) => data['prompt_id'] !== undefined)).toSatisfy((mine: typeof frames) =>
        mine.every(({ data }) => data['prompt_id'] === promptId),
      );
      const counts = frames.filter(({ type }) => type === 'status').map(({ data }) => data['status']);
      expect(counts.at(-1)).toEqual({ exec_info: { queue_remaining: 0 } });
      expect(counts).toContainEqual({ exec_info: { queue_remaining: 1 } });
    });

    it('answers the flags of a client with its own', async () => {
      const socket = await listen(url, freshName());
      socket.send({ type: 'feature_flags', data: { supports_preview_metadata: false } });
      const { data } = await socket.until(({ type }) => type === 'feature_flags');
      socket.close();
      expect(data).toMatchObject({ max_upload_size: expect.any(Number) });
    });
  });
});
