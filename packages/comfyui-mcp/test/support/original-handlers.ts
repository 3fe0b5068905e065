import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Graph } from '../double/graph.ts';
import { ask, post } from './comfy-client.ts';
import { textToImage } from './workflows.ts';

/** Arguments as they came: no defaults, no checks, as in the package that this stands in for. */
export type Given = Readonly<Record<string, unknown>>;
export type Place = { readonly url: string; readonly base: string };
type Handler = (given: Given, place: Place) => Promise<object>;

/**
 * What the tools do, with the defects that matter to whoever governs them: cancelling always says it succeeded and
 * interrupts whatever runs, every accepted job is called failed, names lead anywhere.
 */
export const ORIGINAL_HANDLERS: Readonly<Record<string, Handler>> = {
  comfy_submit_workflow: ({ workflow, client_id }, place) =>
    submit(place, typeof workflow === 'string' ? JSON.parse(workflow) : workflow, client_id),
  comfy_generate_simple: ({ model, width, height, batch_size }, place) => {
    const graph = textToImage(String(model ?? 'v1-5-pruned-emaonly.safetensors'));
    Object.assign(graph['4']?.inputs ?? {}, {
      width: width || 512,
      height: height || 512,
      batch_size: batch_size || 1,
    });
    return submit(place, graph, undefined);
  },
  comfy_get_status: async ({ prompt_id }, { url }) => {
    const [{ body: history }, { body: queue }] = [await historyOf(url, prompt_id), await ask(`${url}/queue`)];
    const at = (items: readonly [number, string][]) => items.find(([, id]) => id === prompt_id);
    const status = history[String(prompt_id)]
      ? 'completed'
      : at(queue.queue_running)
        ? 'executing'
        : at(queue.queue_pending)
          ? 'queued'
          : 'not_found';
    return { status, queue_position: at(queue.queue_pending)?.[0] };
  },
  comfy_wait_for_completion: async ({ prompt_id, timeout, poll_interval }, { url }) => {
    const end = Date.now() + Number(timeout ?? 300) * 1000;
    while (Date.now() < end) {
      const { body } = await historyOf(url, prompt_id);
      if (body[String(prompt_id)]) return { status: 'completed' };
      await wait(Number(poll_interval ?? 2) * 1000);
    }
    return { status: 'timeout' };
  },
  comfy_get_queue: async (_, { url }) => {
    const { body } = await ask(`${url}/queue`);
    const ids = (items: readonly [number, string][]) => items.map(([, prompt_id]) => ({ prompt_id }));
    return { running: ids(body.queue_running), pending: ids(body.queue_pending) };
  },
  comfy_cancel_generation: async ({ prompt_id, delete_from_queue }, { url }) => {
    // The default of true is advertised and never applied, and the interrupt names no job.
    if (prompt_id && delete_from_queue) await post(`${url}/queue`, { delete: [prompt_id] });
    await post(`${url}/interrupt`, '');
    return { cancelled: true, prompt_id };
  },
  comfy_clear_queue: async ({ confirm }, { url }) => {
    if (!confirm) throw new Error('set confirm to true');
    const { body } = await ask(`${url}/queue`);
    await post(`${url}/queue`, { clear: true });
    return { cleared: body.queue_pending.length };
  },
  comfy_list_models: async ({ type }, { base }) => ({
    models: await readdir(join(base, 'models', String(type ?? 'checkpoints'))),
  }),
  comfy_save_workflow: async ({ name, workflow }, { base }) => {
    await mkdir(join(base, 'workflows'), { recursive: true });
    await writeFile(join(base, 'workflows', `${name}.json`), JSON.stringify(workflow));
    return { saved: name };
  },
  comfy_load_workflow: async ({ name }, { base }) =>
    JSON.parse(await readFile(join(base, 'workflows', `${name}.json`), 'utf8')),
  comfy_list_workflows: async (_, { base }) => {
    await mkdir(join(base, 'workflows'), { recursive: true });
    return { workflows: await readdir(join(base, 'workflows')) };
  },
  comfy_delete_workflow: async ({ name, confirm }, { base }) => {
    if (!confirm) throw new Error('set confirm to true');
    await rm(join(base, 'workflows', `${name}.json`));
    return { deleted: name };
  },
  comfy_upload_image: async ({ image_path, filename }, { base }) => {
    const name = String(filename ?? basename(String(image_path)));
    await copyFile(String(image_path), join(base, 'input', name));
    return { filename: name };
  },
  comfy_get_output_images: async (_, { base }) => ({ images: await readdir(join(base, 'output')) }),
};

async function submit({ url }: Place, prompt: unknown, client_id: unknown): Promise<object> {
  const { status, body } = await post(`${url}/prompt`, { prompt: prompt as Graph, client_id });
  if (status !== 200) throw new Error(`Request failed with status code ${status}`);
  // ComfyUI answers an empty object when all is well, and that is true.
  return { prompt_id: body.prompt_id, number: body.number, status: body.node_errors ? 'failed' : 'queued' };
}

function historyOf(url: string, promptId: unknown) {
  return ask(`${url}/history/${encodeURIComponent(String(promptId))}`);
}
