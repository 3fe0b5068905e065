import { z } from 'zod';
import { describeQueue, queue } from './queue.ts';
import { defineTool, READS } from './tool.ts';

export const getQueue = defineTool({
  name: 'comfy_get_queue',
  title: 'The queue',
  description: 'List the running and the waiting jobs, in the order in which they run.',
  input: z.object({}),
  output: queue,
  hints: READS,
})(async ({ comfy, feed }) => {
  return { output: describeQueue(await comfy.queue(), feed.clientId) };
});
