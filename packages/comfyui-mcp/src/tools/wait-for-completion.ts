import { z } from 'zod';
import { ToolError } from '../error.ts';
import { waitForJob } from '../jobs/index.ts';
import { promptId } from './fields.ts';
import { describeEnd, ended } from './job-status.ts';
import { defineTool, READS } from './tool.ts';

const MAX_WAIT_S = 3600;

export const waitForCompletion = defineTool({
  name: 'comfy_wait_for_completion',
  title: 'Wait for a job',
  description:
    'Wait until a job ends, with progress on the way, and return its files and small images. Ends early when the job fails, is interrupted or is removed from the queue. Cancelling the wait leaves the job running.',
  input: z.object({
    prompt_id: promptId,
    timeout: z.number().min(0).max(MAX_WAIT_S).default(300).describe('Seconds'),
    poll_interval: z
      .number()
      .min(0.1)
      .max(60)
      .default(2)
      .describe('Seconds between looks while ComfyUI reports nothing'),
  }),
  output: ended.extend({
    status: z.enum(['completed', 'failed', 'interrupted', 'timeout']),
    prompt_id: z.string(),
    message: z.string(),
    elapsed_seconds: z.number(),
  }),
  hints: READS,
})(async (world, { prompt_id, timeout, poll_interval }, { signal, report }) => {
  const begun = performance.now();
  const waited = await waitForJob(world.comfy, world.feed, {
    id: prompt_id,
    timeoutMs: timeout * 1000,
    pollMs: poll_interval * 1000,
    signal,
    report,
  });
  const elapsed_seconds = Math.round((performance.now() - begun) / 100) / 10;
  switch (waited.at) {
    case 'vanished':
      throw gone(`the job ${prompt_id} was removed from the queue before it ran`);
    case 'unknown':
      throw gone(`ComfyUI has no job ${prompt_id}: it was never submitted, or was removed before it ran`);
    case 'timeout': {
      const message = `the job is still ${waited.last} after ${timeout} s; wait again, or cancel it`;
      return { output: { status: 'timeout', prompt_id, message, elapsed_seconds } };
    }
    case 'finished': {
      const { output, images } = await describeEnd(world, waited, true);
      const message = output.error?.message ?? `the job ended: ${waited.outcome}`;
      return { output: { status: waited.outcome, prompt_id, message, elapsed_seconds, ...output }, images };
    }
  }
});

function gone(message: string): ToolError {
  return new ToolError('JOB_NOT_FOUND', message, {
    suggestions: [
      'comfy_get_queue lists the jobs that wait and run',
      'submit the workflow again if it is still wanted',
    ],
  });
}
