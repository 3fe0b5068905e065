import { z } from 'zod';
import { type HistoryEntry, type OutputFile, outputsOf } from '../comfy/index.ts';

/** Fields that several tools have, and how they are filled. */

/** Ids that ComfyUI gives are UUIDs; older ones took any text, of which what could be a path is not taken here. */
export const promptId = z
  .string()
  .max(128)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.:-]*$/,
    'expected an id as comfy_submit_workflow or comfy_get_queue gives it',
  )
  .describe('Id of a job');

export const confirm = z.boolean().default(false).describe('Must be true, or nothing is done');

export const outputFile = z.object({
  filename: z.string(),
  subfolder: z.string().describe('Below the folder of its type; empty for the folder itself'),
  type: z.string().describe('output, temp or input: the folder that it is in'),
  node_id: z.string(),
  kind: z.string().describe('What the node calls it: images, gifs, audio, …'),
  path: z.string().describe('From the folder of its type, with forward slashes'),
  url: z.string().describe('Where ComfyUI serves it'),
});
export type ToldFile = z.infer<typeof outputFile>;

export const failure = z.object({
  node_id: z.string(),
  node_type: z.string(),
  exception_type: z.string(),
  message: z.string(),
});

/** The files of a job as agents are told of them; `address` is ComfyUI's. */
export function toldFiles(entry: HistoryEntry, address: string): ToldFile[] {
  return outputsOf(entry).map((file) => ({ ...file, ...placeOf(file, address) }));
}

/** The path of a file and where it is served, from ComfyUI's way of naming it. */
export function placeOf(file: Pick<OutputFile, 'filename' | 'subfolder' | 'type'>, address: string) {
  const { filename, subfolder, type } = file;
  const path = [...subfolder.split(/[\\/]/).filter((part) => part !== ''), filename].join('/');
  return { path, url: `${address}/view?${new URLSearchParams({ filename, subfolder, type })}` };
}
