import { z } from 'zod';
import type { NodeErrors, Rejected } from '../comfy/index.ts';
import { type ErrorCode, ToolError } from '../error.ts';
import { MAX_TOLD_CHARACTERS, MAX_TOLD_ERRORS } from '../limits.ts';
import type { Workflow } from '../workflow/index.ts';
import type { World } from './tool.ts';

const toldNodeError = z.object({
  node_id: z.string(),
  class_type: z.string(),
  type: z.string(),
  message: z.string(),
  details: z.string(),
});
type ToldNodeError = z.infer<typeof toldNodeError>;

/** What every tool that submits a job answers. */
export const submitted = z.object({
  prompt_id: z.string().describe('Id of the job, for the other tools'),
  number: z.number().describe('Its place in the order of all jobs; not its position in the queue'),
  status: z.literal('queued'),
  client_id: z.string(),
  node_errors: z.array(toldNodeError).describe('Nodes that ComfyUI leaves out, although it accepted the job'),
});

/** Hands a workflow to ComfyUI. What it refuses is a `ToolError` with every node's error in words. */
export async function submit(
  world: World,
  workflow: Workflow,
  clientId: string | undefined,
): Promise<z.input<typeof submitted>> {
  const client_id = clientId ?? world.feed.clientId;
  const submission = await world.comfy.submit(workflow, client_id);
  if (!submission.ok) throw refusal(submission.rejected);
  const { prompt_id, number, node_errors } = submission;
  return { prompt_id, number, status: 'queued', client_id, node_errors: told(node_errors) };
}

function refusal({ error, node_errors }: Rejected): ToolError {
  const errors = told(node_errors);
  const summary = typeof error === 'string' ? error : `${error.type}: ${error.message}`;
  const first = errors.map(
    (each) => `node ${each.node_id} (${each.class_type}): ${each.message}: ${each.details}`,
  );
  const message = ['ComfyUI refused the workflow', summary, ...first.slice(0, 3)].map(short).join('; ');
  const code = codeOf(errors);
  const details = {
    error:
      typeof error === 'string'
        ? error
        : { type: error.type, message: error.message, details: short(error.details) },
    node_errors: errors,
  };
  return new ToolError(code, message, { details, suggestions: SUGGESTIONS[code] ?? [] });
}

const SUGGESTIONS: Readonly<Partial<Record<ErrorCode, readonly string[]>>> = {
  MODEL_NOT_FOUND: [
    'comfy_list_models lists the models that this ComfyUI has',
    'name one of them exactly as it is listed',
  ],
  INVALID_WORKFLOW: [
    'correct the inputs of the named nodes',
    'check that every node type is installed in this ComfyUI',
  ],
};

/** A value that is not in the list of a file input means that the file is missing. */
function codeOf(errors: readonly ToldNodeError[]): ErrorCode {
  const missing = errors.some(
    ({ type, details }) =>
      type === 'value_not_in_list' && /^'?(ckpt|unet|vae|lora|clip|control_net|model)_name/.test(details),
  );
  return missing ? 'MODEL_NOT_FOUND' : 'INVALID_WORKFLOW';
}

function told(errors: NodeErrors): ToldNodeError[] {
  return Object.entries(errors)
    .flatMap(([node_id, { class_type = '', errors: list }]) =>
      list.map((each) => {
        const { type, message, details } = nodeError.parse(each);
        return { node_id, class_type, type, message: short(message), details: short(details) };
      }),
    )
    .slice(0, MAX_TOLD_ERRORS);
}

const nodeError = z
  .object({ type: z.string().catch(''), message: z.string().catch(''), details: z.string().catch('') })
  .catch({ type: '', message: '', details: '' });

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > MAX_TOLD_CHARACTERS ? `${text.slice(0, MAX_TOLD_CHARACTERS)}…` : text;
}
