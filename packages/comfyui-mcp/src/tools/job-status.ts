import { z } from 'zod';
import { failureOf, type HistoryEntry, type Outcome } from '../comfy/index.ts';
import { failure, outputFile, toldFiles } from './fields.ts';
import { lookAt } from './look.ts';
import type { InlineImage, World } from './tool.ts';

/** What is told of a job that ended. */
export const ended = z.object({
  outputs: z.array(outputFile).optional(),
  error: failure.optional().describe('Which node failed, if the job did'),
});

export type Ended = {
  readonly output: z.input<typeof ended>;
  readonly images: readonly InlineImage[];
};

/** Files, small images and the failure of a job that ended. */
export async function describeEnd(
  world: World,
  { entry, outcome }: { readonly entry: HistoryEntry; readonly outcome: Outcome },
  includeOutputs: boolean,
): Promise<Ended> {
  const error = outcome === 'failed' ? failureOf(entry) : undefined;
  const outputs = toldFiles(entry, world.comfy.http.address);
  return {
    output: { ...(includeOutputs ? { outputs } : {}), ...(error === undefined ? {} : { error }) },
    images: includeOutputs ? await lookAt(world, outputs) : [],
  };
}
