import { linkOf, type Node, type Workflow } from './graph.ts';
import { setInput, upstream } from './inputs.ts';

/** Inputs of text encoders that hold the prompt: SD, SDXL, Flux, SD3, Hunyuan, Qwen and their like. */
const TEXT_INPUTS = [
  'text',
  'text_g',
  'text_l',
  'clip_l',
  'clip_g',
  't5xxl',
  'llama',
  'bert',
  'mt5xl',
  'prompt',
  'user_prompt',
];

export type Side = 'positive' | 'negative';

/**
 * Writes a prompt into every text encoder that a sampler gets its conditioning from: found by the links, so titles do not
 * matter. An encoder that serves both sides belongs to the positive one. False when there is none.
 */
export function setPrompt(workflow: Workflow, side: Side, prompt: string): boolean {
  const mine = encodersOf(workflow, side);
  const positive = side === 'negative' ? encodersOf(workflow, 'positive') : new Map<string, Node>();
  let applied = false;
  for (const [id, node] of mine) {
    if (positive.has(id)) continue;
    for (const name of TEXT_INPUTS) applied = setInput(workflow, node, { name, value: prompt }) || applied;
  }
  return applied;
}

function encodersOf(workflow: Workflow, side: Side): ReadonlyMap<string, Node> {
  const encoders = new Map<string, Node>();
  for (const { inputs } of Object.values(workflow)) {
    if (!('latent_image' in inputs || 'guider' in inputs || 'model' in inputs)) continue;
    // Guiders of one prompt (`BasicGuider`) call it `conditioning`.
    const names = side === 'positive' ? ['positive', 'conditioning', 'cond1'] : ['negative'];
    for (const name of names)
      for (const [id, node] of upstream(workflow, linkOf(inputs[name]), followConditioning)) {
        if (isEncoder(node)) encoders.set(id, node);
      }
  }
  return encoders;
}

/** Where conditioning comes from. Nodes with two sides (ControlNet, inpainting) give positive first, negative second. */
function followConditioning(node: Node, output: number): readonly string[] {
  // What is zeroed out has no text any more.
  if (isEncoder(node) || node.class_type === 'ConditioningZeroOut') return [];
  if ('positive' in node.inputs && 'negative' in node.inputs) return [output === 1 ? 'negative' : 'positive'];
  return Object.keys(node.inputs).filter((name) => name === 'positive' || name.startsWith('cond'));
}

function isEncoder({ class_type, inputs }: Node): boolean {
  return /TextEncode/i.test(class_type) || ('clip' in inputs && TEXT_INPUTS.some((name) => name in inputs));
}
