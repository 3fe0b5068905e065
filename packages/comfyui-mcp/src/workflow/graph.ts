import { ToolError } from '../error.ts';
import { MAX_WORKFLOW_BYTES, MAX_WORKFLOW_NODES } from '../limits.ts';

/** A node of ComfyUI's API format. An input is a value, or a link to another node's output. */
export type Node = { readonly class_type: string; readonly inputs: Record<string, unknown> };
export type Workflow = Record<string, Node>;
export type Link = readonly [node: string, output: number];

const EXPORT_HINT =
  'in ComfyUI use "Workflow → Export (API)", which gives nodes by id with class_type and inputs';

/** Reads what an agent gave as a workflow into one of its own, or says what is wrong with it. */
export function readWorkflow(given: unknown): Workflow {
  const text = typeof given === 'string' ? given : serialise(given);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_WORKFLOW_BYTES)
    throw invalid(`expected a workflow of at most ${MAX_WORKFLOW_BYTES} bytes, found ${bytes}`, [
      'upload images with comfy_upload_image and name them, instead of putting them into the workflow',
    ]);
  const parsed = parse(text);
  if (!isRecord(parsed)) throw invalid('expected a workflow that is an object of nodes by id', [EXPORT_HINT]);
  if (Array.isArray(parsed['nodes']) && 'links' in parsed)
    throw invalid("expected a workflow in ComfyUI's API format, found the format of its editor", [
      EXPORT_HINT,
    ]);
  const workflow = Object.fromEntries(Object.entries(parsed).map(([id, node]) => [id, readNode(id, node)]));
  const count = Object.keys(workflow).length;
  if (count === 0) throw invalid('expected a workflow with at least one node, found none', [EXPORT_HINT]);
  if (count > MAX_WORKFLOW_NODES)
    throw invalid(`expected a workflow of at most ${MAX_WORKFLOW_NODES} nodes, found ${count}`);
  return workflow;
}

/** The link that an input is, if it is one. */
export function linkOf(input: unknown): Link | undefined {
  if (!Array.isArray(input) || input.length !== 2) return undefined;
  const [node, output] = input as readonly unknown[];
  return typeof node === 'string' && typeof output === 'number' ? [node, output] : undefined;
}

/** Adds a node under an id that is free, and gives the id. */
export function addNode(workflow: Workflow, class_type: string, inputs: Record<string, unknown>): string {
  const largest = Object.keys(workflow).map(Number).filter(Number.isSafeInteger);
  const id = String(Math.max(0, ...largest) + 1);
  workflow[id] = { class_type, inputs };
  return id;
}

/** Makes every input that was linked to `from` link to `to`, except those of the node `except`. */
export function relink(
  workflow: Workflow,
  from: Link,
  to: { readonly link: Link; readonly except: string },
): void {
  for (const [id, { inputs }] of Object.entries(workflow)) {
    if (id === to.except) continue;
    for (const [name, input] of Object.entries(inputs)) {
      const link = linkOf(input);
      if (link?.[0] === from[0] && link[1] === from[1]) inputs[name] = to.link;
    }
  }
}

function readNode(id: string, node: unknown): Node {
  if (!isRecord(node)) throw invalid(`expected node "${id}" to be an object`, [EXPORT_HINT]);
  const { class_type, inputs } = node;
  if (typeof class_type !== 'string' || class_type === '')
    throw invalid(`expected node "${id}" to have a class_type`, [EXPORT_HINT]);
  if (!isRecord(inputs)) throw invalid(`expected node "${id}" (${class_type}) to have inputs`, [EXPORT_HINT]);
  return { ...node, class_type, inputs };
}

function serialise(given: unknown): string {
  try {
    return JSON.stringify(given) ?? '';
  } catch {
    // Only nesting beyond the stack comes here: the value was JSON before.
    throw invalid('expected a workflow, found one nested too deeply');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw invalid(`expected a workflow as JSON: ${error instanceof Error ? error.message : 'not readable'}`);
  }
}

function invalid(message: string, suggestions: readonly string[] = []): ToolError {
  return new ToolError('INVALID_WORKFLOW', message, { suggestions });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
