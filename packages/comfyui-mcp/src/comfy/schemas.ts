import { z } from 'zod';

/** The answers of ComfyUI that are relied on, read leniently: what is not named here may be anything. */

const item = z.tuple([z.number(), z.string(), z.record(z.string(), z.unknown())]).rest(z.unknown());
export const queueAnswer = z.object({ queue_running: z.array(item), queue_pending: z.array(item) });
export type QueueItem = z.infer<typeof item>;

export const fileRef = z.object({
  filename: z.string(),
  subfolder: z.string().default(''),
  type: z.string().default('output'),
});
export type FileRef = z.infer<typeof fileRef>;

const historyEntry = z.object({
  prompt: z.array(z.unknown()).optional(),
  outputs: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  status: z
    .object({
      status_str: z.string(),
      completed: z.boolean(),
      messages: z.array(z.tuple([z.string(), z.record(z.string(), z.unknown())])).default([]),
    })
    .nullish(),
});
export const historyAnswer = z.record(z.string(), historyEntry);
export type HistoryEntry = z.infer<typeof historyEntry>;

const nodeErrors = z.record(
  z.string(),
  z.looseObject({ class_type: z.string().optional(), errors: z.array(z.unknown()) }),
);
export type NodeErrors = z.infer<typeof nodeErrors>;
export const acceptedAnswer = z.object({
  prompt_id: z.string(),
  number: z.number(),
  node_errors: z.union([nodeErrors, z.array(z.unknown()).transform(() => ({}))]).default({}),
});
export const rejectedAnswer = z.object({
  error: z.union([
    z.string(),
    z.looseObject({ type: z.string(), message: z.string(), details: z.unknown() }),
  ]),
  node_errors: z.union([nodeErrors, z.array(z.unknown()).transform(() => ({}))]).default({}),
});
export type Rejected = z.infer<typeof rejectedAnswer>;

export const names = z.array(z.string());
export const cancelledAnswer = z.object({ cancelled: z.boolean() });
export const uploadedAnswer = z.object({ name: z.string(), subfolder: z.string(), type: z.string() });
export const systemAnswer = z.object({ system: z.looseObject({ comfyui_version: z.string().optional() }) });
export const jobsAnswer = z.object({ jobs: z.array(z.unknown()) });
