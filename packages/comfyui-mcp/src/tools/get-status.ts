import { z } from 'zod';
import { findJob, type JobState } from '../comfy/index.ts';
import { promptId } from './fields.ts';
import { describeEnd, ended } from './job-status.ts';
import { describeQueue, queue } from './queue.ts';
import { type Answer, defineTool, READS, type World } from './tool.ts';

const output = ended.extend({
  status: z.enum(['completed', 'failed', 'interrupted', 'executing', 'queued', 'not_found', 'queue']),
  prompt_id: z.string().optional(),
  queue_position: z.int().optional().describe('1 is the next to run'),
  message: z.string(),
  queue: queue.optional(),
});

export const getStatus = defineTool({
  name: 'comfy_get_status',
  title: 'Status of a job',
  description:
    'Tell where a job is: queued and at which position, executing, completed with its files, failed with the reason, interrupted, or not found. Without prompt_id, list the queue.',
  input: z.object({
    prompt_id: promptId.optional(),
    include_outputs: z
      .boolean()
      .default(true)
      .describe('Whether to list the files of a job that ended, with small images'),
  }),
  output,
  hints: READS,
})(async (world, { prompt_id, include_outputs }) => {
  if (prompt_id === undefined) {
    const told = describeQueue(await world.comfy.queue(), world.feed.clientId);
    return { output: { status: 'queue', message: told.summary, queue: told } };
  }
  const state = await findJob(world.comfy, prompt_id);
  const { output: found, images = [] } = await describe(world, state, include_outputs);
  return { output: { prompt_id, ...found }, images };
});

async function describe(
  world: World,
  state: JobState,
  includeOutputs: boolean,
): Promise<Answer<Omit<z.input<typeof output>, 'prompt_id'>>> {
  switch (state.at) {
    case 'running':
      return { output: { status: 'executing', message: 'the job is running' } };
    case 'pending': {
      const message = `the job is waiting at position ${state.position}`;
      return { output: { status: 'queued', queue_position: state.position, message } };
    }
    case 'unknown':
      return {
        output: { status: 'not_found', message: 'ComfyUI has no such job, waiting, running or ended' },
      };
    case 'finished': {
      const end = await describeEnd(world, state, includeOutputs);
      const message = end.output.error?.message ?? `the job ended: ${state.outcome}`;
      return { output: { status: state.outcome, message, ...end.output }, images: end.images };
    }
  }
}
